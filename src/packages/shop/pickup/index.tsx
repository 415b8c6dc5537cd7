import { View } from '@tarojs/components'
import { useStore } from 'zustand'
import { Choice } from '../../../components/choice'
import { Screen } from '../../../pages/screen'
import { useStores } from '../../../pages/stores-context'
import { useShopCopy } from '../copy/use-shop-copy'
import './index.scss'

/** Where goods can be picked up. */
export default function PickupPage() {
  const { draft, shelf } = useStores()
  const words = useShopCopy().stores
  const stores = useStore(shelf, (view) => view.pickupStores)
  const storeId = useStore(draft, (view) => view.storeId)
  return (
    <Screen title={words.title}>
      <View className="card pickup-page__card">
        <Choice
          id="store"
          label={words.title}
          options={stores.map((store) => ({
            value: store.storeId,
            label: store.name,
            text: `${store.address} · ${store.hours}`,
          }))}
          chosen={storeId ?? stores[0]?.storeId ?? ''}
          onChoose={(value) => draft.chooseStore(value)}
        />
      </View>
    </Screen>
  )
}
