import { View } from '@tarojs/components'
import { useStore } from 'zustand'
import { ListRow } from '../../components/list-row'
import { Segmented } from '../../components/segmented'
import type { Address } from '../../contract/api'
import type { Copy } from '../../copy/types'
import { holdsPhysical } from '../../domain/cart'
import { useStores } from '../stores-context'

export interface DeliveryCardProps {
  readonly copy: Copy
  /** An order exists: nothing can be chosen. */
  readonly isFixed: boolean
}

/** How the goods reach the payer: sent to an address, picked up, or delivered on the phone. */
export function DeliveryCard({ copy, isFixed }: DeliveryCardProps) {
  const { shelf, draft, navigation } = useStores()
  const { goods, items, pickups } = useStore(shelf)
  const { delivery, address, pickupId } = useStore(draft)
  const words = copy.delivery
  if (!holdsPhysical(items, goods)) {
    return (
      <View className="card">
        <ListRow id="virtual" icon="gift" label={words.virtual} text={words.virtualText} />
      </View>
    )
  }
  const pickup = pickups.find(({ storeId }) => storeId === pickupId) ?? pickups[0]
  return (
    <View className="card">
      <View className="checkout-page__ways">
        <Segmented
          id="delivery"
          label={words.label}
          options={[
            ['express', words.express],
            ['pickup', words.pickup],
          ]}
          chosen={delivery}
          isDisabled={isFixed}
          onChoose={(value) => draft.chooseDelivery(value)}
        />
      </View>
      {delivery === 'express' ? (
        <ListRow
          id="address"
          icon="pin"
          label={address === null ? words.noAddress : `${address.name} ${maskedPhone(address.phone)}`}
          text={address === null ? words.noAddressText : addressText(address)}
          onTap={isFixed ? undefined : () => void draft.chooseAddress()}
        />
      ) : (
        <ListRow
          id="store"
          icon="shop"
          label={pickup?.name ?? words.pickup}
          text={pickup === undefined ? '' : `${pickup.address} · ${pickup.hours}`}
          onTap={isFixed || pickups.length < 2 ? undefined : () => navigation.toShopPage('pickup')}
        />
      )}
    </View>
  )
}

/** Hides the middle of a number from people who look over the payer's shoulder. */
function maskedPhone(phone: string): string {
  return phone.length < 8 ? phone : `${phone.slice(0, 3)}****${phone.slice(-4)}`
}

function addressText({ province, city, district, detail }: Address): string {
  // A city that is a province too (直辖市) is named once.
  return [province === city ? '' : province, city, district, detail].join('')
}
