import { View } from '@tarojs/components'
import { InfoList, type InfoLine } from '../../../components/info-list'
import { ListRow } from '../../../components/list-row'
import type { OrderDetail, Refund } from '../../../contract/api'
import { formatYuan } from '../../../domain/money'
import { formatInstant } from '../../../domain/time'
import type { ShopCopy } from '../copy/types'

export interface FactsProps {
  readonly copy: ShopCopy
  readonly order: OrderDetail
}

/** Delivery, refunds, and the numbers that customer service asks for. */
export function Facts({ copy, order }: FactsProps) {
  const words = copy.order
  const { delivery } = order
  const lines: readonly InfoLine[] = [
    { id: 'order-no', label: words.orderNo, value: order.orderNo },
    { label: words.createdAt, value: formatInstant(order.createdAt) },
    ...(order.remark === '' ? [] : [{ label: words.remark, value: order.remark }]),
    ...(order.refundedFen === 0 ? [] : [{ label: words.refunded, value: formatYuan(order.refundedFen) }]),
  ]
  return (
    <>
      {delivery?.kind === 'express' && delivery.addressText !== null && (
        <View className="card">
          <ListRow
            id="delivery"
            icon="pin"
            label={[delivery.name, delivery.phone].filter(Boolean).join(' ')}
            text={delivery.addressText}
          />
          {delivery.trackingNo !== null && (
            <ListRow
              id="tracking"
              icon="truck"
              label={words.tracking}
              value={[delivery.carrier, delivery.trackingNo].filter(Boolean).join(' ')}
            />
          )}
        </View>
      )}
      {delivery?.kind === 'pickup' && delivery.store !== null && (
        <View className="card">
          <ListRow
            id="delivery"
            icon="shop"
            label={delivery.store.name}
            text={`${delivery.store.address} · ${delivery.store.hours}`}
          />
        </View>
      )}
      {order.refunds.map((refund) => (
        <InfoList key={refund.refundNo} lines={refundLines(refund, copy)} />
      ))}
      <InfoList lines={lines} />
      {order.pointsEarned > 0 && <View className="order-page__earned">{words.earned(order.pointsEarned)}</View>}
    </>
  )
}

function refundLines(refund: Refund, { order: words }: ShopCopy): readonly InfoLine[] {
  const { amountFen, status, declineReason, refundNo, account } = refund
  const state = declineReason === null ? words.refundStatus[status] : words.declined(declineReason)
  return [
    { id: `refund-${refundNo}`, label: words.refund, value: `${formatYuan(amountFen)} · ${state}` },
    { label: words.refundNo, value: refundNo },
    ...(account === null ? [] : [{ label: words.account, value: account }]),
  ]
}
