import { Button as HostButton, View } from '@tarojs/components'
import { Button } from '../../../components/button'
import { Banner } from '../../../components/banner'
import type { OrderDetail } from '../../../contract/api'
import type { Copy } from '../../../copy/types'
import { formatYuan } from '../../../domain/money'
import type { CheckoutState } from '../../../domain/checkout'
import type { OrderView } from '../../../stores/orders/order'
import type { ShopCopy } from '../copy/types'

export interface ActionsProps {
  readonly main: Copy
  readonly copy: ShopCopy
  readonly order: OrderDetail
  readonly view: Pick<OrderView, 'remainingSec' | 'doing' | 'refusal'>
  /** The state of the checkout for this order; null when it is busy with another order, or with none. */
  readonly paying: CheckoutState | null
  /** The host has a customer service chat. */
  readonly canContact: boolean
  readonly onPay: () => void
  readonly onCancel: () => void
  readonly onReceive: () => void
  readonly onRefund: () => void
}

/** The buttons for what is possible with an order now. */
export function Actions(props: ActionsProps) {
  const { main, copy, order, view, paying, canContact, onPay, onCancel, onReceive, onRefund } = props
  const words = copy.order
  const { doing, refusal, remainingSec } = view
  const isBusy = paying === 'creating' || paying === 'invoking'
  const canPay = order.status === 'pending' && remainingSec !== null && remainingSec > 0
  const canRefund = order.refundableFen > 0
  if (!canPay && !canRefund && !order.canConfirmReceipt && !canContact) return null
  const busyLabel = paying === 'creating' ? main.checkout.creating : main.checkout.invoking
  return (
    <View className="bar">
      {refusal !== null && doing === null && (
        <View className="order-page__refusal">
          <Banner id="refusal" tone="danger" title={words.refused(refusal)} isUrgent />
        </View>
      )}
      <View className="pair">
        {canPay && order.canCancel && (
          <View className="pair__lesser">
            <Button
              id="cancel-order"
              kind="outline"
              isBusy={doing === 'cancel'}
              isDisabled={isBusy}
              label={doing === 'cancel' ? words.cancelling : words.cancel}
              onTap={onCancel}
            />
          </View>
        )}
        {canPay && (
          <View className="pair__greater">
            <Button
              id="continue-pay"
              isBusy={isBusy}
              label={isBusy ? busyLabel : words.continuePay(formatYuan(order.totalFen))}
              spoken={isBusy ? busyLabel : main.checkout.continueSpoken(order.totalFen)}
              onTap={onPay}
            />
          </View>
        )}
        {canRefund && (
          <View className="pair__lesser">
            <Button id="ask-refund" kind="outline" label={copy.refund.ask} onTap={onRefund} />
          </View>
        )}
        {order.canConfirmReceipt && (
          <View className="pair__lesser">
            <Button
              id="receive"
              isBusy={doing === 'receipt'}
              label={doing === 'receipt' ? words.receiving : words.receive}
              onTap={onReceive}
            />
          </View>
        )}
        {!canPay && canContact && (
          <View className="pair__lesser">
            <HostButton
              id="contact"
              className="button button--secondary order-page__contact"
              openType="contact"
              hoverClass="button--pressed"
            >
              {words.contact}
            </HostButton>
          </View>
        )}
      </View>
    </View>
  )
}
