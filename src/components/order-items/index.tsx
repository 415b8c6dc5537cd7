import { View } from '@tarojs/components'
import type { OrderItem } from '../../contract/api'
import { GoodsArt } from '../goods-art'
import { Price } from '../price'
import './index.scss'

export interface OrderItemsProps {
  readonly items: readonly OrderItem[]
}

/** The items of an order. */
export function OrderItems({ items }: OrderItemsProps) {
  return (
    <View className="order-items card">
      {items.map(({ goodsId, name, spec, priceFen, quantity }) => (
        <View key={goodsId} className="order-items__row">
          <GoodsArt goodsId={goodsId} size="small" />
          <View className="order-items__words">
            <View className="order-items__what">
              <View className="order-items__name">{name}</View>
              <View className="order-items__spec">{spec}</View>
            </View>
            <View className="order-items__numbers">
              <Price fen={priceFen} size="label" />
              <View className="order-items__spec">×{quantity}</View>
            </View>
          </View>
        </View>
      ))}
    </View>
  )
}
