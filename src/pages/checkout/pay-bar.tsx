import { View } from '@tarojs/components'
import { Button } from '../../components/button'
import { Banner, type BannerProps } from '../../components/banner'
import type { Copy } from '../../copy/types'
import type { Fen } from '../../domain/money'
import { formatCountdown } from '../../domain/time'
import type { CheckoutView } from '../../stores/checkout/checkout-view'
import type { DraftGap } from '../../stores/checkout/draft'
import { useStores } from '../stores-context'

export interface PayBarProps {
  readonly copy: Copy
  readonly view: CheckoutView
  /** What the last tap found missing. */
  readonly gap: DraftGap | null
  readonly dueFen: Fen
  readonly isEmpty: boolean
  /** The goods may not be sold on this phone: then there is no way to pay. */
  readonly isForbidden: boolean
  readonly onSubmit: () => void
}

/** The one action of the page, and the reason for it. */
export function PayBar(props: PayBarProps) {
  const banner = bannerOf(props)
  return (
    <View className="bar">
      {banner !== null && (
        <View className="checkout-page__status">
          <Banner id="status" {...banner} />
        </View>
      )}
      <Action {...props} />
    </View>
  )
}

function Action(props: PayBarProps) {
  const { copy, view, dueFen, isEmpty, isForbidden, onSubmit } = props
  const { checkout, navigation } = useStores()
  const words = copy.checkout
  const onGoods = (): void => navigation.toTab('goods')
  const toGoods = <Button id="back-to-goods" label={words.toGoods} onTap={onGoods} />
  switch (view.state) {
    case 'creating':
      return <Button id="pay" isBusy label={words.creating} onTap={onSubmit} />
    case 'invoking':
    case 'confirming':
      return <Button id="pay" isBusy label={words.invoking} onTap={onSubmit} />
    case 'paid':
      return <Button id="to-result" kind="secondary" label={words.paid} onTap={() => checkout.toResult()} />
    case 'expired':
      return (
        <View className="pair">
          <View className="pair__lesser">
            <Button id="back-to-goods" kind="outline" label={words.toGoods} onTap={onGoods} />
          </View>
          <View className="pair__greater">
            <Button id="order-again" label={words.orderAgain} onTap={() => checkout.restart()} />
          </View>
        </View>
      )
    case 'idle':
    case 'cancelled':
    case 'unreachable':
    case 'refused':
      if (view.state !== 'cancelled' && isEmpty) return toGoods
      if (isForbidden) return <Button id="pay" isDisabled label={words.iosButton} onTap={onSubmit} />
      if (!view.hasNetwork) return <Button id="pay" isDisabled label={words.waiting(dueFen)} onTap={onSubmit} />
  }
  if (view.state === 'idle') {
    return <Button id="pay" label={words.pay(dueFen)} spoken={words.paySpoken(dueFen)} onTap={onSubmit} />
  }
  if (view.state === 'cancelled') {
    const spoken = words.continueSpoken(dueFen)
    return <Button id="continue-pay" label={words.continuePay(dueFen)} spoken={spoken} onTap={onSubmit} />
  }
  return <Button id="retry" label={words.retry(dueFen)} onTap={onSubmit} />
}

function bannerOf({ copy, view, gap }: PayBarProps): Omit<BannerProps, 'id'> | null {
  const { state, holdReason, problem, remainingSec, isSlow } = view
  const words = copy.checkout
  if (gap !== null) return { tone: 'warn', icon: 'info', title: copy.gaps[gap], isUrgent: true }
  switch (state) {
    case 'creating':
      return isSlow ? { tone: 'neutral', ...words.slow } : null
    case 'cancelled':
      return {
        tone: 'accent',
        title: words.hold[holdReason ?? 'notPaidYet'],
        text: remainingSec === null ? '' : words.held(formatCountdown(remainingSec)),
      }
    case 'unreachable':
      return { tone: 'warn', ...words.unreachable }
    case 'refused':
      return { tone: 'danger', title: words.refusedTitle, text: words.refused(problem), isUrgent: true }
    case 'expired':
      return { tone: 'neutral', ...words.expired, isUrgent: true }
    default:
      return null
  }
}
