import { Text, View } from '@tarojs/components'
import { toYuan, type Fen } from '../../domain/money'
import './index.scss'

export interface PriceProps {
  readonly id?: string
  /** Below zero: a discount, in a different colour. */
  readonly fen: Fen
  readonly size?: 'display' | 'price' | 'label' | 'sub'
}

/** An amount; the yuan sign is smaller than its number. */
export function Price({ id, fen, size = 'price' }: PriceProps) {
  return (
    <View id={id} className={`price price--${size}${fen < 0 ? ' price--off' : ''}`}>
      <Text className="price__sign">{fen < 0 ? '−¥' : '¥'}</Text>
      <Text>{toYuan(Math.abs(fen))}</Text>
    </View>
  )
}
