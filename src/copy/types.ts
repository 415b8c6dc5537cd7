import type { CouponObstacle, OrderStatus } from '../contract/api'
import type { Fen } from '../domain/money'
import type { FailureCode } from '../contract/errors'
import type { DraftGap } from '../stores/checkout/draft'
import type { HoldReason } from '../stores/checkout/checkout-view'

/** A headline and the sentence below it. */
export interface Words {
  readonly title: string
  readonly text: string
}

/** All words of the main package, in one language. A missing word is a compile error; subpackages have their own. */
export interface Copy {
  readonly shopName: string
  readonly payName: string
  /** An amount as a screen reader says it. */
  readonly spoken: (fen: Fen) => string
  readonly close: string
  readonly tabs: Readonly<Record<'goods' | 'orders' | 'me', string>>
  readonly slow: string
  readonly goods: {
    readonly title: string
    readonly chosen: (count: number) => string
    readonly toCheckout: string
    readonly nothingChosen: string
    readonly loading: string
    readonly soldOut: string
    readonly quantity: (name: string) => string
    readonly more: (name: string) => string
    readonly fewer: (name: string) => string
    readonly limitReached: (count: number) => string
    readonly failed: Words
    readonly empty: Words
    readonly retry: string
    readonly pendingOrder: Words
    readonly all: string
    readonly share: string
  }
  readonly checkout: {
    readonly title: string
    readonly goodsTotal: string
    readonly shipping: string
    readonly due: string
    readonly method: string
    readonly pay: (total: Fen) => string
    readonly paySpoken: (total: Fen) => string
    readonly continuePay: (total: Fen) => string
    readonly continueSpoken: (total: Fen) => string
    readonly creating: string
    readonly invoking: string
    readonly waiting: (total: Fen) => string
    readonly slow: Words
    readonly held: (left: string) => string
    readonly hold: Readonly<Record<HoldReason, string>>
    readonly confirming: Words
    readonly confirmingLong: Words
    readonly notPaidQuestion: string
    readonly offlineBefore: string
    readonly offlineAfter: string
    readonly unreachable: Words
    readonly retry: (total: Fen) => string
    readonly expired: Words
    readonly refusedTitle: string
    readonly refused: (code: FailureCode | null) => string
    readonly paid: string
    readonly orderAgain: string
    readonly toGoods: string
    readonly toOrder: string
    readonly orderNo: (orderNo: string) => string
    readonly empty: string
    readonly notOnIos: string
    readonly iosButton: string
    readonly virtualTag: string
  }
  readonly delivery: {
    readonly label: string
    readonly express: string
    readonly pickup: string
    readonly noAddress: string
    readonly noAddressText: string
    readonly virtual: string
    readonly virtualText: string
  }
  readonly discounts: {
    readonly coupon: string
    readonly points: string
    readonly usePoints: (points: number, amount: string) => string
    readonly noPoints: (balance: number) => string
    readonly noCoupons: string
    readonly usable: (count: number) => string
    readonly both: string
    readonly none: string
    readonly unusable: string
    readonly minimum: (amount: string) => string
    readonly noMinimum: string
    readonly forShipping: string
    readonly condition: (condition: string, until: string) => string
    readonly obstacles: Readonly<Record<CouponObstacle, (missing: string) => string>>
    readonly done: (amount: string) => string
    readonly doneWithout: string
    readonly remark: string
    readonly remarkHint: string
  }
  readonly agreement: {
    readonly text: string
    readonly terms: string
  }
  readonly gaps: Readonly<Record<DraftGap, string>>
  readonly result: {
    readonly title: string
    readonly loading: string
    readonly status: Readonly<Record<OrderStatus, Words>>
    readonly missing: Words
    readonly payee: string
    readonly amount: string
    readonly method: string
    readonly paidAt: string
    readonly orderNo: string
    readonly seeOrder: string
    readonly goOnShopping: string
    readonly refresh: string
  }
  readonly webView: {
    readonly title: string
    readonly refused: (host: string) => Words
    readonly link: Words
    readonly copyLink: string
    readonly copied: string
    readonly copyFailed: string
    readonly back: string
  }
  readonly privacy: {
    readonly title: string
    readonly text: string
    readonly contract: string
    readonly agree: string
    readonly decline: string
  }
}
