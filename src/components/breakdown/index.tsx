import { View } from '@tarojs/components'
import type { Fen } from '../../domain/money'
import { Price } from '../price'
import './index.scss'

export interface BreakdownLine {
  readonly label: string
  /** Below zero: a discount. */
  readonly fen: Fen
}

export interface BreakdownProps {
  readonly lines: readonly BreakdownLine[]
  readonly due: BreakdownLine
  /** The amount due, as a screen reader says it. */
  readonly spoken: string
}

/** The parts of an amount. The last line is the amount due; screen readers say it when it changes. */
export function Breakdown({ lines, due, spoken }: BreakdownProps) {
  return (
    <View className="breakdown card">
      {lines.map(({ label, fen }) => (
        <View key={label} className="breakdown__line">
          <View className="breakdown__label">{label}</View>
          <Price fen={fen} size="sub" />
        </View>
      ))}
      <View
        className="breakdown__line breakdown__line--due"
        aria-role="status"
        aria-live="polite"
        aria-label={`${due.label} ${spoken}`}
      >
        <View className="breakdown__due">{due.label}</View>
        <Price id="amount" fen={due.fen} />
      </View>
    </View>
  )
}
