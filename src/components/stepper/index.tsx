import { View } from '@tarojs/components'
import './index.scss'

export interface StepperProps {
  /** Prefix of the buttons' ids. */
  readonly id: string
  readonly quantity: number
  readonly limit: number
  readonly onAdd: () => void
  readonly onRemove: () => void
}

/** Two targets of 88 around a number; at zero only "more" is there. */
export function Stepper({ id, quantity, limit, onAdd, onRemove }: StepperProps) {
  const isFull = quantity >= limit
  return (
    <View className="stepper">
      {quantity > 0 && (
        <>
          <View id={`${id}-minus`} className="stepper__target" hoverClass="stepper__target--pressed" onClick={onRemove}>
            <View className="stepper__disc stepper__disc--minus">
              <View className="stepper__minus" />
            </View>
          </View>
          <View id={`${id}-quantity`} className="stepper__quantity">
            {quantity}
          </View>
        </>
      )}
      <View
        id={`${id}-plus`}
        className="stepper__target"
        hoverClass="stepper__target--pressed"
        onClick={isFull ? undefined : onAdd}
      >
        <View className={`stepper__disc ${isFull ? 'stepper__disc--full' : 'stepper__disc--plus'}`}>
          <View className="stepper__plus" />
        </View>
      </View>
    </View>
  )
}
