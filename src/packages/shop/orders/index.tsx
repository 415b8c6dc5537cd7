import { View } from '@tarojs/components'
import Taro, { useDidHide, useDidShow, usePullDownRefresh, useReachBottom, useUnload } from '@tarojs/taro'
import { useState } from 'react'
import { useStore } from 'zustand'
import { Button } from '../../../components/button'
import { Notice } from '../../../components/banner'
import { Tabs } from '../../../components/tabs'
import { Tap } from '../../../components/tap'
import { Screen } from '../../../pages/screen'
import { useStores } from '../../../pages/stores-context'
import { useCopy } from '../../../pages/use-copy'
import { createOrdersStore, orderFilters } from '../../../stores/orders/orders'
import { useShopCopy } from '../copy/use-shop-copy'
import './index.scss'
import { OrderCard } from './order-card'

/** What the payer has ordered. */
export default function OrdersPage() {
  const { create } = useStores()
  const [store] = useState(() => create(createOrdersStore))
  const { tabs, slow } = useCopy()
  const copy = useShopCopy()
  const words = copy.orders
  const { status, isSlow, filter, orders, hasMore, isLoadingMore, missing, deed, nowMs } = useStore(store)

  useDidShow(() => store.show())
  useDidHide(() => store.hide())
  useUnload(() => store.hide())
  useReachBottom(() => void store.more())
  usePullDownRefresh(() => void store.reload().finally(() => Taro.stopPullDownRefresh()))

  return (
    <Screen title={words.title} className="orders-page">
      <View className="orders-page__filters" aria-role="tablist">
        {orderFilters.map((one) => (
          <Tap
            key={one}
            id={`filter-${one}`}
            className={`orders-page__filter ${one === filter ? 'orders-page__filter--chosen' : ''}`}
            role="tab"
            isSelected={one === filter}
            onTap={() => store.choose(one)}
          >
            {words.filters[one]}
          </Tap>
        ))}
      </View>
      {status === 'loading' && isSlow && <Notice tone="neutral" title={slow} isBanner />}
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
          <Button id="go-shopping" kind="text" label={words.goShopping} onTap={() => store.toTab('goods')} />
        </View>
      )}
      {missing === 'newest' && (
        <Notice tone="warn" title={words.failed.title} text={words.failed.text} isBanner isUrgent />
      )}
      {orders.map((listed) => (
        <OrderCard
          key={listed.order.orderNo}
          copy={copy}
          listed={listed}
          nowMs={nowMs}
          deed={deed?.orderNo === listed.order.orderNo ? deed : null}
          onOpen={() => store.open(listed.order.orderNo)}
          onCancel={() => void store.cancel(listed.order.orderNo)}
          onReceive={() => void store.confirmReceipt(listed.order.orderNo)}
        />
      ))}
      {missing === 'older' && (
        <View className="orders-page__missing">
          <Notice tone="warn" title={words.failed.title} text={words.failed.text} isUrgent />
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
        <Tabs current="orders" labels={tabs} onTab={(tab) => store.toTab(tab)} />
      </View>
    </Screen>
  )
}
