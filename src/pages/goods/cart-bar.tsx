import { View } from '@tarojs/components'
import { Button } from '../../components/button'
import { Icon } from '../../components/icon'
import { Price } from '../../components/price'
import { Tabs, type TabName } from '../../components/tabs'
import type { Copy } from '../../copy/types'
import type { Fen } from '../../domain/money'

export interface CartBarProps {
  readonly copy: Copy
  readonly count: number
  readonly totalFen: Fen
  readonly isLoading: boolean
  readonly onCheckout: () => void
  readonly onTab: (tab: TabName) => void
}

/** The cart's total and the button to the checkout; below them the tabs. */
export function CartBar({ copy, count, totalFen, isLoading, onCheckout, onTab }: CartBarProps) {
  return (
    <View className="bar goods-page__bar">
      <View className="goods-page__cart">
        <View className={`goods-page__bag ${isLoading ? 'skeleton' : ''}`}>
          {!isLoading && <Icon name="bag" />}
          {count > 0 && <View className="goods-page__badge">{count}</View>}
        </View>
        {isLoading ? (
          <View className="goods-page__sum">
            <View className="skeleton skeleton--price" />
          </View>
        ) : (
          <View
            className="goods-page__sum"
            aria-role="status"
            aria-live="polite"
            aria-label={`${copy.spoken(totalFen)}, ${copy.goods.chosen(count)}`}
          >
            <Price id="cart-total" fen={totalFen} />
            <View className="goods-page__count">{count > 0 ? copy.goods.chosen(count) : copy.goods.nothingChosen}</View>
          </View>
        )}
        <View className="goods-page__go">
          <Button id="cart-checkout" label={copy.goods.toCheckout} isDisabled={count === 0} onTap={onCheckout} />
        </View>
      </View>
      <Tabs current="goods" labels={copy.tabs} onTab={onTab} />
    </View>
  )
}
