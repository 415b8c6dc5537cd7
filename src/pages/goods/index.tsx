import { View } from '@tarojs/components'
import { useDidHide, useDidShow, useUnload } from '@tarojs/taro'
import { useStore } from 'zustand'
import { Button } from '../../components/button'
import { GoodsRow } from '../../components/goods-row'
import { Notice } from '../../components/notice'
import { Price } from '../../components/price'
import { copy } from '../../copy'
import { countItems, limitOf, quantityOf, quoteOf } from '../../domain/cart'
import { useStores } from '../stores-context'
import './index.scss'

const page = 'goods'
const skeletonRows = [1, 2, 3, 4]

/** The shelf, and the cart below it. */
export default function GoodsPage() {
  const { shelf, checkout } = useStores()
  const { status, goods, cart, items } = useStore(shelf)
  const hasOpenOrder = useStore(checkout, ({ state, order }) => state === 'cancelled' && order !== null)

  useDidShow(() => {
    void shelf.load()
    checkout.show(page)
  })
  useDidHide(() => checkout.hide(page))
  useUnload(() => checkout.hide(page))

  const count = countItems(items)
  return (
    <View className="screen goods-page">
      {hasOpenOrder && (
        <View id="open-order" className="goods-page__notice" onClick={() => checkout.openOrder()}>
          <Notice tone="accent" title={copy.goods.pendingOrder.title} text={copy.goods.pendingOrder.text} />
        </View>
      )}
      {status === 'failed' && (
        <View className="goods-page__failed">
          <View className="lead">{copy.goods.failed}</View>
          <Button id="retry" kind="text" label={copy.goods.retry} onTap={() => void shelf.load()} />
        </View>
      )}
      {status !== 'failed' && (
        <View className="card">
          {status === 'loading' && skeletonRows.map((row) => <View key={row} className="goods-page__skeleton" />)}
          {goods.map((one) => (
            <GoodsRow
              key={one.goodsId}
              goods={one}
              quantity={quantityOf(cart, one.goodsId)}
              limit={limitOf(one)}
              soldOutLabel={copy.goods.soldOut}
              onAdd={() => shelf.add(one.goodsId)}
              onRemove={() => shelf.remove(one.goodsId)}
            />
          ))}
        </View>
      )}
      <View className="bar goods-page__bar">
        <View className="goods-page__bag">
          <View className="goods-page__bag-icon" />
          {count > 0 && <View className="goods-page__badge">{count}</View>}
        </View>
        <View className="goods-page__sum">
          <Price id="cart-total" fen={quoteOf(items, goods, null).goodsFen} />
          <View className="goods-page__count">{count > 0 ? copy.goods.chosen(count) : copy.goods.nothingChosen}</View>
        </View>
        <View className="goods-page__go">
          <Button
            id="cart-checkout"
            label={copy.goods.toCheckout}
            isDisabled={count === 0}
            onTap={() => shelf.toCheckout()}
          />
        </View>
      </View>
    </View>
  )
}
