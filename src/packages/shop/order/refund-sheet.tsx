import { View } from '@tarojs/components'
import { useState } from 'react'
import { Button } from '../../../components/button'
import { Choice } from '../../../components/choice'
import { Banner } from '../../../components/banner'
import { Price } from '../../../components/price'
import { Segmented } from '../../../components/segmented'
import { Sheet } from '../../../components/sheet'
import { Stepper } from '../../../components/stepper'
import type { OrderDetail } from '../../../contract/api'
import type { Copy } from '../../../copy/types'
import type { FailureCode } from '../../../contract/errors'
import type { RefundWish } from '../../../stores/orders/order'
import type { ShopCopy } from '../copy/types'

export interface RefundSheetProps {
  readonly main: Copy
  readonly copy: ShopCopy
  readonly order: OrderDetail
  readonly isBusy: boolean
  readonly refusal: FailureCode | null
  readonly onSubmit: (wish: RefundWish) => void
  readonly onClose: () => void
}

/** Asks for a refund: of everything, or of some goods. */
export function RefundSheet({ main, copy, order, isBusy, refusal, onSubmit, onClose }: RefundSheetProps) {
  const words = copy.refund
  const [reason, setReason] = useState(words.reasons[0] ?? '')
  const [scope, setScope] = useState<'whole' | 'part'>('whole')
  const [counts, setCounts] = useState<Readonly<Record<string, number>>>({})
  const items = order.items
    .map(({ goodsId }) => ({ goodsId, quantity: counts[goodsId] ?? 0 }))
    .filter(({ quantity }) => quantity > 0)
  const returned = returnedWords(words, order, scope)
  const set = (goodsId: string, quantity: number): void => setCounts({ ...counts, [goodsId]: quantity })
  return (
    <Sheet title={words.ask} closeLabel={main.close} onClose={onClose}>
      <Segmented
        id="scope"
        label={words.scope}
        options={[
          ['whole', words.whole],
          ['part', words.part],
        ]}
        chosen={scope}
        onChoose={setScope}
      />
      {scope === 'whole' ? (
        <View className="refund__amount">
          <View className="refund__label">{words.amount}</View>
          <Price id="refund-amount" fen={order.refundableFen} size="display" />
          <View className="refund__how">{words.how}</View>
        </View>
      ) : (
        <View className="refund__parts">
          {order.items.map(({ goodsId, name, quantity }) => (
            <View key={goodsId} className="refund__part">
              <View className="refund__name">{name}</View>
              <Stepper
                id={`refund-${goodsId}`}
                quantity={counts[goodsId] ?? 0}
                limit={quantity}
                words={{
                  group: words.quantity(name),
                  more: main.goods.more(name),
                  fewer: main.goods.fewer(name),
                  full: main.goods.limitReached(quantity),
                }}
                onAdd={() => set(goodsId, (counts[goodsId] ?? 0) + 1)}
                onRemove={() => set(goodsId, (counts[goodsId] ?? 0) - 1)}
              />
            </View>
          ))}
          <View className="refund__how">{words.partAmount}</View>
        </View>
      )}
      <View className="refund__title">{words.reason}</View>
      <Choice
        id="reason"
        label={words.reason}
        options={words.reasons.map((value) => ({ value, label: value }))}
        chosen={reason}
        onChoose={setReason}
      />
      {returned !== null && <Banner tone="neutral" icon="coupon" title={returned} />}
      {refusal !== null && <Banner id="refusal" tone="danger" title={copy.order.refused(refusal)} isUrgent />}
      <View className="sheet__foot">
        <Button
          id="refund-submit"
          isBusy={isBusy}
          isDisabled={scope === 'part' && items.length === 0}
          label={isBusy ? words.submitting : words.submit}
          onTap={() => onSubmit({ reason, items: scope === 'whole' ? null : items })}
        />
      </View>
    </Sheet>
  )
}

/** What is returned besides money: used points, and the coupon with a full refund only. */
function returnedWords(words: ShopCopy['refund'], order: OrderDetail, scope: 'whole' | 'part'): string | null {
  const hasPoints = order.pointsFen > 0
  if (scope === 'whole' && order.refundReturnsCoupon) return hasPoints ? words.returnsBoth : words.returnsCoupon
  return hasPoints ? words.returnsPoints : null
}
