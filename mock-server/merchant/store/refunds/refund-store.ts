import type { Engine } from '../engine/engine'
import { approveRefund, askForRefund, declineRefund } from './ask-refund'
import { bookReport } from './book-refund'
import type { RefundStore } from './refund-port'
import { createRefundQueries } from './refund-queries'

export function createRefundStore({ db, transact }: Engine, { hasHook }: { readonly hasHook: boolean }): RefundStore {
  return {
    ...createRefundQueries(db),
    requestRefund: (ask) => transact((tx) => askForRefund(tx, ask)),
    approveRefund: (refundNo, nowMs) => transact((tx) => approveRefund(tx, refundNo, nowMs)),
    declineRefund: (refundNo, reason, nowMs) => transact((tx) => declineRefund(tx, refundNo, reason, nowMs)),
    recordRefund: (report, nowMs, notice) => transact((tx) => bookReport(tx, report, notice, { nowMs, hasHook })),
  }
}
