import { View } from '@tarojs/components'
import type { Fen } from '../../domain/money'
import { Price } from '../price'
import './index.scss'

export interface BreakdownLine {
  readonly label: string
  readonly fen: Fen
}

export interface BreakdownProps {
  readonly lines: readonly BreakdownLine[]
  readonly due: BreakdownLine
}

/** How the amount comes about; the last line is what is due. */
export function Breakdown({ lines, due }: BreakdownProps) {
  return (
    <View className="breakdown card">
      {lines.map(({ label, fen }) => (
        <View key={label} className="breakdown__line">
          <View className="breakdown__label">{label}</View>
          <Price fen={fen} size="sub" />
        </View>
      ))}
      <View className="breakdown__line breakdown__line--due">
        <View className="breakdown__due">{due.label}</View>
        <Price id="amount" fen={due.fen} />
      </View>
    </View>
  )
}
