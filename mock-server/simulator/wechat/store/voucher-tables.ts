import type { Sqlite } from '../../../kit/sqlite'
import type { Voucher } from '../domain/voucher'

/** What lies in the payers' wallets. All that puts or takes: only inside `write`. */
export interface VoucherTables {
  /** A payer's vouchers, the oldest first. */
  vouchersOf(user: string): readonly Voucher[]
  putVoucher(voucher: Voucher): void
  /** Takes a voucher out of its wallet for good. @returns whether it was still there */
  takeVoucher(couponId: string): boolean
  clearVouchers(): void
}

/** More vouchers than a wallet shows. */
const shownMax = 200

/** Reads and writes the vouchers of an open ledger. */
export function openVoucherTables(database: Sqlite): VoucherTables {
  const of = database.prepare('SELECT data FROM vouchers WHERE user = ? ORDER BY seq LIMIT ?')
  const put = database.prepare('INSERT INTO vouchers (coupon_id, user, data) VALUES (?, ?, ?)')
  const take = database.prepare('DELETE FROM vouchers WHERE coupon_id = ?')
  const clear = database.prepare('DELETE FROM vouchers')
  return {
    vouchersOf: (user) => of.all(user, shownMax).map((row) => JSON.parse((row as { data: string }).data) as Voucher),
    putVoucher: (voucher) => void put.run(voucher.coupon_id, voucher.user, JSON.stringify(voucher)),
    takeVoucher: (couponId) => take.run(couponId).changes > 0,
    clearVouchers: () => void clear.run(),
  }
}
