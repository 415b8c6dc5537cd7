import { Input, View } from '@tarojs/components'
import { useState } from 'react'
import { useStore } from 'zustand'
import { Icon } from '../../components/icon'
import { ListRow } from '../../components/list-row'
import { Switch } from '../../components/switch'
import { limits, type QuoteAnswer } from '../../contract/api'
import type { Copy } from '../../copy/types'
import { formatYuan } from '../../domain/money'
import { useStores } from '../stores-context'
import { CouponSheet } from './coupon-sheet'

export interface DiscountsCardProps {
  readonly copy: Copy
}

/** Coupon, points and a note to the shop, before there is an order. */
export function DiscountsCard({ copy }: DiscountsCardProps) {
  const { draft } = useStores()
  const { quote, usesPoints, remark } = useStore(draft)
  const [showsCoupons, setShowsCoupons] = useState(false)
  const words = copy.discounts
  return (
    <>
      <View className="card">
        <ListRow icon="wallet" label={copy.checkout.method} value={copy.payName} />
        {quote !== null && (
          <>
            <ListRow
              id="coupon"
              icon="coupon"
              label={words.coupon}
              value={couponText(copy, quote)}
              tone={quote.couponFen > 0 ? 'promo' : 'plain'}
              onTap={() => setShowsCoupons(true)}
            />
            <View className="list-row">
              <View className="list-row__icon">
                <Icon name="star" />
              </View>
              <View className="list-row__words">
                <View className="list-row__label">{words.points}</View>
                <View className="list-row__text">
                  {quote.points.usable > 0
                    ? words.usePoints(quote.points.usable, formatYuan(quote.points.fen))
                    : words.noPoints(quote.points.balance)}
                </View>
              </View>
              <Switch
                id="points"
                label={words.points}
                isOn={usesPoints && quote.points.usable > 0}
                isDisabled={quote.points.usable === 0}
                onToggle={(isOn) => draft.usePoints(isOn)}
              />
            </View>
          </>
        )}
        <View className="list-row">
          <View className="list-row__icon">
            <Icon name="note" />
          </View>
          <View className="list-row__label">{words.remark}</View>
          <Input
            id="remark"
            className="checkout-page__remark"
            value={remark}
            maxlength={limits.remark}
            placeholder={words.remarkHint}
            aria-label={words.remark}
            onInput={({ detail }) => draft.writeRemark(detail.value)}
          />
        </View>
      </View>
      {showsCoupons && quote !== null && (
        <CouponSheet
          copy={copy}
          quote={quote}
          onChoose={(couponId) => {
            draft.chooseCoupon(couponId)
            setShowsCoupons(false)
          }}
          onClose={() => setShowsCoupons(false)}
        />
      )}
    </>
  )
}

function couponText({ discounts: words }: Copy, quote: QuoteAnswer): string {
  if (quote.couponFen > 0) return `−${formatYuan(quote.couponFen)}`
  const usable = quote.coupons.filter((coupon) => coupon.usable).length
  return usable === 0 ? words.noCoupons : words.usable(usable)
}
