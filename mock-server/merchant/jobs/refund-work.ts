import type { Clock } from '../../kit/clock'
import { isOpenRefund, type RefundReport, type RefundTask } from '../domain/refund'
import { refundAskWaitMs, type JobOutcome } from '../domain/outbox'
import { WechatPayError } from '../gateway/errors'
import type { RefundGateway } from '../gateway/port'
import type { Refunding } from '../actions/refunds'
import type { Store } from '../store/port'
import type { Work } from './outbox'

export interface RefundWorkOptions {
  readonly store: Store
  readonly refunds: RefundGateway
  readonly refunding: Refunding
  readonly clock: Clock
}

/** Refusals that the same request will get tomorrow, too: a person has to look. */
const finalRefusals: ReadonlySet<string> = new Set([
  'PARAM_ERROR',
  'INVALID_REQUEST',
  'NO_AUTH',
  'CERT_ERROR',
  'MCH_NOT_EXISTS',
  'APPID_MCHID_NOT_MATCH',
  'RESOURCE_NOT_EXISTS',
  'USER_ACCOUNT_ABNORMAL',
  'REFUND_UNAVAILABLE',
])

/** How often a refund is asked about that waits for a person in WeChat Pay's console. */
const abnormalWaitMs = 6 * 3_600_000

/** Gives money back, once: under the number that was written down with the decision. Then asks until it is there. */
export function createRefundWork({ store, refunds, refunding, clock }: RefundWorkOptions): Work {
  /** Null when WeChat Pay will not, with the reason. */
  async function reportOn(refund: RefundTask): Promise<RefundReport | { readonly refusal: string }> {
    if (refund.status !== 'approved') {
      return (
        (await refunds.queryRefund(refund.refundNo, refund.subMchid)) ?? {
          refusal: 'WeChat Pay does not know it any more.',
        }
      )
    }
    try {
      return await refunds.refund(refund)
    } catch (error) {
      if (!(error instanceof WechatPayError) || !finalRefusals.has(error.code)) throw error
      // The answer to an earlier try may have been lost: then it is there, whatever the second one was told.
      return (await refunds.queryRefund(refund.refundNo, refund.subMchid)) ?? { refusal: error.message }
    }
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
