import { View } from '@tarojs/components'
import { useDidHide, useDidShow, useLoad, useUnload } from '@tarojs/taro'
import { useStore } from 'zustand'
import { Button } from '../../components/button'
import { InfoList, type InfoLine } from '../../components/info-list'
import { Notice } from '../../components/notice'
import { Price } from '../../components/price'
import { StatusRing, type StatusRingProps } from '../../components/status-ring'
import type { Order, OrderStatus } from '../../contract/api'
import { copy } from '../../copy'
import { formatYuan } from '../../domain/money'
import { formatInstant } from '../../domain/time'
import { useStores } from '../stores-context'
import './index.scss'

const words = copy.result

const rings: Readonly<Record<OrderStatus, StatusRingProps['kind']>> = {
  pending: 'waiting',
  paid: 'done',
  closed: 'closed',
  held: 'waiting',
  refunding: 'waiting',
  refunded: 'done',
}

/** What became of the order. It stays until the payer leaves it. */
export default function ResultPage() {
  const { checkout, result } = useStores()
  const { orderNo, order, problem, isOffline, isLong, asked } = useStore(result)
  const saidOk = useStore(checkout, (view) => view.saidOk && view.order?.orderNo === orderNo)

  useLoad<{ orderNo?: string }>((query) => {
    if (query.orderNo !== undefined) result.open(query.orderNo)
  })
  useDidShow(() => result.show())
  useDidHide(() => result.hide())
  useUnload(() => result.hide())

  const status = order?.status ?? null
  const { title, text } =
    status !== null ? words.status[status] : problem !== null ? words.missing : { title: words.loading, text: '' }
  const lead = status === 'pending' && isLong ? copy.checkout.confirmingLong.text : text
  const canContinue = status === 'pending' && !saidOk
  return (
    <View className="screen result-page">
      <StatusRing kind={status !== null ? rings[status] : problem !== null ? 'closed' : 'waiting'} />
      <View id="result-status" className="headline result-page__title">
        {title}
      </View>
      {order !== null && status === 'paid' && (
        <View className="result-page__amount">
          <Price id="amount" fen={order.totalFen} size="display" />
        </View>
      )}
      {lead !== '' && <View className="lead">{lead}</View>}
      {isOffline && (
        <View className="result-page__notice">
          <Notice tone="warn" title={copy.checkout.offlineAfter} />
        </View>
      )}
      {order !== null && <InfoList lines={linesOf(order)} />}
      <View className="result-page__actions">
        {canContinue && (
          <Button
            id="continue-pay"
            kind="secondary"
            label={copy.checkout.notPaidQuestion}
            onTap={() => result.continuePaying()}
          />
        )}
        {(isOffline || problem !== null) && asked > 0 && (
          <Button id="retry" kind="secondary" label={words.refresh} onTap={() => void result.retry()} />
        )}
        <Button
          id="back-to-goods"
          kind={status === 'pending' ? 'text' : 'primary'}
          label={words.goOnShopping}
          onTap={() => result.toGoods()}
        />
      </View>
    </View>
  )
}

function linesOf({ orderNo, status, totalFen, paidAt }: Order): readonly InfoLine[] {
  const isPaid = paidAt !== null
  return [
    isPaid ? { label: words.payee, value: copy.shopName } : null,
    status === 'paid' ? null : { id: 'amount', label: words.amount, value: formatYuan(totalFen) },
    { label: words.method, value: copy.payName },
    isPaid ? { label: words.paidAt, value: formatInstant(paidAt) } : null,
    { id: 'order-no', label: words.orderNo, value: orderNo },
  ].filter((line) => line !== null)
}
