import { View } from '@tarojs/components'
import { Tap } from '../tap'
import './index.scss'

export interface ButtonProps {
  readonly id?: string
  readonly kind?: 'primary' | 'secondary' | 'outline' | 'text'
  /** Smaller, for use within a card. */
  readonly isSmall?: boolean
  readonly label: string
  /** What a screen reader says instead of the label, e.g. an amount in words. */
  readonly spoken?: string
  /** Shows a spinner, and ignores taps. */
  readonly isBusy?: boolean
  /** Ignores taps. The label must say why. */
  readonly isDisabled?: boolean
  readonly onTap: () => void
}

/** A button whose height is a minimum, so that larger type never overflows it. */
export function Button(props: ButtonProps) {
  const { id, kind = 'primary', isSmall = false, label, spoken, isBusy = false, isDisabled = false, onTap } = props
  const look = isBusy ? 'button--busy' : isDisabled ? 'button--disabled' : `button--${kind}`
  return (
    <Tap
      id={id}
      className={`button ${look}${isSmall ? ' button--small' : ''}`}
      label={spoken}
      isDisabled={isBusy || isDisabled}
      pressedClass="button--pressed"
      onTap={onTap}
    >
      {isBusy && <View className="button__spinner" />}
      {label}
    </Tap>
  )
}
