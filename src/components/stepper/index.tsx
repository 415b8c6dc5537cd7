import { View } from '@tarojs/components'
import { Tap } from '../tap'
import './index.scss'

export interface StepperWords {
  readonly group: string
  readonly more: string
  readonly fewer: string
  /** Why the limit is reached. */
  readonly full: string
}

export interface StepperProps {
  /** Prefix of the buttons' ids. */
  readonly id: string
  readonly quantity: number
  readonly limit: number
  readonly words: StepperWords
  readonly onAdd: () => void
  readonly onRemove: () => void
}

/** Two targets of 88 around a number. At zero only "more" is shown. */
export function Stepper({ id, quantity, limit, words, onAdd, onRemove }: StepperProps) {
  const isFull = quantity >= limit
  return (
    <View className="stepper" aria-role="group" aria-label={words.group}>
      {quantity > 0 && (
        <>
          <Tap
            id={`${id}-minus`}
            className="stepper__target"
            pressedClass="stepper__target--pressed"
            label={words.fewer}
            onTap={onRemove}
          >
            <View className="stepper__disc stepper__disc--minus">
              <View className="stepper__minus" />
            </View>
          </Tap>
          <View id={`${id}-quantity`} className="stepper__quantity" aria-live="polite">
            {quantity}
          </View>
        </>
      )}
      <Tap
        id={`${id}-plus`}
        className="stepper__target"
        pressedClass="stepper__target--pressed"
        label={isFull ? words.full : words.more}
        isDisabled={isFull}
        onTap={onAdd}
      >
        <View className={`stepper__disc ${isFull ? 'stepper__disc--full' : 'stepper__disc--plus'}`}>
          <View className="stepper__plus" />
        </View>
      </Tap>
    </View>
  )
}
