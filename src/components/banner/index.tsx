import { View } from '@tarojs/components'
import { Icon, type IconName } from '../icon'
import './index.scss'

export interface BannerProps {
  readonly id?: string
  readonly tone: 'accent' | 'warn' | 'danger' | 'info' | 'neutral'
  readonly title: string
  readonly text?: string
  /** Default: the icon of the tone. */
  readonly icon?: IconName
  /** From edge to edge, below the navigation bar. */
  readonly isWide?: boolean
  /** A screen reader says it at once, and interrupts itself. Default: it says it in the next pause. */
  readonly isUrgent?: boolean
}

const icons: Readonly<Record<BannerProps['tone'], IconName>> = {
  accent: 'info',
  warn: 'offline',
  danger: 'info',
  info: 'info',
  neutral: 'clock',
}

/** A message with an icon and words, never colour alone. Screen readers say it when it appears or changes. */
export function Banner(props: BannerProps) {
  const { id, tone, title, text = '', icon = icons[tone], isWide = false, isUrgent = false } = props
  return (
    <View
      className={`banner banner--${tone}${isWide ? ' banner--wide' : ''}`}
      aria-role="status"
      aria-live={isUrgent ? 'assertive' : 'polite'}
    >
      <Icon name={icon} />
      <View className="banner__words">
        <View id={id} className={isWide ? 'banner__line' : 'banner__title'}>
          {title}
        </View>
        {text !== '' && <View className="banner__text">{text}</View>}
      </View>
    </View>
  )
}
