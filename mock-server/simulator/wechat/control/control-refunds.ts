import type { FastifyInstance } from 'fastify'
import { toBeijingTime } from '../../../kit/clock'
import { readRecord } from '../../kit/read-request'
import { readPage } from './control-page'
import { ControlRefusal } from './control-refusal'
import type { Refund, RefundOutcome } from '../domain/refund'
import type { RefundDesk } from '../desks/refund-desk'
import type { Store } from '../store/store'
import { toRefund } from '../v3/refunds/v3-refund-view'

export interface RefundControlDeps {
  readonly store: Pick<Store, 'refund' | 'refunds'>
  readonly refundDesk: RefundDesk
}

const outcomes: readonly RefundOutcome[] = ['SUCCESS', 'ABNORMAL', 'CLOSED']

/** Refunds as the service holds them, and ending one now. */
export function addRefundControl(server: FastifyInstance, { store, refundDesk }: RefundControlDeps): void {
  server.get('/control/refunds', (request) => {
    const { limit, before } = readPage(request.raw.url)
    const { rows, next } = store.refunds(limit, before)
    return { refunds: rows.map(showRefund), next }
  })

  server.get('/control/refunds/:mchid/:outRefundNo', (request) => showRefund(find(request.params)))

  server.post('/control/refunds/:mchid/:outRefundNo/finish', async (request) => {
    const refund = find(request.params)
    const { outcome: asked = 'SUCCESS' } = readRecord(request.body)
    const outcome = outcomes.find((known) => known === asked)
    if (outcome === undefined)
      throw new ControlRefusal(400, 'OUTCOME_UNKNOWN', `outcome must be one of ${outcomes.join(', ')}.`)
    const finished = await refundDesk.finish(refund, outcome)
    if (finished === null) {
      const state = find(request.params).state
      throw new ControlRefusal(409, 'NOT_OPEN', `The refund is ${state}: it does not become ${outcome}.`)
    }
    return showRefund(finished)
  })

  function find(params: unknown): Refund {
    const { mchid, outRefundNo } = params as { mchid: string; outRefundNo: string }
    const refund = store.refund(mchid, outRefundNo)
    if (refund === null) throw new ControlRefusal(404, 'REFUND_UNKNOWN', `There is no refund ${mchid}/${outRefundNo}.`)
    return refund
  }
}

/** A refund with what the service does not tell the merchant. */
export function showRefund(refund: Refund): object {
  const {
    mchid,
    sub_mchid,
    api,
    reason,
    notify_url,
    notice_form = api,
    due_at,
    outcome,
    history,
    goods_detail,
  } = refund
  return {
    mchid,
    ...(sub_mchid !== null && { sub_mchid }),
    ...toRefund(refund),
    api,
    reason,
    notify_url,
    notice_form,
    goods_detail,
    due_at: due_at === null ? null : toBeijingTime(due_at),
    outcome: due_at === null ? null : outcome,
    history: history.map(({ state, at }) => ({ state, at: toBeijingTime(at) })),
  }
}
