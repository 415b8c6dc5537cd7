import { View } from '@tarojs/components'
import { useStore } from 'zustand'
import { Button } from '../components/button'
import { Sheet } from '../components/sheet'
import { StatusRing } from '../components/status-ring'
import type { Copy } from '../copy/types'
import { formatYuan } from '../domain/money'
import './confirming-sheet.scss'
import { useStores } from './stores-context'

export interface ConfirmingSheetProps {
  readonly copy: Copy
}

/** The payment is not confirmed yet. There is no close button: the payer leaves by opening the order. */
export function ConfirmingSheet({ copy }: ConfirmingSheetProps) {
  const { checkout } = useStores()
  const view = useStore(checkout)
  const { orderPageUrl, linkCopied } = view
  const words = copy.checkout
  const { title, text } = view.isLong ? words.confirmingLong : words.confirming
  return (
    <Sheet title={title}>
      <View className="confirming">
        <StatusRing kind="waiting" />
        <View className="confirming__words" aria-role="status" aria-live="polite">
          <View id="status" className="headline">
            {title}
          </View>
          <View className="lead">{view.isOffline || !view.hasNetwork ? words.offlineAfter : text}</View>
        </View>
        {view.order !== null && (
          <View className="confirming__order">
            <View id="order-no">{words.orderNo(view.order.orderNo)}</View>
            <View className="confirming__amount">{formatYuan(view.order.totalFen)}</View>
          </View>
        )}
        <Button id="see-order" kind="secondary" label={words.toOrder} onTap={() => checkout.toResult()} />
        {view.canContinue && (
          <Button id="continue-pay" kind="text" label={words.notPaidQuestion} onTap={() => void checkout.submit()} />
        )}
        {view.canContinue && orderPageUrl !== null && (
          <Button
            id="copy-link"
            kind="text"
            label={copy.webView.copyLink}
            onTap={() => void checkout.copyLink(orderPageUrl)}
          />
        )}
        {linkCopied !== null && (
          <View id="copied" className="lead" aria-role="status" aria-live="polite">
            {linkCopied ? copy.webView.copied : copy.webView.copyFailed}
          </View>
        )}
      </View>
    </Sheet>
  )
}
