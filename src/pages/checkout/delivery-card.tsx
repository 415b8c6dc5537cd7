import { View } from '@tarojs/components'
import { ListRow } from '../../components/list-row'
import { Segmented } from '../../components/segmented'
import type { Pickup } from '../../contract/api'
import type { Copy } from '../../copy/types'
import type { DraftView, PhysicalDelivery } from '../../stores/checkout/draft'

export interface DeliveryCardProps {
  readonly copy: Copy
  readonly draft: DraftView
  readonly isPhysical: boolean
  readonly stores: readonly Pickup[]
  /** An order is there: nothing can be chosen any more. */
  readonly isFixed: boolean
  readonly onDelivery: (delivery: PhysicalDelivery) => void
  readonly onAddress: () => void
  readonly onStore: () => void
}

/** How the goods reach the payer: by post to an address, in a store, or on the phone itself. */
export function DeliveryCard(props: DeliveryCardProps) {
  const { copy, draft, isPhysical, stores, isFixed, onDelivery, onAddress, onStore } = props
  const words = copy.delivery
  if (!isPhysical) {
    return (
      <View className="card">
        <ListRow id="virtual" icon="gift" label={words.virtual} text={words.virtualText} />
      </View>
    )
  }
  const { delivery, address, storeId } = draft
  const store = stores.find((one) => one.storeId === storeId) ?? stores[0]
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
          onChoose={onDelivery}
        />
      </View>
      {delivery === 'express' ? (
        <ListRow
          id="address"
          icon="pin"
          label={address === null ? words.noAddress : `${address.name} ${maskedPhone(address.phone)}`}
          text={address === null ? words.noAddressText : addressText(address)}
          onTap={isFixed ? undefined : onAddress}
        />
      ) : (
        <ListRow
          id="store"
          icon="shop"
          label={store?.name ?? words.pickup}
          text={store === undefined ? '' : `${store.address} · ${store.hours}`}
          onTap={isFixed || stores.length < 2 ? undefined : onStore}
        />
      )}
    </View>
  )
}

/** The middle of a number is nobody's business who looks over a shoulder. */
function maskedPhone(phone: string): string {
  return phone.length < 8 ? phone : `${phone.slice(0, 3)}****${phone.slice(-4)}`
}

function addressText({ province, city, district, detail }: NonNullable<DraftView['address']>): string {
  // A city that is its own province is named once.
  return [province === city ? '' : province, city, district, detail].join('')
}
