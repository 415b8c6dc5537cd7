import { View } from '@tarojs/components'
import { Button } from '../../../components/button'
import { Banner } from '../../../components/banner'
import { GoodsArt } from '../../../components/goods-art'
import { Price } from '../../../components/price'
import { Tag } from '../../../components/tag'
import { Tap } from '../../../components/tap'
import { formatCountdown, secondsUntil } from '../../../domain/time'
import { isPayable, type ListDeed, type ListedOrder } from '../../../stores/orders/orders'
import type { ShopCopy } from '../copy/types'
import { orderTime } from '../order-time'
import { standingOf, standingTones } from '../standing'

/** More pictures would not fit beside the amount. */
const picturesMax = 3

export interface OrderCardProps {
  readonly copy: ShopCopy
  readonly listed: ListedOrder
  readonly nowMs: number
  /** What the payer did to this order in the list. */
  readonly deed: ListDeed | null
  readonly onOpen: () => void
  readonly onCancel: () => void
  readonly onReceive: () => void
}

/** One order of the list. A tap opens it; the buttons below it do what is possible now. */
export function OrderCard({ copy, listed, nowMs, deed, onOpen, onCancel, onReceive }: OrderCardProps) {
  const { order, payableUntilMs } = listed
  const words = copy.orders
  const time = orderTime(order.createdAt, nowMs, copy)
  const standing = standingOf(order)
  const status = words.standing[standing]
  const isBusy = deed !== null && deed.refusal === null
  const count = order.items.reduce((sum, { quantity }) => sum + quantity, 0)
  return (
    <View className="card order-card">
      <Tap
        id={`order-${order.orderNo}`}
        className="order-card__face"
        label={words.open(time, status)}
        pressedClass="order-card__face--pressed"
        onTap={onOpen}
      >
        <View className="order-card__head">
          <View className="order-card__time">{time}</View>
          <Tag tone={standingTones[standing]} text={status} />
        </View>
        <View className="order-card__body">
          {order.items.slice(0, picturesMax).map(({ goodsId }) => (
            <GoodsArt key={goodsId} goodsId={goodsId} size="small" />
          ))}
          <View className="order-card__sum">
            <Price fen={order.totalFen} />
            <View className="order-card__count">{words.count(count)}</View>
          </View>
        </View>
      </Tap>
      {isPayable(listed, nowMs) && (
        <View className="order-card__foot">
          <View className="order-card__left">
            {words.left}{' '}
            <View className="order-card__clock">{formatCountdown(secondsUntil(payableUntilMs, nowMs))}</View>
          </View>
          <View className="order-card__deeds">
            {order.canCancel && (
              <Button
                id={`cancel-${order.orderNo}`}
                kind="secondary"
                isSmall
                isBusy={isBusy}
                label={isBusy ? copy.order.cancelling : words.cancel}
                onTap={onCancel}
              />
            )}
            <Button id={`continue-${order.orderNo}`} isSmall label={words.continuePay} onTap={onOpen} />
          </View>
        </View>
      )}
      {order.canConfirmReceipt && (
        <View className="order-card__foot order-card__foot--end">
          <View className="order-card__deeds">
            {order.deliveryKind === 'express' && (
              <Button id={`track-${order.orderNo}`} kind="secondary" isSmall label={words.track} onTap={onOpen} />
            )}
            <Button
              id={`receive-${order.orderNo}`}
              kind="secondary"
              isSmall
              isBusy={isBusy}
              label={isBusy ? copy.order.receiving : copy.order.receive}
              onTap={onReceive}
            />
          </View>
        </View>
      )}
      {deed !== null && deed.refusal !== null && (
        <View className="order-card__refusal">
          <Banner tone="danger" title={copy.order.refused(deed.refusal)} isUrgent />
        </View>
      )}
    </View>
  )
}
