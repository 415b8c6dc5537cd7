import { View } from '@tarojs/components'
import './index.scss'

export interface InfoLine {
  readonly id?: string
  readonly label: string
  readonly value: string
}

export interface InfoListProps {
  readonly lines: readonly InfoLine[]
}

/** Labels and values, one per line. */
export function InfoList({ lines }: InfoListProps) {
  return (
    <View className="info-list card">
      {lines.map(({ id, label, value }) => (
        <View key={label} className="info-list__line">
          <View className="info-list__label">{label}</View>
          <View id={id} className="info-list__value">
            {value}
          </View>
        </View>
      ))}
    </View>
  )
}
