import { View } from '@tarojs/components'
import { Tap } from '../../../components/tap'
import { orderFilters, type OrderFilter } from '../../../stores/orders/orders'

export interface FiltersProps {
  readonly labels: Readonly<Record<OrderFilter, string>>
  readonly chosen: OrderFilter
  readonly onChoose: (filter: OrderFilter) => void
}

/** Which orders the list shows. */
export function Filters({ labels, chosen, onChoose }: FiltersProps) {
  return (
    <View className="orders-page__filters" aria-role="tablist">
      {orderFilters.map((one) => (
        <Tap
          key={one}
          id={`filter-${one}`}
          className={`orders-page__filter ${one === chosen ? 'orders-page__filter--chosen' : ''}`}
          role="tab"
          isSelected={one === chosen}
          onTap={() => onChoose(one)}
        >
          {labels[one]}
        </Tap>
      ))}
    </View>
  )
}
