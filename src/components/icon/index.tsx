import { View } from '@tarojs/components'
import './index.scss'

export type IconName =
  | 'bag'
  | 'shop'
  | 'order'
  | 'person'
  | 'pin'
  | 'phone'
  | 'gift'
  | 'coupon'
  | 'star'
  | 'truck'
  | 'note'
  | 'check'
  | 'close'
  | 'chevron'
  | 'info'
  | 'clock'
  | 'offline'
  | 'wallet'
  | 'refund'

export interface IconProps {
  readonly name: IconName
}

/** A drawing in the colour of the text around it. Screen readers skip it and say the words beside it. */
export function Icon({ name }: IconProps) {
  return <View className={`icon icon--${name}`} />
}
