import type { RefundStatus } from '../../../contract/api'
import type { FailureCode } from '../../../contract/errors'
import type { TimelineKind } from '../../../contract/timeline'
import type { Words } from '../../../copy/types'
import type { OrderFilter } from '../../../stores/orders/orders'
import type { Standing } from '../standing'
import type { Language, Theme } from '../../../stores/account/settings'

/** All words of this subpackage, in one language. */
export interface ShopCopy {
  readonly orders: {
    readonly title: string
    readonly filters: Readonly<Record<OrderFilter, string>>
    readonly loading: string
    readonly failed: Words
    readonly empty: Words
    readonly retry: string
    readonly more: string
    readonly goShopping: string
    readonly standing: Readonly<Record<Standing, string>>
    readonly today: (clock: string) => string
    readonly yesterday: (clock: string) => string
    readonly count: (items: number) => string
    readonly left: string
    readonly cancel: string
    readonly track: string
    readonly continuePay: string
    readonly open: (time: string, status: string) => string
  }
  readonly order: {
    readonly title: string
    readonly standing: Readonly<Record<Standing, Words>>
    readonly closesIn: string
    readonly paidTag: string
    readonly timeline: string
    readonly steps: Readonly<Record<TimelineKind, string>>
    readonly refundStatus: Readonly<Record<RefundStatus, string>>
    readonly refund: string
    readonly refundNo: string
    readonly account: string
    readonly declined: (reason: string) => string
    readonly due: string
    readonly actual: string
    readonly refunded: string
    readonly orderNo: string
    readonly createdAt: string
    readonly remark: string
    readonly tracking: string
    readonly earned: (points: number) => string
    readonly continuePay: (amount: string) => string
    readonly cancel: string
    readonly cancelling: string
    readonly receive: string
    readonly receiving: string
    readonly contact: string
    readonly offline: string
    readonly refused: (code: FailureCode) => string
  }
  readonly refund: {
    readonly ask: string
    readonly amount: string
    readonly how: string
    readonly reason: string
    readonly reasons: readonly string[]
    readonly scope: string
    readonly whole: string
    readonly part: string
    readonly quantity: (name: string) => string
    readonly partAmount: string
    readonly returnsBoth: string
    readonly returnsCoupon: string
    readonly returnsPoints: string
    readonly submit: string
    readonly submitting: string
  }
  readonly me: {
    readonly title: string
    readonly points: string
    readonly pointsText: string
    readonly coupons: string
    readonly noCoupons: string
    readonly coupon: (minimum: string, until: string) => string
    readonly shippingCoupon: (until: string) => string
    readonly failed: string
    readonly address: string
    readonly noAddress: string
    readonly look: string
    readonly language: string
    readonly languages: Readonly<Record<Language | 'auto', string>>
    readonly theme: string
    readonly themes: Readonly<Record<Theme | 'auto', string>>
    readonly fontScale: string
    readonly fontScaleText: string
  }
  readonly address: {
    readonly title: string
    readonly name: string
    readonly phone: string
    readonly province: string
    readonly city: string
    readonly district: string
    readonly detail: string
    readonly save: string
    readonly incomplete: string
    readonly badPhone: string
  }
  readonly pickup: { readonly title: string }
  readonly terms: { readonly title: string; readonly parts: readonly Words[] }
}
