import { Type, type TProperties } from '@sinclair/typebox'
import { limits, refundStatuses } from '../../../../src/contract/api'
import type { HoldDecision } from '../../domain/hold'
import type { JobStatus } from '../../domain/outbox'
import { count, exact, oneOf, refundWish, text, words } from '../schemas'

/** What the calls of the operator API may hold. */

const jobStatuses: readonly JobStatus[] = ['waiting', 'done', 'skipped', 'dead']
const decisions: readonly HoldDecision[] = ['accept', 'refund', 'dismiss']
const noteMax = 200
const pageMax = 200
const idMax = 999_999_999

const pageOf = <T extends TProperties>(filters: T) =>
  Type.Object({ limit: Type.Optional(count(pageMax)), before: Type.Optional(count(idMax)), ...filters })

export const pageQuery = pageOf({})
export const refundsQuery = pageOf({ status: Type.Optional(oneOf(refundStatuses)) })
export const holdsQuery = pageOf({ state: Type.Optional(oneOf(['open', 'resolved'])) })
export const jobsQuery = pageOf({ status: Type.Optional(oneOf(jobStatuses)) })

export const idParams = Type.Object({ id: count(idMax) })
export const refundParams = Type.Object({ refundNo: text(/^[0-9A-Za-z_|*@-]{1,64}$/) })
export const dayParams = Type.Object({ day: text(/^\d{4}-\d{2}-\d{2}$/) })

/** Both for a parcel; neither for goods that are picked up. */
export const shipment = exact({
  carrier: Type.Optional(text(/^[0-9A-Za-z_]{1,32}$/)),
  trackingNo: Type.Optional(text(/^[0-9A-Za-z-]{4,64}$/)),
})
export const shopRefund = refundWish
export const declining = exact({ reason: words(limits.refundReason, 1) })
export const resolution = exact({ decision: oneOf(decisions), note: Type.Optional(words(noteMax)) })
