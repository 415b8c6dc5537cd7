import type { Sqlite } from '../../../kit/sqlite'
import type { Unfreezing } from '../domain/sharing'

/** Unfreezings of shared orders. What puts: only inside `write`. */
export interface SharingTables {
  unfreezing(mchid: string, outOrderNo: string): Unfreezing | null
  /** The oldest first. */
  unfreezingsOf(mchid: string, transactionId: string): readonly Unfreezing[]
  putUnfreezing(unfreezing: Unfreezing): void
  clearSharing(): void
}

/** Reads and writes the unfreezings of an open ledger. */
export function openSharingTables(database: Sqlite): SharingTables {
  const one = database.prepare('SELECT data FROM unfreezings WHERE mchid = ? AND out_order_no = ?')
  const ofTrade = database.prepare('SELECT data FROM unfreezings WHERE mchid = ? AND transaction_id = ? ORDER BY seq')
  const put = database.prepare(
    'INSERT INTO unfreezings (mchid, out_order_no, transaction_id, data) VALUES (?, ?, ?, ?)',
  )
  const clear = database.prepare('DELETE FROM unfreezings')
  const parse = (row: unknown): Unfreezing => JSON.parse((row as { data: string }).data) as Unfreezing
  return {
    unfreezing(mchid, outOrderNo) {
      const row = one.get(mchid, outOrderNo)
      return row === undefined ? null : parse(row)
    },
    unfreezingsOf: (mchid, transactionId) => ofTrade.all(mchid, transactionId).map(parse),
    putUnfreezing(unfreezing) {
      const { mchid, out_order_no, transaction_id } = unfreezing
      put.run(mchid, out_order_no, transaction_id, JSON.stringify(unfreezing))
    },
    clearSharing: () => void clear.run(),
  }
}
