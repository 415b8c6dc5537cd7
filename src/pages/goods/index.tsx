import { View } from '@tarojs/components'
import { useShareAppMessage } from '@tarojs/taro'
import { useState } from 'react'
import { useStore } from 'zustand'
import { Button } from '../../components/button'
import { GoodsRow } from '../../components/goods-row'
import { Banner } from '../../components/banner'
import { Tap } from '../../components/tap'
import { countItems, limitOf, quantityOf, quoteOf } from '../../domain/cart'
import { Screen } from '../screen'
import { stepperWords } from '../stepper-words'
import { useStores } from '../stores-context'
import { useCopy } from '../use-copy'
import { usePullDown } from '../use-pull-down'
import { useShown } from '../use-shown'
import { CartBar } from './cart-bar'
import { Categories } from './categories'
import './index.scss'
import { GoodsSkeleton } from './skeleton'

const page = 'goods'

/** The shelf, and the cart below it. */
export default function GoodsPage() {
  const { shelf, checkout, navigation } = useStores()
  const copy = useCopy()
  const { status, goods, cart, items, isSlow } = useStore(shelf)
  const openOrderNo = useStore(checkout, ({ state, order }) => (state === 'cancelled' ? order?.orderNo : undefined))
  const [category, setCategory] = useState<string | null>(null)

  useShown({
    show() {
      void shelf.load()
      checkout.show(page)
    },
    hide: () => checkout.hide(page),
  })
  usePullDown(() => shelf.load())
  useShareAppMessage(() => ({ title: copy.goods.share, path: '/pages/goods/index' }))

  const shown = goods.filter((one) => category === null || one.category === category)
  return (
    <Screen title={copy.goods.title} className="goods-page">
      {openOrderNo !== undefined && (
        <Tap id="open-order" className="goods-page__banner" onTap={() => navigation.toCheckout(openOrderNo)}>
          <Banner tone="accent" title={copy.goods.pendingOrder.title} text={copy.goods.pendingOrder.text} />
        </Tap>
      )}
      {status === 'loading' && isSlow && (
        <View className="goods-page__banner">
          <Banner tone="neutral" title={copy.slow} />
        </View>
      )}
      {status === 'ready' && (
        <Categories goods={goods} chosen={category} allLabel={copy.goods.all} onChoose={setCategory} />
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
        onCheckout={() => navigation.toCheckout()}
        onTab={(tab) => navigation.toTab(tab)}
      />
    </Screen>
  )
}
