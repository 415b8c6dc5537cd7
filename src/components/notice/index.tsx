import { View } from '@tarojs/components'
import './index.scss'

export interface NoticeProps {
  readonly id?: string
  readonly tone: 'accent' | 'warn' | 'danger' | 'neutral'
  readonly title: string
  readonly text?: string
}

/** Icon and words, never colour alone. */
export function Notice({ id, tone, title, text = '' }: NoticeProps) {
  return (
    <View className={`notice notice--${tone}`}>
      <View className={`notice__icon notice__icon--${tone}`} />
      <View className="notice__words">
        <View id={id} className="notice__title">
          {title}
        </View>
        {text !== '' && <View className="notice__text">{text}</View>}
      </View>
    </View>
  )
}
