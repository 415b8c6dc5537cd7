import { View } from '@tarojs/components'
import './index.scss'

export interface StatusRingProps {
  readonly kind: 'waiting' | 'done' | 'closed'
}

/** The sign above a headline. It turns only while work is under way. */
export function StatusRing({ kind }: StatusRingProps) {
  return (
    <View className={`status-ring status-ring--${kind}`}>
      {kind === 'waiting' && <View className="status-ring__turning" />}
      <View className={`status-ring__icon status-ring__icon--${kind}`} />
    </View>
  )
}
