import { View } from '@tarojs/components'
import type { PropsWithChildren } from 'react'

export interface TapProps extends PropsWithChildren {
  readonly id?: string
  readonly className?: string
  readonly role?: 'button' | 'switch' | 'checkbox' | 'radio' | 'tab' | 'link'
  /** What a screen reader says instead of the text inside. */
  readonly label?: string
  readonly isDisabled?: boolean
  /** Of a switch, checkbox or radio. */
  readonly isChecked?: boolean
  /** Of a tab. */
  readonly isSelected?: boolean
  /** Class while a finger is down. */
  readonly pressedClass?: string
  readonly onTap: () => void
}

/** Anything that can be tapped, with role and state for screen readers. When disabled it ignores taps. */
export function Tap(props: TapProps) {
  const { id, className, role = 'button', label, isDisabled = false, isChecked, isSelected, pressedClass } = props
  return (
    <View
      id={id}
      className={className}
      hoverClass={isDisabled || pressedClass === undefined ? 'none' : pressedClass}
      aria-role={role}
      aria-label={label}
      aria-disabled={String(isDisabled)}
      aria-checked={isChecked === undefined ? undefined : String(isChecked)}
      aria-selected={isSelected === undefined ? undefined : String(isSelected)}
      onClick={isDisabled ? undefined : props.onTap}
    >
      {props.children}
    </View>
  )
}
