import { View } from '@tarojs/components'
import { useLoad } from '@tarojs/taro'
import { useState } from 'react'
import { useStore } from 'zustand'
import { Breakdown } from '../../../components/breakdown'
import { Button } from '../../../components/button'
import { Banner } from '../../../components/banner'
import { OrderItems } from '../../../components/order-items'
import type { Copy } from '../../../copy/types'
import { breakdownLines } from '../../../pages/checkout/breakdown-lines'
import { ConfirmingSheet } from '../../../pages/confirming-sheet'
import { Screen } from '../../../pages/screen'
import { useStores } from '../../../pages/stores-context'
import { useCopy } from '../../../pages/use-copy'
import { usePullDown } from '../../../pages/use-pull-down'
import { useShown } from '../../../pages/use-shown'
import { createOrderStore } from '../../../stores/orders/order'
import { useShopCopy } from '../copy/use-shop-copy'
import { Actions } from './actions'
import { Facts } from './facts'
import { Headline } from './headline'
import './index.scss'
import { RefundSheet } from './refund-sheet'

const page = 'order'

/** One order: its state, its items, and what is possible now. */
export default function OrderPage() {
  const { create, checkout, canContact } = useStores()
  const [store] = useState(() => create(createOrderStore))
  const [showsRefund, setShowsRefund] = useState(false)
  const main = useCopy()
  const copy = useShopCopy()
  const words = copy.order
  const view = useStore(store)
  const { orderNo, order, problem, isOffline, isSlow, remainingSec, doing, refusal } = view
  const paying = useStore(checkout)
  const isMine = paying.order?.orderNo === orderNo

  useLoad<{ orderNo?: string }>((query) => {
    if (query.orderNo !== undefined) store.open(query.orderNo)
  })
  useShown({
    show() {
      store.show()
      checkout.show(page)
    },
    hide() {
      store.hide()
      checkout.hide(page)
    },
  })
  usePullDown(() => store.reload())

  const offline = isOffline && <Banner tone="warn" title={words.offline} isWide isUrgent />
  if (order === null) {
    return (
      <Screen title={words.title} className="order-page">
        {offline}
        {isSlow && <Banner tone="neutral" title={main.slow} isWide />}
        {problem === null ? (
          <View className="card order-page__blank skeleton" aria-role="status" aria-label={main.result.loading} />
        ) : (
          <Missing main={main} />
        )}
      </Screen>
    )
  }
  return (
    <Screen title={words.title} className="order-page">
      {offline}
      <Headline copy={copy} order={order} remainingSec={remainingSec} />
      <OrderItems items={order.items} />
      <Breakdown
        lines={breakdownLines(order, main)}
        due={{ label: order.paidAt === null ? words.due : words.actual, fen: order.totalFen }}
        spoken={main.spoken(order.totalFen)}
      />
      <Facts copy={copy} order={order} />
      <Actions
        main={main}
        copy={copy}
        order={order}
        view={view}
        paying={isMine ? paying.state : null}
        canContact={canContact}
        onPay={() => store.continuePaying()}
        onCancel={() => void store.cancel()}
        onReceive={() => void store.confirmReceipt()}
        onRefund={() => setShowsRefund(true)}
      />
      {showsRefund && order.refundableFen > 0 && (
        <RefundSheet
          main={main}
          copy={copy}
          order={order}
          isBusy={doing === 'refund'}
          refusal={refusal}
          onSubmit={(wish) => void store.askRefund(wish).then((isTaken) => isTaken && setShowsRefund(false))}
          onClose={() => setShowsRefund(false)}
        />
      )}
      {isMine && paying.state === 'confirming' && <ConfirmingSheet copy={main} />}
    </Screen>
  )
}

/** The merchant does not show this order to this payer. */
function Missing({ main }: { readonly main: Copy }) {
  const { navigation } = useStores()
  return (
    <View className="order-page__missing" aria-role="alert">
      <View className="headline">{main.result.missing.title}</View>
      <View className="lead">{main.result.missing.text}</View>
      <Button id="back-to-goods" kind="text" label={main.checkout.toGoods} onTap={() => navigation.toTab('goods')} />
    </View>
  )
}
