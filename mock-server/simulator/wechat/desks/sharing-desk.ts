import type { Clock } from '../../../kit/clock'
import { createSharingOrderId } from '../domain/numbers'
import { isShared, settlesAfterMs, unsplitAmount, type Unfreezing } from '../domain/sharing'
import type { Trade } from '../domain/trade'
import type { KnownMerchant } from '../merchants/directory'
import type { Store } from '../store/store'

/** Why there is nothing to answer: no such payment, another merchant's, one without the flag, too early, nothing frozen. */
export type SharingRefusal = 'unknown' | 'foreign' | 'unshared' | 'unsettled' | 'nothing-left'

export interface UnfreezeRequest {
  readonly transaction_id: string
  readonly out_order_no: string
  readonly description: string
}

/** Frozen money of shared orders: how much there is, and its unfreezing. */
export interface SharingDesk {
  /** Fen that are frozen. */
  unsplit(merchant: KnownMerchant, transactionId: string): number | SharingRefusal
  /** Frees all that is frozen. A number that was used before answers its first unfreezing and frees nothing. */
  unfreeze(merchant: KnownMerchant, request: UnfreezeRequest): Promise<Unfreezing | SharingRefusal>
  find(merchant: KnownMerchant, outOrderNo: string): Unfreezing | null
}

export interface SharingDeskDeps {
  readonly store: Pick<
    Store,
    'write' | 'tradeByTransaction' | 'refundsOf' | 'unfreezing' | 'unfreezingsOf' | 'putUnfreezing'
  >
  /** Virtual time. */
  readonly clock: Clock
}

export function createSharingDesk({ store, clock }: SharingDeskDeps): SharingDesk {
  function tradeOf({ mchid }: KnownMerchant, transactionId: string): Trade | SharingRefusal {
    const trade = store.tradeByTransaction(transactionId)
    if (trade === null) return 'unknown'
    if (trade.mchid !== mchid) return 'foreign'
    return isShared(trade) ? trade : 'unshared'
  }

  function leftOf(trade: Trade): number {
    const { mchid, out_trade_no, transaction_id } = trade
    const unfreezings = store.unfreezingsOf(mchid, transaction_id ?? '')
    return unsplitAmount(trade, store.refundsOf(mchid, out_trade_no), unfreezings, clock.now())
  }

  return {
    unsplit(merchant, transactionId) {
      const trade = tradeOf(merchant, transactionId)
      return typeof trade === 'string' ? trade : leftOf(trade)
    },
    unfreeze: (merchant, { transaction_id, out_order_no, description }) =>
      store.write(() => {
        const trade = tradeOf(merchant, transaction_id)
        if (typeof trade === 'string') return trade
        const known = store.unfreezing(merchant.mchid, out_order_no)
        if (known !== null) return known
        const now = clock.now()
        if (now < (trade.paid_at ?? now) + settlesAfterMs) return 'unsettled'
        const amount = leftOf(trade)
        if (amount <= 0) return 'nothing-left'
        const unfreezing: Unfreezing = {
          mchid: merchant.mchid,
          out_order_no,
          order_id: createSharingOrderId(now),
          transaction_id,
          description,
          amount,
          created_at: now,
        }
        store.putUnfreezing(unfreezing)
        return unfreezing
      }),
    find: ({ mchid }, outOrderNo) => store.unfreezing(mchid, outOrderNo),
  }
}
