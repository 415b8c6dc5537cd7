import { View } from '@tarojs/components'
import type { Goods } from '../../contract/api'
import { GoodsArt } from '../goods-art'
import { Price } from '../price'
import { Stepper, type StepperWords } from '../stepper'
import './index.scss'

export interface GoodsRowProps {
  readonly goods: Goods
  readonly quantity: number
  readonly limit: number
  readonly soldOutLabel: string
  readonly stepperWords: StepperWords
  readonly onAdd: () => void
  readonly onRemove: () => void
}

/** One item on the shelf. */
export function GoodsRow(props: GoodsRowProps) {
  const { goods, quantity, limit, soldOutLabel, stepperWords, onAdd, onRemove } = props
  return (
    <View className="goods-row">
      <GoodsArt goodsId={goods.goodsId} size="large" />
      <View className="goods-row__body">
        <View className="goods-row__name">{goods.name}</View>
        <View className="goods-row__spec">{goods.spec}</View>
        <View className="goods-row__foot">
          <Price fen={goods.priceFen} />
          {limit === 0 ? (
            <View className="goods-row__sold-out">{soldOutLabel}</View>
          ) : (
            <Stepper
              id={`goods-${goods.goodsId}`}
              quantity={quantity}
              limit={limit}
              words={stepperWords}
              onAdd={onAdd}
              onRemove={onRemove}
            />
          )}
        </View>
      </View>
    </View>
  )
}
