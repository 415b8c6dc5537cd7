import { View } from '@tarojs/components'
import { useReachBottom } from '@tarojs/taro'
import { useState } from 'react'
import { useStore } from 'zustand'
import { Button } from '../../../components/button'
import { Banner } from '../../../components/banner'
import { Tabs } from '../../../components/tabs'
import { Screen } from '../../../pages/screen'
import { useStores } from '../../../pages/stores-context'
import { useCopy } from '../../../pages/use-copy'
import { usePullDown } from '../../../pages/use-pull-down'
import { useShown } from '../../../pages/use-shown'
import { createOrdersStore } from '../../../stores/orders/orders'
import { useShopCopy } from '../copy/use-shop-copy'
import { Filters } from './filters'
import './index.scss'
import { OrderCard } from './order-card'

/** The payer's orders, newest first. */
export default function OrdersPage() {
  const { create, navigation } = useStores()
  const [store] = useState(() => create(createOrdersStore))
  const { tabs, slow } = useCopy()
  const copy = useShopCopy()
  const words = copy.orders
  const { status, isSlow, filter, orders, hasMore, isLoadingMore, missing, deed, nowMs } = useStore(store)

  useShown(store)
  useReachBottom(() => void store.more())
  usePullDown(() => store.reload())

  return (
    <Screen title={words.title} className="orders-page">
      <Filters labels={words.filters} chosen={filter} onChoose={(one) => store.choose(one)} />
      {status === 'loading' && isSlow && <Banner tone="neutral" title={slow} isWide />}
      {status === 'loading' && (
        <View aria-role="status" aria-label={words.loading}>
          <View className="card orders-page__blank skeleton" />
          <View className="card orders-page__blank skeleton" />
        </View>
      )}
      {status === 'failed' && (
        <View className="orders-page__empty" aria-role="alert">
          <View className="headline">{words.failed.title}</View>
          <View className="lead">{words.failed.text}</View>
          <Button id="retry" kind="text" label={words.retry} onTap={() => void store.reload()} />
        </View>
      )}
      {status === 'ready' && orders.length === 0 && (
        <View className="orders-page__empty">
          <View className="headline">{words.empty.title}</View>
          <View className="lead">{words.empty.text}</View>
          <Button id="go-shopping" kind="text" label={words.goShopping} onTap={() => navigation.toTab('goods')} />
        </View>
      )}
      {missing === 'newest' && (
        <Banner tone="warn" title={words.failed.title} text={words.failed.text} isWide isUrgent />
      )}
      {orders.map((listed) => (
        <OrderCard
          key={listed.order.orderNo}
          copy={copy}
          listed={listed}
          nowMs={nowMs}
          deed={deed?.orderNo === listed.order.orderNo ? deed : null}
          onOpen={() => navigation.toOrder(listed.order.orderNo)}
          onCancel={() => void store.cancel(listed.order.orderNo)}
          onReceive={() => void store.confirmReceipt(listed.order.orderNo)}
        />
      ))}
      {missing === 'older' && (
        <View className="orders-page__missing">
          <Banner tone="warn" title={words.failed.title} text={words.failed.text} isUrgent />
        </View>
      )}
      {hasMore && (
        <Button
          id="more"
          kind="text"
          isBusy={isLoadingMore}
          label={isLoadingMore ? words.loading : words.more}
          onTap={() => void store.more()}
        />
      )}
      <View className="bar bar--tabs">
        <Tabs current="orders" labels={tabs} onTab={(tab) => navigation.toTab(tab)} />
      </View>
    </Screen>
  )
}
