import type { Clock } from '../../kit/clock'
import { isOpenRefund, type RefundReport, type RefundTask } from '../domain/refund'
import { refundAskWaitMs, type JobOutcome } from '../domain/outbox'
import type { RefundGateway } from '../gateway/port'
import type { Refunding } from '../actions/refunds'
import type { Store } from '../store/port'
import type { Work } from './outbox'

export interface RefundWorkOptions {
  readonly store: Pick<Store, 'findRefundTask'>
  readonly refunds: RefundGateway
  readonly refunding: Pick<Refunding, 'record'>
  readonly clock: Clock
}

/** How often a refund is queried that waits for a person in WeChat Pay's console. */
const abnormalWaitMs = 6 * 3_600_000

/** Asks WeChat Pay for a refund, always under the number of the decision, then queries it until it ends. */
export function createRefundWork({ store, refunds, refunding, clock }: RefundWorkOptions): Work {
  /** How the refund stands at WeChat Pay, or why there will be none. */
  async function reportOn(refund: RefundTask): Promise<RefundReport | { readonly refusal: string }> {
    let refusal = 'WeChat Pay does not know it any more.'
    if (refund.status === 'approved') {
      const outcome = await refunds.refund(refund)
      if (outcome.kind === 'accepted') return outcome.report
      refusal = outcome.reason
    }
    // After a refusal, too: an earlier request may have been accepted and its answer lost.
    return (await refunds.queryRefund(refund.refundNo, refund.subMchid)) ?? { refusal }
  }

  return async ({ subject }): Promise<JobOutcome> => {
    const refund = await store.findRefundTask(subject)
    if (refund === null) return { kind: 'hopeless', reason: 'There is no such refund.' }
    if (!isOpenRefund(refund)) return { kind: 'done' }
    const report = await reportOn(refund)
    if ('refusal' in report) return { kind: 'hopeless', reason: report.refusal }
    const booking = await refunding.record(report, null)
    if (booking.kind === 'held') return { kind: 'hopeless', reason: booking.reason }
    const status = 'to' in booking ? booking.to : refund.status
    if (!isOpenRefund({ status })) return { kind: 'done' }
    const ageMs = clock.now() - (refund.decidedAtMs ?? refund.requestedAtMs)
    return { kind: 'later', afterMs: status === 'abnormal' ? abnormalWaitMs : refundAskWaitMs(ageMs) }
  }
}
