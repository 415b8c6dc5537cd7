import { View } from '@tarojs/components'
import './index.scss'

export interface ButtonProps {
  readonly id?: string
  readonly kind?: 'primary' | 'secondary' | 'outline' | 'text'
  readonly label: string
  /** Work is under way: a spinner, and taps do nothing. */
  readonly isBusy?: boolean
  readonly isDisabled?: boolean
  readonly onTap: () => void
}

/** A button whose height is a minimum, so that larger type never overflows it. */
export function Button({ id, kind = 'primary', label, isBusy = false, isDisabled = false, onTap }: ButtonProps) {
  const isIdle = !isBusy && !isDisabled
  const look = isBusy ? 'button--busy' : isDisabled ? 'button--disabled' : `button--${kind}`
  return (
    <View
      id={id}
      className={`button ${look}`}
      hoverClass={isIdle ? 'button--pressed' : 'none'}
      onClick={isIdle ? onTap : undefined}
    >
      {isBusy && <View className="button__spinner" />}
      {label}
    </View>
  )
}
