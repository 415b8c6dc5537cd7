import { View } from '@tarojs/components'
import { useLoad } from '@tarojs/taro'
import { useEffect } from 'react'
import { useStore } from 'zustand'
import { Button } from '../../components/button'
import { InfoList, type InfoLine } from '../../components/info-list'
import { Banner } from '../../components/banner'
import { Price } from '../../components/price'
import { StatusRing, type StatusRingProps } from '../../components/status-ring'
import type { Order, OrderStatus } from '../../contract/api'
import type { Copy } from '../../copy/types'
import { formatYuan } from '../../domain/money'
import { formatInstant } from '../../domain/time'
import { Screen } from '../screen'
import { useStores } from '../stores-context'
import { useCopy } from '../use-copy'
import { useShown } from '../use-shown'
import './index.scss'

const rings: Readonly<Record<OrderStatus, StatusRingProps['kind']>> = {
  pending: 'waiting',
  paid: 'done',
  closed: 'closed',
  held: 'waiting',
  refunding: 'waiting',
  refunded: 'returned',
}

/** The result of an order. It stays until the payer leaves it. */
export default function ResultPage() {
  const { checkout, result, navigation } = useStores()
  const copy = useCopy()
  const words = copy.result
  const { orderNo, order, problem, isOffline, isSlow, isLong, asked } = useStore(result)
  const saidOk = useStore(checkout, (view) => view.saidOk && view.order?.orderNo === orderNo)

  useLoad<{ orderNo?: string }>((query) => {
    if (query.orderNo !== undefined) result.open(query.orderNo)
  })
  useShown(result)

  const status = order?.status ?? null
  useEffect(() => {
    if (status === 'paid') result.celebrate()
  }, [result, status])
  const { title, text } =
    status !== null ? words.status[status] : problem !== null ? words.missing : { title: words.loading, text: '' }
  const lead =
    status === 'pending' && isLong ? copy.checkout.confirmingLong.text : isSlow && order === null ? copy.slow : text
  const showsAmount = status === 'paid' || status === 'refunded'
  const canContinue = status === 'pending' && !saidOk
  return (
    <Screen title={words.title} className="result-page">
      <StatusRing kind={status !== null ? rings[status] : problem !== null ? 'closed' : 'waiting'} />
      <View
        id="result-status"
        className="headline result-page__title"
        aria-role="status"
        aria-live={status === 'paid' || status === 'closed' ? 'assertive' : 'polite'}
      >
        {title}
      </View>
      {order !== null && showsAmount && (
        <View className="result-page__amount" aria-role="img" aria-label={copy.spoken(order.totalFen)}>
          <Price id="amount" fen={order.totalFen} size="display" />
        </View>
      )}
      {lead !== '' && <View className="lead">{lead}</View>}
      {isOffline && (
        <View className="result-page__banner">
          <Banner tone="warn" title={copy.checkout.offlineAfter} />
        </View>
      )}
      {order !== null && <InfoList lines={linesOf(order, copy)} />}
      <View className="result-page__actions">
        {canContinue && (
          <Button
            id="continue-pay"
            kind="secondary"
            label={copy.checkout.notPaidQuestion}
            onTap={() => navigation.toCheckout(order?.orderNo)}
          />
        )}
        {(isOffline || problem !== null) && asked > 0 && (
          <Button id="retry" kind="secondary" label={words.refresh} onTap={() => void result.retry()} />
        )}
        {order !== null && (
          <Button
            id="see-order"
            kind={status === 'paid' ? 'primary' : 'secondary'}
            label={words.seeOrder}
            onTap={() => navigation.toOrder(order.orderNo)}
          />
        )}
        <Button id="back-to-goods" kind="text" label={words.goOnShopping} onTap={() => navigation.toTab('goods')} />
      </View>
    </Screen>
  )
}

function linesOf({ orderNo, status, totalFen, paidAt }: Order, copy: Copy): readonly InfoLine[] {
  const words = copy.result
  const isPaid = paidAt !== null
  return [
    isPaid ? { label: words.payee, value: copy.shopName } : null,
    status === 'paid' || status === 'refunded'
      ? null
      : { id: 'amount', label: words.amount, value: formatYuan(totalFen) },
    { label: words.method, value: copy.payName },
    isPaid ? { label: words.paidAt, value: formatInstant(paidAt) } : null,
    { id: 'order-no', label: words.orderNo, value: orderNo },
  ].filter((line) => line !== null)
}
