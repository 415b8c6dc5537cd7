import { View } from '@tarojs/components'
import { Icon } from '../icon'
import { Tap } from '../tap'
import './index.scss'

export interface ChoiceOption<T extends string> {
  readonly value: T
  readonly label: string
  readonly text?: string
  /** Shown before the label, e.g. the discount of a coupon. */
  readonly lead?: string
}

export interface ChoiceProps<T extends string> {
  /** Prefix of the options' ids. */
  readonly id: string
  readonly label: string
  readonly options: readonly ChoiceOption<T>[]
  readonly chosen: T
  readonly onChoose: (value: T) => void
}

/** A choice of one, each option on a separate row. */
export function Choice<T extends string>({ id, label, options, chosen, onChoose }: ChoiceProps<T>) {
  return (
    <View className="choice" aria-role="radiogroup" aria-label={label}>
      {options.map(({ value, label: name, text = '', lead = '' }) => (
        <Tap
          key={value}
          id={`${id}-${value}`}
          className="choice__row"
          role="radio"
          isChecked={value === chosen}
          onTap={() => onChoose(value)}
        >
          {lead !== '' && <View className="choice__lead">{lead}</View>}
          <View className="choice__words">
            <View className="choice__label">{name}</View>
            {text !== '' && <View className="choice__text">{text}</View>}
          </View>
          <View className={`choice__mark ${value === chosen ? 'choice__mark--on' : ''}`}>
            {value === chosen && <Icon name="check" />}
          </View>
        </Tap>
      ))}
    </View>
  )
}
