import { View } from '@tarojs/components'
import { Icon, type IconName } from '../icon'
import './index.scss'

export interface NoticeProps {
  readonly id?: string
  readonly tone: 'accent' | 'warn' | 'danger' | 'info' | 'neutral'
  readonly title: string
  readonly text?: string
  /** Default: what the tone suggests. */
  readonly icon?: IconName
  /** From edge to edge, below the navigation bar. */
  readonly isBanner?: boolean
  /** Read at once, over whatever is being read. Default: when there is a pause. */
  readonly isUrgent?: boolean
}

const icons: Readonly<Record<NoticeProps['tone'], IconName>> = {
  accent: 'info',
  warn: 'offline',
  danger: 'info',
  info: 'info',
  neutral: 'clock',
}

/** Icon and words, never colour alone. It is read out when it appears or changes. */
export function Notice(props: NoticeProps) {
  const { id, tone, title, text = '', icon = icons[tone], isBanner = false, isUrgent = false } = props
  return (
    <View
      className={`notice notice--${tone}${isBanner ? ' notice--banner' : ''}`}
      aria-role="status"
      aria-live={isUrgent ? 'assertive' : 'polite'}
    >
      <Icon name={icon} />
      <View className="notice__words">
        <View id={id} className={isBanner ? 'notice__line' : 'notice__title'}>
          {title}
        </View>
        {text !== '' && <View className="notice__text">{text}</View>}
      </View>
    </View>
  )
}
