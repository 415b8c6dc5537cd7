import { View } from '@tarojs/components'
import { Tap } from '../../components/tap'
import type { Goods } from '../../contract/api'

export interface CategoriesProps {
  readonly goods: readonly Goods[]
  /** Null: all goods. */
  readonly chosen: string | null
  readonly allLabel: string
  readonly onChoose: (category: string | null) => void
}

/** The headings of the shelf, one chip each. */
export function Categories({ goods, chosen, allLabel, onChoose }: CategoriesProps) {
  const categories = [null, ...new Set(goods.map(({ category }) => category))]
  return (
    <View className="goods-page__kinds" aria-role="tablist">
      {categories.map((one) => (
        <Tap
          key={one}
          id={`category-${one ?? 'all'}`}
          className="goods-page__kind"
          role="tab"
          isSelected={one === chosen}
          onTap={() => onChoose(one)}
        >
          <View className={`chip ${one === chosen ? 'chip--chosen' : ''}`}>{one ?? allLabel}</View>
        </Tap>
      ))}
    </View>
  )
}
