import { View } from '@tarojs/components'
import { Tap } from '../tap'
import './index.scss'

export interface SegmentedProps<T extends string> {
  /** Prefix of the halves' ids. */
  readonly id: string
  readonly label: string
  readonly options: readonly (readonly [value: T, label: string])[]
  readonly chosen: T
  readonly isDisabled?: boolean
  readonly onChoose: (value: T) => void
}

/** A choice between two, side by side. Each half is a target. */
export function Segmented<T extends string>({ id, label, options, chosen, isDisabled, onChoose }: SegmentedProps<T>) {
  return (
    <View className="segmented" aria-role="radiogroup" aria-label={label}>
      {options.map(([value, name]) => (
        <Tap
          key={value}
          id={`${id}-${value}`}
          className={`segmented__half ${value === chosen ? 'segmented__half--chosen' : ''}`}
          role="radio"
          isChecked={value === chosen}
          isDisabled={isDisabled}
          onTap={() => onChoose(value)}
        >
          {name}
        </Tap>
      ))}
    </View>
  )
}
