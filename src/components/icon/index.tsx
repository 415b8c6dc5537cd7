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

/** A drawing in the colour of the text around it. It says nothing to a screen reader: words beside it do. */
export function Icon({ name }: IconProps) {
  return <View className={`icon icon--${name}`} />
}
