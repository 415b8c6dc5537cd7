import { View } from '@tarojs/components'
import Taro, { useDidHide, useDidShow, usePullDownRefresh, useShareAppMessage, useUnload } from '@tarojs/taro'
import { useState } from 'react'
import { useStore } from 'zustand'
import { Button } from '../../components/button'
import { GoodsRow } from '../../components/goods-row'
import { Notice } from '../../components/banner'
import { Tap } from '../../components/tap'
import { countItems, limitOf, quantityOf, quoteOf } from '../../domain/cart'
import { Screen } from '../screen'
import { stepperWords } from '../stepper-words'
import { useStores } from '../stores-context'
import { useCopy } from '../use-copy'
import { CartBar } from './cart-bar'
import './index.scss'
import { GoodsSkeleton } from './skeleton'

const page = 'goods'

/** The shelf, and the cart below it. */
export default function GoodsPage() {
  const { shelf, checkout } = useStores()
  const copy = useCopy()
  const { status, goods, cart, items, isSlow } = useStore(shelf)
  const hasOpenOrder = useStore(checkout, ({ state, order }) => state === 'cancelled' && order !== null)
  const [category, setCategory] = useState<string | null>(null)

  useDidShow(() => {
    void shelf.load()
    checkout.show(page)
  })
  useDidHide(() => checkout.hide(page))
  useUnload(() => checkout.hide(page))
  usePullDownRefresh(() => void shelf.load().finally(() => Taro.stopPullDownRefresh()))
  useShareAppMessage(() => ({ title: copy.goods.share, path: '/pages/goods/index' }))

  const categories = [null, ...new Set(goods.map((one) => one.category))]
  const shown = goods.filter((one) => category === null || one.category === category)
  return (
    <Screen title={copy.goods.title} className="goods-page">
      {hasOpenOrder && (
        <Tap id="open-order" className="goods-page__notice" onTap={() => checkout.openOrder()}>
          <Notice tone="accent" title={copy.goods.pendingOrder.title} text={copy.goods.pendingOrder.text} />
        </Tap>
      )}
      {status === 'loading' && isSlow && (
        <View className="goods-page__notice">
          <Notice tone="neutral" title={copy.slow} />
        </View>
      )}
      {status === 'ready' && (
        <View className="goods-page__kinds" aria-role="tablist">
          {categories.map((one) => (
            <Tap
              key={one}
              id={`category-${one ?? 'all'}`}
              className="goods-page__kind"
              role="tab"
              isSelected={one === category}
              onTap={() => setCategory(one)}
            >
              <View className={`chip ${one === category ? 'chip--chosen' : ''}`}>{one ?? copy.goods.all}</View>
            </Tap>
          ))}
        </View>
      )}
      {status === 'loading' && <GoodsSkeleton label={copy.goods.loading} />}
      {status === 'failed' && (
        <View className="goods-page__failed" aria-role="alert">
          <View className="headline">{copy.goods.failed.title}</View>
          <View className="lead">{copy.goods.failed.text}</View>
          <Button id="retry" kind="text" label={copy.goods.retry} onTap={() => void shelf.load()} />
        </View>
      )}
      {status === 'ready' && shown.length === 0 && (
        <View className="goods-page__failed">
          <View className="headline">{copy.goods.empty.title}</View>
          <View className="lead">{copy.goods.empty.text}</View>
        </View>
      )}
      {shown.length > 0 && (
        <View className="card">
          {shown.map((one) => (
            <GoodsRow
              key={one.goodsId}
              goods={one}
              quantity={quantityOf(cart, one.goodsId)}
              limit={limitOf(one)}
              soldOutLabel={copy.goods.soldOut}
              stepperWords={stepperWords(copy, one.name, limitOf(one))}
              onAdd={() => shelf.add(one.goodsId)}
              onRemove={() => shelf.remove(one.goodsId)}
            />
          ))}
        </View>
      )}
      <CartBar
        copy={copy}
        count={countItems(items)}
        totalFen={quoteOf(items, goods, null).goodsFen}
        isLoading={status === 'loading'}
        onCheckout={() => shelf.toCheckout()}
        onTab={(tab) => shelf.toTab(tab)}
      />
    </Screen>
  )
}
