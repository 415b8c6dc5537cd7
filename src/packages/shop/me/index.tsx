import { View } from '@tarojs/components'
import { useDidShow } from '@tarojs/taro'
import { useState } from 'react'
import { useStore } from 'zustand'
import { Choice } from '../../../components/choice'
import { ListRow } from '../../../components/list-row'
import { Tabs } from '../../../components/tabs'
import type { Coupon } from '../../../contract/api'
import { spokenYuan } from '../../../domain/money'
import { formatMonthDay } from '../../../domain/time'
import { Screen } from '../../../pages/screen'
import { useStores } from '../../../pages/stores-context'
import { useCopy } from '../../../pages/use-copy'
import { createMeStore } from '../../../stores/account/me'
import { languages, themes } from '../../../stores/account/settings'
import type { ShopCopy } from '../copy/types'
import { useShopCopy } from '../copy/use-shop-copy'
import './index.scss'

/** Stands for the host's choice. */
const auto = 'auto'

/** The payer's points, coupons and address, and the settings of the app. */
export default function MePage() {
  const { draft, navigation, create } = useStores()
  const [store] = useState(() => create(createMeStore))
  const { tabs } = useCopy()
  const copy = useShopCopy()
  const words = copy.me
  const { status, me } = useStore(store)
  const address = useStore(draft, (view) => view.address)
  useDidShow(() => void store.load())
  return (
    <Screen title={words.title} className="me-page">
      <View className="card">
        {status === 'failed' && (
          <ListRow id="retry" icon="offline" label={words.failed} onTap={() => void store.load()} />
        )}
        {status !== 'failed' && (
          <ListRow
            id="my-points"
            icon="star"
            label={words.points}
            text={words.pointsText}
            value={String(me?.points ?? '…')}
          />
        )}
        <ListRow
          id="my-address"
          icon="pin"
          label={words.address}
          text={
            address === null ? words.noAddress : `${address.name} ${address.city}${address.district}${address.detail}`
          }
          onTap={() => void draft.chooseAddress()}
        />
      </View>
      {me !== null && (
        <>
          <View className="me-page__title">{words.coupons}</View>
          <View className="card">
            {me.coupons.length === 0 && <ListRow icon="coupon" label={words.noCoupons} />}
            {me.coupons.map((coupon) => (
              <ListRow
                key={coupon.couponId}
                icon="coupon"
                label={coupon.name}
                text={conditionOf(coupon, copy)}
                value={`−¥${spokenYuan(coupon.discountFen)}`}
                tone="promo"
              />
            ))}
          </View>
        </>
      )}
      <Look words={words} />
      <View className="bar bar--tabs">
        <Tabs current="me" labels={tabs} onTab={(tab) => navigation.toTab(tab)} />
      </View>
    </Screen>
  )
}

/** Language, theme and size of type. */
function Look({ words }: { readonly words: ShopCopy['me'] }) {
  const { settings } = useStores()
  const { languageChoice, themeChoice, fontScale } = useStore(settings)
  return (
    <>
      <View className="me-page__title">{words.language}</View>
      <View className="card me-page__card">
        <Choice
          id="language"
          label={words.language}
          options={([auto, ...languages] as const).map((value) => ({ value, label: words.languages[value] }))}
          chosen={languageChoice ?? auto}
          onChoose={(value) => settings.chooseLanguage(value === auto ? null : value)}
        />
      </View>
      <View className="me-page__title">{words.theme}</View>
      <View className="card me-page__card">
        <Choice
          id="theme"
          label={words.theme}
          options={([auto, ...themes] as const).map((value) => ({ value, label: words.themes[value] }))}
          chosen={themeChoice ?? auto}
          onChoose={(value) => settings.chooseTheme(value === auto ? null : value)}
        />
      </View>
      <View className="me-page__title">{words.fontScale}</View>
      <View className="card me-page__card me-page__scale">
        <View>{words.fontScaleText}</View>
        <View id="font-scale">×{fontScale}</View>
      </View>
    </>
  )
}

function conditionOf({ kind, minFen, expiresAt }: Coupon, { me: words }: ShopCopy): string {
  const until = formatMonthDay(expiresAt)
  return kind === 'shipping' ? words.shippingCoupon(until) : words.coupon(`¥${spokenYuan(minFen)}`, until)
}
