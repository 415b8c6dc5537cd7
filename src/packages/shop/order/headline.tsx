import { View } from '@tarojs/components'
import { Tag } from '../../../components/tag'
import { Timeline, type TimelineStep } from '../../../components/timeline'
import type { OrderDetail } from '../../../contract/api'
import { formatYuan } from '../../../domain/money'
import { formatClock, formatCountdown, formatMonthDay } from '../../../domain/time'
import type { ShopCopy } from '../copy/types'
import { standingOf } from '../standing'

/** The seconds at which screen readers say the countdown. */
const spokenSeconds = new Set([300, 60, 0])

export interface HeadlineProps {
  readonly copy: ShopCopy
  readonly order: OrderDetail
  readonly remainingSec: number | null
}

/** The state of the order, with its history, or with the time that is left to pay it. */
export function Headline({ copy, order, remainingSec }: HeadlineProps) {
  const words = copy.order
  const { title, text } = words.standing[standingOf(order)]
  const share = (remainingSec ?? 0) / Math.max(1, lifetimeSec(order))
  return (
    <View className="card order-head">
      <View className="order-head__line">
        <View id="order-status" className="order-head__title" aria-role="status" aria-live="polite">
          {title}
        </View>
        {order.status === 'paid' && <Tag tone="accent" text={words.paidTag} />}
      </View>
      {text !== '' && <View className="order-head__text">{text}</View>}
      {order.status === 'pending' && remainingSec !== null ? (
        <>
          <View className="order-head__left" aria-live={spokenSeconds.has(remainingSec) ? 'polite' : 'off'}>
            <View id="countdown" className="order-head__clock">
              {formatCountdown(remainingSec)}
            </View>
            <View className="order-head__unit">{words.closesIn}</View>
          </View>
          <View className="order-head__track">
            <View className="order-head__bar" style={{ width: `${Math.round(share * 100)}%` }} />
          </View>
        </>
      ) : (
        <View className="order-head__timeline">
          <Timeline label={words.timeline} steps={stepsOf(order, copy)} />
        </View>
      )}
    </View>
  )
}

function lifetimeSec({ createdAt, expiresAt }: OrderDetail): number {
  return (Date.parse(expiresAt) - Date.parse(createdAt)) / 1000
}

function stepsOf({ timeline }: OrderDetail, { order: words }: ShopCopy): readonly TimelineStep[] {
  return [...timeline].reverse().map(({ kind, at, note, amountFen }) => ({
    title: amountFen === null ? words.steps[kind] : `${words.steps[kind]} ${formatYuan(amountFen)}`,
    text: note ?? '',
    time: `${formatMonthDay(at)} ${formatClock(at)}`,
  }))
}
