import type { Goods, OrderItem } from '../../contract/api'
import type { CartItem } from '../../domain/cart'

/** Shows a cart as the items of the future order. */
export function toOrderItems(items: readonly CartItem[], goods: readonly Goods[]): readonly OrderItem[] {
  return items.flatMap(({ goodsId, quantity }) => {
    const sold = goods.find((one) => one.goodsId === goodsId)
    return sold ? [{ goodsId, quantity, name: sold.name, spec: sold.spec, priceFen: sold.priceFen }] : []
  })
}
