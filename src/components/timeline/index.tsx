import { View } from '@tarojs/components'
import './index.scss'

export interface TimelineStep {
  readonly title: string
  readonly text?: string
  readonly time: string
}

export interface TimelineProps {
  readonly label: string
  /** The newest first: this is the present state. */
  readonly steps: readonly TimelineStep[]
}

/** The history of an order, as a line of dots. */
export function Timeline({ label, steps }: TimelineProps) {
  return (
    <View className="timeline" aria-role="list" aria-label={label}>
      {steps.map(({ title, text = '', time }, index) => (
        <View
          key={`${time} ${title}`}
          className={`timeline__step ${index === steps.length - 1 ? 'timeline__step--last' : ''}`}
          aria-role="listitem"
        >
          <View className={`timeline__dot ${index === 0 ? 'timeline__dot--current' : ''}`} />
          <View className="timeline__words">
            <View className={`timeline__title ${index === 0 ? 'timeline__title--current' : ''}`}>{title}</View>
            {text !== '' && <View className="timeline__text">{text}</View>}
          </View>
          <View className="timeline__time">{time}</View>
        </View>
      ))}
    </View>
  )
}
