import { View } from '@tarojs/components'
import { useDidHide, useDidShow, useLoad, useUnload } from '@tarojs/taro'
import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import { Breakdown } from '../../components/breakdown'
import { ListRow } from '../../components/list-row'
import { Notice } from '../../components/banner'
import { OrderItems } from '../../components/order-items'
import { holdsKind, holdsPhysical, quoteOf } from '../../domain/cart'
import { ConfirmingSheet } from '../confirming-sheet'
import { Screen } from '../screen'
import { useStores } from '../stores-context'
import { useCopy } from '../use-copy'
import { Agreement } from './agreement'
import { breakdownLines } from './breakdown-lines'
import { CouponSheet } from './coupon-sheet'
import { DeliveryCard } from './delivery-card'
import { DiscountsCard } from './discounts-card'
import './index.scss'
import { PayBar } from './pay-bar'
import { toOrderItems } from './to-order-items'

const page = 'checkout'

/** One order, from the tap to the merchant's word on it. */
export default function CheckoutPage() {
  const { shelf, checkout, draft, forbidsVirtualGoods } = useStores()
  const copy = useCopy()
  const words = copy.checkout
  const { goods, items, shippingFen, pickupStores, kindsNotOnIos } = useStore(shelf)
  const view = useStore(checkout)
  const choice = useStore(draft)
  const [showsCoupons, setShowsCoupons] = useState(false)

  useLoad<{ orderNo?: string; orderKey?: string }>(({ orderNo, orderKey }) => {
    checkout.enter({ orderNo, orderKey })
    if (shelf.getState().status !== 'ready') void shelf.load()
  })
  useDidShow(() => checkout.show(page))
  useDidHide(() => checkout.hide(page))
  useUnload(() => checkout.hide(page))

  const { order } = view
  const isDraft = order === null && view.state !== 'confirming'
  useEffect(() => {
    if (isDraft) void draft.refresh()
  }, [draft, isDraft, items])

  const shown = order?.items ?? toOrderItems(items, goods)
  const quote = order ?? choice.quote ?? quoteOf(items, goods, shippingFen)
  const dueFen = 'dueFen' in quote ? quote.dueFen : quote.totalFen
  const isForbidden = forbidsVirtualGoods && holdsKind(shown, goods, kindsNotOnIos)
  const isCutOff = !view.hasNetwork || view.isOffline
  const isFixed = !isDraft || view.state === 'creating'
  const submit = (): void => {
    if (!isDraft || draft.isComplete()) void checkout.submit()
  }
  return (
    <Screen title={words.title} className={`checkout-page${view.state === 'expired' ? ' checkout-page--expired' : ''}`}>
      {isCutOff && view.state !== 'confirming' && <Notice tone="warn" title={words.offlineBefore} isBanner isUrgent />}
      {isDraft && shown.length > 0 && (
        <DeliveryCard
          copy={copy}
          draft={choice}
          isPhysical={holdsPhysical(items, goods)}
          stores={pickupStores}
          isFixed={isFixed}
          onDelivery={(delivery) => draft.chooseDelivery(delivery)}
          onAddress={() => void draft.chooseAddress()}
          onStore={() => draft.openPickup()}
        />
      )}
      <OrderItems items={shown} />
      {!isDraft && (
        <View className="card">
          <ListRow icon="wallet" label={words.method} value={copy.payName} />
        </View>
      )}
      {isDraft && shown.length > 0 && (
        <DiscountsCard
          copy={copy}
          draft={choice}
          onCoupons={() => setShowsCoupons(true)}
          onPoints={(isOn) => draft.usePoints(isOn)}
          onRemark={(remark) => draft.writeRemark(remark)}
        />
      )}
      <Breakdown
        lines={breakdownLines(quote, copy)}
        due={{ label: words.due, fen: dueFen }}
        spoken={copy.spoken(dueFen)}
      />
      {isForbidden && (
        <View className="checkout-page__notice">
          <Notice id="forbidden" tone="info" title={words.notOnIos} />
        </View>
      )}
      {isDraft && shown.length > 0 && (
        <Agreement
          copy={copy}
          isAgreed={choice.isAgreed}
          onAgree={(isOn) => draft.agree(isOn)}
          onTerms={() => draft.openTerms()}
        />
      )}
      <PayBar
        copy={copy}
        view={view}
        gap={isDraft ? choice.gap : null}
        dueFen={dueFen}
        isEmpty={shown.length === 0}
        isForbidden={isForbidden}
        onSubmit={submit}
        onRestart={() => checkout.restart()}
        onResult={() => checkout.toResult()}
        onGoods={() => checkout.toGoods()}
      />
      {showsCoupons && choice.quote !== null && (
        <CouponSheet
          copy={copy}
          quote={choice.quote}
          onChoose={(couponId) => {
            draft.chooseCoupon(couponId)
            setShowsCoupons(false)
          }}
          onClose={() => setShowsCoupons(false)}
        />
      )}
      {view.state === 'confirming' && (
        <ConfirmingSheet
          copy={copy}
          view={view}
          onContinue={() => void checkout.submit()}
          onResult={() => checkout.toResult()}
          onCopyLink={(url) => void checkout.copyLink(url)}
        />
      )}
    </Screen>
  )
}
