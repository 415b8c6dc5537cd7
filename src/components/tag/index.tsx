import { View } from '@tarojs/components'
import './index.scss'

export interface TagProps {
  readonly id?: string
  readonly tone: 'accent' | 'warn' | 'info' | 'neutral' | 'danger'
  readonly text: string
}

/** A state in one or two words. */
export function Tag({ id, tone, text }: TagProps) {
  return (
    <View id={id} className={`tag tag--${tone}`}>
      {text}
    </View>
  )
}
