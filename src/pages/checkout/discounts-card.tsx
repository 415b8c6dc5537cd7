import { Input, View } from '@tarojs/components'
import { Icon } from '../../components/icon'
import { ListRow } from '../../components/list-row'
import { Switch } from '../../components/switch'
import { limits } from '../../contract/api'
import type { Copy } from '../../copy/types'
import { formatYuan } from '../../domain/money'
import type { DraftView } from '../../stores/checkout/draft'

export interface DiscountsCardProps {
  readonly copy: Copy
  readonly draft: DraftView
  readonly onCoupons: () => void
  readonly onPoints: (isOn: boolean) => void
  readonly onRemark: (remark: string) => void
}

/** Coupon, points and a word to the shop, before there is an order. */
export function DiscountsCard({ copy, draft, onCoupons, onPoints, onRemark }: DiscountsCardProps) {
  const words = copy.discounts
  const { quote, usesPoints, remark } = draft
  return (
    <View className="card">
      <ListRow icon="wallet" label={copy.checkout.method} value={copy.payName} />
      {quote !== null && (
        <>
          <ListRow
            id="coupon"
            icon="coupon"
            label={words.coupon}
            value={couponText(copy, draft)}
            tone={quote.couponFen > 0 ? 'promo' : 'plain'}
            onTap={onCoupons}
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
              onToggle={onPoints}
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
          onInput={({ detail }) => onRemark(detail.value)}
        />
      </View>
    </View>
  )
}

function couponText({ discounts: words }: Copy, { quote }: DraftView): string {
  if (quote === null) return ''
  if (quote.couponFen > 0) return `−${formatYuan(quote.couponFen)}`
  const usable = quote.coupons.filter((coupon) => coupon.usable).length
  return usable === 0 ? words.noCoupons : words.usable(usable)
}
