import { View } from '@tarojs/components'
import { Button } from '../../components/button'
import { StatusRing } from '../../components/status-ring'
import { copy } from '../../copy'
import { formatYuan } from '../../domain/money'
import type { CheckoutView } from '../../stores/checkout-view'

export interface ConfirmingSheetProps {
  readonly view: CheckoutView
  readonly onContinue: () => void
  readonly onResult: () => void
  readonly onCopyLink: (url: string) => void
}

const words = copy.checkout

/** Nobody knows yet. It has no close button: looking at the order is the way out. */
export function ConfirmingSheet({ view, onContinue, onResult, onCopyLink }: ConfirmingSheetProps) {
  const { orderPageUrl, linkCopied } = view
  const { title, text } = view.isLong ? words.confirmingLong : words.confirming
  return (
    <View className="sheet">
      <View className="sheet__scrim" />
      <View className="sheet__body">
        <StatusRing kind="waiting" />
        <View id="status" className="headline sheet__title">
          {title}
        </View>
        <View className="lead">{view.isOffline ? words.offlineAfter : text}</View>
        {view.order !== null && (
          <View className="sheet__order">
            <View id="order-no">{words.orderNo(view.order.orderNo)}</View>
            <View className="sheet__amount">{formatYuan(view.order.totalFen)}</View>
          </View>
        )}
        <Button id="see-order" kind="secondary" label={words.toOrder} onTap={onResult} />
        {view.canContinue && <Button id="continue-pay" kind="text" label={words.notPaidQuestion} onTap={onContinue} />}
        {view.canContinue && orderPageUrl !== null && (
          <Button id="copy-link" kind="text" label={copy.webView.copyLink} onTap={() => onCopyLink(orderPageUrl)} />
        )}
        {linkCopied !== null && (
          <View id="copied" className="lead">
            {linkCopied ? copy.webView.copied : copy.webView.copyFailed}
          </View>
        )}
      </View>
    </View>
  )
}
