import { View } from '@tarojs/components'
import { useDidHide, useDidShow, useLoad, useUnload } from '@tarojs/taro'
import { useStore } from 'zustand'
import { Breakdown } from '../../components/breakdown'
import { InfoList } from '../../components/info-list'
import { Notice } from '../../components/notice'
import { OrderItems } from '../../components/order-items'
import { copy } from '../../copy'
import { quoteOf } from '../../domain/cart'
import { useStores } from '../stores-context'
import { ConfirmingSheet } from './confirming-sheet'
import './index.scss'
import { PayBar } from './pay-bar'
import { toOrderItems } from './to-order-items'

const page = 'checkout'

/** One order, from the tap to the merchant's word on it. */
export default function CheckoutPage() {
  const { shelf, checkout } = useStores()
  const { goods, items, shippingFen } = useStore(shelf)
  const view = useStore(checkout)

  useLoad<{ orderNo?: string; orderKey?: string }>(({ orderNo, orderKey }) => {
    checkout.enter({ orderNo, orderKey })
    if (shelf.getState().status !== 'ready') void shelf.load()
  })
  useDidShow(() => checkout.show(page))
  useDidHide(() => checkout.hide(page))
  useUnload(() => checkout.hide(page))

  const { order } = view
  const shown = order?.items ?? toOrderItems(items, goods)
  const quote = order ?? quoteOf(items, goods, shippingFen)
  const dueFen = order?.totalFen ?? quoteOf(items, goods, shippingFen).dueFen
  const lines = [
    { label: copy.checkout.goodsTotal, fen: quote.goodsFen },
    ...(quote.shippingFen === null ? [] : [{ label: copy.checkout.shipping, fen: quote.shippingFen }]),
  ]
  return (
    <View className={`screen checkout-page ${view.state === 'expired' ? 'checkout-page--expired' : ''}`}>
      {view.isOffline && view.state !== 'confirming' && (
        <View className="checkout-page__notice">
          <Notice tone="warn" title={copy.checkout.offlineBefore} />
        </View>
      )}
      <OrderItems items={shown} />
      <InfoList lines={[{ label: copy.checkout.method, value: copy.payName }]} />
      <Breakdown lines={lines} due={{ label: copy.checkout.due, fen: dueFen }} />
      <PayBar
        view={view}
        dueFen={dueFen}
        isEmpty={shown.length === 0}
        onSubmit={() => void checkout.submit()}
        onRestart={() => checkout.restart()}
        onResult={() => checkout.toResult()}
        onGoods={() => checkout.toGoods()}
      />
      {view.state === 'confirming' && (
        <ConfirmingSheet
          view={view}
          onContinue={() => void checkout.submit()}
          onResult={() => checkout.toResult()}
          onCopyLink={(url) => void checkout.copyLink(url)}
        />
      )}
    </View>
  )
}
