import { View } from '@tarojs/components'
import { Icon, type IconName } from '../icon'
import './index.scss'

export interface StatusRingProps {
  readonly kind: 'waiting' | 'done' | 'closed' | 'returned'
}

const icons: Readonly<Record<StatusRingProps['kind'], IconName>> = {
  waiting: 'clock',
  done: 'check',
  closed: 'close',
  returned: 'refund',
}

/** The sign above a headline. It turns while the result is open. */
export function StatusRing({ kind }: StatusRingProps) {
  return (
    <View className={`status-ring status-ring--${kind}`}>
      {kind === 'waiting' && <View className="status-ring__turning" />}
      <Icon name={icons[kind]} />
    </View>
  )
}
