import { View } from '@tarojs/components'
import { Button } from '../../components/button'
import { Notice, type NoticeProps } from '../../components/notice'
import { copy } from '../../copy'
import type { Fen } from '../../domain/money'
import { formatCountdown } from '../../domain/time'
import type { CheckoutView } from '../../stores/checkout-view'

export interface PayBarProps {
  readonly view: CheckoutView
  readonly dueFen: Fen
  readonly isEmpty: boolean
  readonly onSubmit: () => void
  readonly onRestart: () => void
  readonly onResult: () => void
  readonly onGoods: () => void
}

const words = copy.checkout

/** The one action of the page, and why it is what it is. */
export function PayBar(props: PayBarProps) {
  const notice = noticeOf(props.view)
  return (
    <View className="bar">
      {notice !== null && (
        <View className="checkout-page__status">
          <Notice id="status" {...notice} />
        </View>
      )}
      <Action {...props} />
    </View>
  )
}

function Action({ view, dueFen, isEmpty, onSubmit, onRestart, onResult, onGoods }: PayBarProps) {
  switch (view.state) {
    case 'creating':
      return <Button id="pay" isBusy label={words.creating} onTap={onSubmit} />
    case 'invoking':
    case 'confirming':
      return <Button id="pay" isBusy label={words.invoking} onTap={onSubmit} />
    case 'cancelled':
      return <Button id="continue-pay" label={words.continuePay(dueFen)} onTap={onSubmit} />
    case 'unreachable':
    case 'refused':
      return isEmpty ? (
        <Button id="back-to-goods" label={words.toGoods} onTap={onGoods} />
      ) : (
        <Button id="retry" label={words.retry(dueFen)} onTap={onSubmit} />
      )
    case 'expired':
      return (
        <View className="checkout-page__pair">
          <View className="checkout-page__lesser">
            <Button id="back-to-goods" kind="outline" label={words.toGoods} onTap={onGoods} />
          </View>
          <View className="checkout-page__greater">
            <Button id="order-again" label={words.orderAgain} onTap={onRestart} />
          </View>
        </View>
      )
    case 'paid':
      return <Button id="to-result" kind="secondary" label={words.paid} onTap={onResult} />
    case 'idle':
      return isEmpty ? (
        <Button id="back-to-goods" label={words.toGoods} onTap={onGoods} />
      ) : (
        <Button id="pay" label={words.pay(dueFen)} onTap={onSubmit} />
      )
  }
}

function noticeOf({ state, holdReason, problem, remainingSec }: CheckoutView): Omit<NoticeProps, 'id'> | null {
  switch (state) {
    case 'cancelled':
      return {
        tone: 'accent',
        title: words.hold[holdReason ?? 'notPaidYet'],
        text: remainingSec === null ? '' : words.held(formatCountdown(remainingSec)),
      }
    case 'unreachable':
      return { tone: 'warn', ...words.unreachable }
    case 'refused':
      return { tone: 'danger', title: words.refusedTitle, text: words.refused(problem) }
    case 'expired':
      return { tone: 'neutral', ...words.expired }
    default:
      return null
  }
}
