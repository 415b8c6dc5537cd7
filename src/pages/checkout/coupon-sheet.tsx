import { View } from '@tarojs/components'
import { useState } from 'react'
import { Button } from '../../components/button'
import { Choice } from '../../components/choice'
import { Sheet } from '../../components/sheet'
import type { QuoteAnswer, QuotedCoupon } from '../../contract/api'
import type { Copy } from '../../copy/types'
import { formatYuan, spokenYuan } from '../../domain/money'
import { formatMonthDay } from '../../domain/time'

/** Stands for "no coupon" among the ids. */
const none = 'none'

export interface CouponSheetProps {
  readonly copy: Copy
  readonly quote: QuoteAnswer
  readonly onChoose: (couponId: string | null) => void
  readonly onClose: () => void
}

/** The payer's coupons: the usable ones, and the others with the reason. */
export function CouponSheet({ copy, quote, onChoose, onClose }: CouponSheetProps) {
  const words = copy.discounts
  const [chosen, setChosen] = useState(quote.couponId ?? none)
  const usable = quote.coupons.filter((coupon) => coupon.usable)
  const others = quote.coupons.filter((coupon) => !coupon.usable)
  const discountFen = usable.find(({ couponId }) => couponId === chosen)?.discountFen ?? 0
  return (
    <Sheet title={words.coupon} closeLabel={copy.close} onClose={onClose}>
      <Choice
        id="coupon"
        label={words.coupon}
        options={[
          ...usable.map((coupon) => ({
            value: coupon.couponId,
            label: coupon.name,
            text: words.condition(conditionOf(coupon, copy), formatMonthDay(coupon.expiresAt)),
            lead: `−¥${spokenYuan(coupon.discountFen)}`,
          })),
          { value: none, label: words.none },
        ]}
        chosen={chosen}
        onChoose={setChosen}
      />
      {others.length > 0 && <View className="coupons__title">{words.unusable}</View>}
      {others.map(({ couponId, name, discountFen: fen, obstacle, missingFen }) => (
        <View key={couponId} className="coupons__other">
          <View className="coupons__lead">−¥{spokenYuan(fen)}</View>
          <View>
            <View className="coupons__name">{name}</View>
            <View>{obstacle === null ? '' : words.obstacles[obstacle](formatYuan(missingFen))}</View>
          </View>
        </View>
      ))}
      <View className="sheet__foot">
        <Button
          id="coupon-done"
          label={discountFen > 0 ? words.done(formatYuan(discountFen)) : words.doneWithout}
          onTap={() => onChoose(chosen === none ? null : chosen)}
        />
      </View>
    </Sheet>
  )
}

function conditionOf({ minFen, kind }: QuotedCoupon, { discounts: words }: Copy): string {
  if (kind === 'shipping') return words.forShipping
  return minFen > 0 ? words.minimum(`¥${spokenYuan(minFen)}`) : words.noMinimum
}
