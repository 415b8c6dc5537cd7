import { createCouponId, createStockId } from '../domain/numbers'
import { bestFirst, valueFor, type Voucher, type VoucherType } from '../domain/voucher'
import type { FaultName } from '../domain/fault-names'
import type { Trade } from '../domain/trade'
import type { Faults } from '../faults/faults'
import type { Store } from '../store/store'

/** A voucher to be made. */
export interface VoucherDraft {
  readonly amount: number
  /** Default CASH. */
  readonly type?: VoucherType
  /** Default: its worth in words. */
  readonly name?: string
  /** Default: it applies to every order. */
  readonly goods_tags?: readonly string[]
}

/** A voucher of the wallet, and what it would take off a trade. */
export interface VoucherOffer {
  readonly voucher: Voucher
  readonly value: number
}

/** The payers' wallets. Nobody has a voucher unless a developer or a fault gives one. */
export interface VoucherDesk {
  give(user: string, draft: VoucherDraft): Promise<Voucher>
  of(user: string): readonly Voucher[]
  /** Gives the payer the voucher that a fault wants used for this trade, if there is one. */
  strike(trade: Trade, user: string): Promise<Voucher | null>
  /** The payer's vouchers that apply to the trade, the best first: the wallet preselects it. */
  offers(trade: Trade, user: string): readonly VoucherOffer[]
  /**
   * The voucher that the payer pays with.
   * @param couponId null: the payer wants none; undefined: what the wallet preselects
   */
  choose(trade: Trade, user: string, couponId: string | null | undefined): Voucher | null
}

/** A voucher that is in no wallet yet. */
export function toVoucher(user: string, { amount, type = 'CASH', name, goods_tags = [] }: VoucherDraft): Voucher {
  return {
    coupon_id: createCouponId(),
    stock_id: createStockId(),
    name: name ?? `${(amount / 100).toFixed(2)}元代金券`,
    type,
    amount,
    goods_tags,
    user,
  }
}

/** What a fault's voucher is worth. */
const struckFen = 500

const struck: readonly (readonly [FaultName, VoucherType])[] = [
  ['voucher-cash', 'CASH'],
  ['voucher-nocash', 'NOCASH'],
]

export interface VoucherDeskDeps {
  readonly store: Pick<Store, 'write' | 'vouchersOf' | 'putVoucher'>
  readonly faults: Faults
}

export function createVoucherDesk({ store, faults }: VoucherDeskDeps): VoucherDesk {
  async function give(user: string, draft: VoucherDraft): Promise<Voucher> {
    const voucher = toVoucher(user, draft)
    await store.write(() => store.putVoucher(voucher))
    return voucher
  }

  function offers({ order }: Trade, user: string): readonly VoucherOffer[] {
    if (order === null) return []
    return bestFirst(order, store.vouchersOf(user)).map((voucher) => ({ voucher, value: valueFor(order, voucher) }))
  }

  return {
    give,
    of: (user) => store.vouchersOf(user),
    async strike(trade, user) {
      if (faults.isQuiet('payer')) return null
      for (const [name, type] of struck)
        if ((await faults.take(name, trade)) !== null) return give(user, { amount: struckFen, type })
      return null
    },
    offers,
    choose(trade, user, couponId) {
      if (couponId === null) return null
      const offered = offers(trade, user).map(({ voucher }) => voucher)
      return offered.find(({ coupon_id }) => couponId === undefined || coupon_id === couponId) ?? null
    },
  }
}
