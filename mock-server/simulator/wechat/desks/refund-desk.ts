import { toBeijingTime } from '../../../kit/clock'
import type { OnDefect } from '../../../kit/http/http-server'
import type { VirtualClock } from '../clock'
import { createDueTimer } from '../due-timer'
import type { Directory, KnownMerchant } from '../merchants/directory'
import type { EventBus } from '../events'
import type { Faults } from '../faults/faults'
import { createRefundId } from '../domain/numbers'
import {
  moveRefund,
  newRefund,
  retryRefund,
  toRefunded,
  type Refund,
  type RefundOutcome,
  type RefundRequest,
} from '../domain/refund'
import { TradeRefusal } from '../domain/refusal'
import { createRefundCheck } from './refund-check'
import { chooseOutcome } from './refund-outcome'
import type { Store } from '../store/store'
import type { Api, Trade } from '../domain/trade'
import type { Notice } from '../domain/notice'

/** Refunds, each on disk before it is answered. V2 and V3 are its doors. */
export interface RefundDesk {
  /** Accepts a refund; the same number with the same content is the same refund. @throws TradeRefusal */
  request(merchant: KnownMerchant, request: RefundRequest): Promise<Refund>
  /** By the merchant's number; a partner names the sub merchant. */
  find(mchid: string, outRefundNo: string, subMchid?: string): Refund | null
  /** By the service's number. */
  findById(mchid: string, refundId: string, subMchid?: string): Refund | null
  /** All refunds of a trade, the oldest first. A combined order has none: its parts have. */
  ofTrade(trade: Trade): readonly Refund[]
  /** Sends an abnormal refund to a bank account instead. @throws TradeRefusal where it is not abnormal */
  retry(refund: Refund, account: string): Promise<Refund>
  /** Ends a refund now. @returns null where the table has no such move */
  finish(refund: Refund, outcome: RefundOutcome): Promise<Refund | null>
  /** Ends the refunds whose processing time is over. @returns how many */
  settleDue(): Promise<number>
  /** Plans the next check. */
  wake(): void
  stop(): void
}

export interface RefundDeskOptions {
  /** How long a refund is processed, in virtual time. */
  readonly refundTakesMs: number
  /** Between two partial refunds of one order, in virtual time. */
  readonly refundIntervalMs: number
  /** When a trade turns to REFUND: sources disagree. */
  readonly refundStateAt: 'acceptance' | 'success'
}

export interface RefundDeskDeps extends RefundDeskOptions {
  readonly store: Store
  readonly clock: VirtualClock
  readonly directory: Directory
  readonly events: EventBus
  readonly faults: Faults
  readonly refundNotice: Readonly<Record<Api, RefundNotice>>
  /** Called when a notification was written. */
  readonly onNotice: () => void
  readonly onDefect: OnDefect
}

const batch = 500

export function createRefundDesk(deps: RefundDeskDeps): RefundDesk {
  const {
    store,
    clock,
    directory,
    events,
    faults,
    refundTakesMs: takesMs,
    refundStateAt,
    refundNotice,
    onNotice,
    onDefect,
  } = deps
  const check = createRefundCheck(store, clock, deps.refundIntervalMs)
  const timer = createDueTimer(clock, () => {
    settleDue().catch(onDefect)
  })

  const announce = (type: 'refund-created' | 'refund-settled', refund: Refund): void =>
    events.announce({
      type,
      at: toBeijingTime(clock.now()),
      mchid: refund.mchid,
      out_trade_no: refund.out_trade_no,
      detail: {
        out_refund_no: refund.out_refund_no,
        refund_id: refund.refund_id,
        refund: refund.refund,
        status: refund.state,
      },
    })

  /** Moves a refund, its trade and its notification in one write. */
  async function settle(refund: Refund, outcome: RefundOutcome, isDue: (present: Refund) => boolean) {
    const merchant = directory.merchant(refund.mchid)
    const now = clock.now()
    const settled = await store.write(() => {
      const present = store.refund(refund.mchid, refund.out_refund_no)
      const moved = present && isDue(present) ? moveRefund(present, outcome, now) : null
      if (!moved) return null
      store.putRefund(moved)
      const trade = store.trade(moved.mchid, moved.out_trade_no)
      if (trade && moved.state === 'SUCCESS') store.putTrade(toRefunded(trade))
      if (trade && merchant && moved.notify_url !== '')
        store.putNotice(refundNotice[moved.notice_form ?? moved.api](moved, trade, merchant, now))
      return moved
    })
    if (settled === null) return null
    announce('refund-settled', settled)
    onNotice()
    return settled
  }

  async function settleDue(): Promise<number> {
    const due = store.dueRefunds(clock.now(), batch)
    for (const refund of due) await settle(refund, refund.outcome, ({ due_at }) => due_at === refund.due_at)
    wake()
    return due.length
  }

  const wake = (): void => timer.plan(store.nextRefundAt())

  const ofSub = (refund: Refund | null, subMchid: string | undefined): Refund | null =>
    refund !== null && refund.sub_mchid === (subMchid ?? null) ? refund : null

  return {
    async request(merchant, request) {
      const known = check(merchant, request)
      if (known.present !== null) return known.present
      const outcome = await chooseOutcome(faults, known.trade)
      const now = clock.now()
      let isNew = false
      const refund = await store.write(() => {
        // Another request may have come first.
        const checked = check(merchant, request)
        if (checked.present !== null) return checked.present
        const { trade, shares } = checked
        isNew = true
        const notify_url = request.notify_url ?? merchant.refundNotifyUrl ?? ''
        const accepted = newRefund(
          trade,
          request,
          { shares, refund_id: createRefundId(now), notify_url, outcome, takesMs },
          now,
        )
        store.putRefund(accepted)
        if (refundStateAt === 'acceptance') store.putTrade(toRefunded(trade))
        return accepted
      })
      if (isNew) announce('refund-created', refund)
      wake()
      return refund
    },
    find: (mchid, outRefundNo, subMchid) => ofSub(store.refund(mchid, outRefundNo), subMchid),
    findById(mchid, refundId, subMchid) {
      const refund = store.refundById(refundId)
      return refund?.mchid === mchid ? ofSub(refund, subMchid) : null
    },
    ofTrade: ({ mchid, out_trade_no, kind }) => (kind === 'combined' ? [] : store.refundsOf(mchid, out_trade_no)),
    async retry({ mchid, out_refund_no }, account) {
      const refund = await store.write(() => {
        const present = store.refund(mchid, out_refund_no)
        const retried = present && retryRefund(present, account, takesMs, clock.now())
        if (!retried) throw new TradeRefusal('refund-not-abnormal')
        store.putRefund(retried)
        return retried
      })
      wake()
      return refund
    },
    async finish(refund, outcome) {
      const settled = await settle(refund, outcome, () => true)
      wake()
      return settled
    },
    settleDue,
    wake,
    stop: () => timer.stop(),
  }
}

/** Makes the notification of a refund's end, in one protocol's form. */
export type RefundNotice = (refund: Refund, trade: Trade, merchant: KnownMerchant, now: number) => Notice
