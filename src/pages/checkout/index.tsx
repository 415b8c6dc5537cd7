import { View } from '@tarojs/components'
import { useLoad } from '@tarojs/taro'
import { useEffect } from 'react'
import { useStore } from 'zustand'
import { Breakdown } from '../../components/breakdown'
import { ListRow } from '../../components/list-row'
import { Banner } from '../../components/banner'
import { OrderItems } from '../../components/order-items'
import { holdsKind } from '../../domain/cart'
import { shownAmount } from '../../domain/shown-amount'
import { ConfirmingSheet } from '../confirming-sheet'
import { Screen } from '../screen'
import { useStores } from '../stores-context'
import { useCopy } from '../use-copy'
import { useShown } from '../use-shown'
import { Agreement } from './agreement'
import { breakdownLines } from './breakdown-lines'
import { DeliveryCard } from './delivery-card'
import { DiscountsCard } from './discounts-card'
import './index.scss'
import { PayBar } from './pay-bar'
import { toOrderItems } from './to-order-items'

const page = 'checkout'

/** One order, from the tap to the merchant's confirmation. */
export default function CheckoutPage() {
  const { shelf, checkout, draft, forbidsVirtualGoods } = useStores()
  const copy = useCopy()
  const words = copy.checkout
  const { goods, items, shippingFen, kindsNotOnIos } = useStore(shelf)
  const view = useStore(checkout)
  const { quote, gap } = useStore(draft)

  useLoad<{ orderNo?: string; orderKey?: string }>(({ orderNo, orderKey }) => {
    checkout.enter({ orderNo, orderKey })
    if (shelf.getState().status !== 'ready') void shelf.load()
  })
  useShown({ show: () => checkout.show(page), hide: () => checkout.hide(page) })

  const { order, state } = view
  const isConfirming = state === 'confirming'
  const isDraft = order === null && !isConfirming
  useEffect(() => {
    if (isDraft) void draft.refresh()
  }, [draft, isDraft, items])

  const shown = order?.items ?? toOrderItems(items, goods)
  const hasChoices = isDraft && shown.length > 0
  const amount = shownAmount({ order, quote, items, goods, shippingFen })
  const dueFen = amount.totalFen
  const isForbidden = forbidsVirtualGoods && holdsKind(shown, goods, kindsNotOnIos)
  const isCutOff = !view.hasNetwork || view.isOffline
  const submit = (): void => {
    if (!isDraft || draft.isComplete()) void checkout.submit()
  }
  return (
    <Screen title={words.title} className={`checkout-page${state === 'expired' ? ' checkout-page--expired' : ''}`}>
      {isCutOff && !isConfirming && <Banner tone="warn" title={words.offlineBefore} isWide isUrgent />}
      {hasChoices && <DeliveryCard copy={copy} isFixed={state === 'creating'} />}
      <OrderItems items={shown} />
      {!isDraft && (
        <View className="card">
          <ListRow icon="wallet" label={words.method} value={copy.payName} />
        </View>
      )}
      {hasChoices && <DiscountsCard copy={copy} />}
      <Breakdown
        lines={breakdownLines(amount, copy)}
        due={{ label: words.due, fen: dueFen }}
        spoken={copy.spoken(dueFen)}
      />
      {isForbidden && (
        <View className="checkout-page__banner">
          <Banner id="forbidden" tone="info" title={words.notOnIos} />
        </View>
      )}
      {hasChoices && <Agreement copy={copy} />}
      <PayBar
        copy={copy}
        view={view}
        gap={isDraft ? gap : null}
        dueFen={dueFen}
        isEmpty={shown.length === 0}
        isForbidden={isForbidden}
        onSubmit={submit}
      />
      {isConfirming && <ConfirmingSheet copy={copy} />}
    </Screen>
  )
}
