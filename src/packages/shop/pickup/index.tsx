import { View } from '@tarojs/components'
import { useStore } from 'zustand'
import { Choice } from '../../../components/choice'
import { Screen } from '../../../pages/screen'
import { useStores } from '../../../pages/stores-context'
import { useShopCopy } from '../copy/use-shop-copy'
import './index.scss'

/** The places where goods can be picked up. */
export default function PickupPage() {
  const { draft, shelf, navigation } = useStores()
  const words = useShopCopy().pickup
  const pickups = useStore(shelf, (view) => view.pickups)
  const pickupId = useStore(draft, (view) => view.pickupId)
  return (
    <Screen title={words.title}>
      <View className="card pickup-page__card">
        <Choice
          id="store"
          label={words.title}
          options={pickups.map(({ storeId, name, address, hours }) => ({
            value: storeId,
            label: name,
            text: `${address} · ${hours}`,
          }))}
          chosen={pickupId ?? pickups[0]?.storeId ?? ''}
          onChoose={(value) => {
            draft.choosePickup(value)
            navigation.back()
          }}
        />
      </View>
    </Screen>
  )
}
