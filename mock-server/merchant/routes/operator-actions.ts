import type { FastifyInstance } from 'fastify'
import { limits } from '../../../src/contract/api'
import type { Clock } from '../../kit/clock'
import { ApiError } from '../http/api-error'
import type { HoldDecision } from '../domain/hold'
import type { JobStatus } from '../domain/outbox'
import type { RefundStatus } from '../domain/refund'
import type { ShopEvents } from '../events/events'
import type { Refunding } from '../actions/refunds'
import type { Store } from '../store/port'
import type { Decided } from '../store/refunds/refund-port'
import type { BillSummary } from '../store/work/work-port'
import { parseWish } from './after-sales'
import { orderNoPattern } from './own-order'
import { parseBody, parseCount, parseOneOf, parseText, type Fields } from './parse'
import { parseWords } from './parse-terms'
import { presentParts } from './present-parts'
import { presentDetail, presentRefund, toInstant, toInstantOrNull } from './present'

export interface OperatorActionsOptions {
  readonly store: Store
  readonly refunding: Refunding
  readonly events: ShopEvents
  readonly clock: Clock
}

const refundNoPattern = /^[0-9A-Za-z_|*@-]{1,64}$/
const dayPattern = /^\d{4}-\d{2}-\d{2}$/
const carrierPattern = /^[0-9A-Za-z_]{1,32}$/
const trackingNoPattern = /^[0-9A-Za-z-]{4,64}$/
const refundStatuses: readonly RefundStatus[] = [
  'requested',
  'declined',
  'approved',
  'processing',
  'succeeded',
  'abnormal',
  'failed',
]
const jobStatuses: readonly JobStatus[] = ['waiting', 'done', 'skipped', 'dead']
const decisions: readonly HoldDecision[] = ['accept', 'refund', 'dismiss']
const noteMax = 200
const idMax = 999_999_999

/** What the person who runs the shop decides. For a server that lets nobody else in. */
export function addOperatorActions(server: FastifyInstance, options: OperatorActionsOptions): void {
  const { store, refunding, events, clock } = options

  server.get('/operator/orders/:orderNo', async (request) => {
    const order = await findOrder(request.params)
    const refunds = await store.refundsOf(order.id)
    const { jobs } = await listJobs({ status: null, orderId: order.id, limit: 100, beforeId: null })
    const parcel = await store.findParcel(order.orderNo)
    const { delivery } = order
    return {
      order: presentDetail(order, refunds, clock.now(), true),
      // Whole, and not masked: parcels are addressed with it.
      address: delivery?.kind === 'express' ? delivery.address : null,
      phone: delivery?.kind === 'virtual' ? delivery.phone : null,
      jobs,
      // Who gets what, where the shop sells for others.
      parts: presentParts(order, parcel?.parts ?? [], await store.refundPartsOf(order.id)),
    }
  })

  server.post('/operator/orders/:orderNo/ship', async (request) => {
    const order = await findOrder(request.params)
    const fields = parseBody(request.body, request.headers['content-type'], ['carrier', 'trackingNo'])
    const needsParcel = order.delivery?.kind !== 'pickup' && order.items.some(({ kind }) => kind === 'physical')
    const parcel = needsParcel
      ? {
          carrier: parseText(fields, 'carrier', carrierPattern),
          trackingNo: parseText(fields, 'trackingNo', trackingNoPattern),
        }
      : { carrier: null, trackingNo: null }
    assertDone(await store.shipOrder(order.orderNo, parcel, clock.now()), 'orderNo')
    events.announce({ type: 'order.shipped', orderNo: order.orderNo })
    return answerOrder(order.orderNo)
  })

  server.post('/operator/orders/:orderNo/refunds', async (request) => {
    const order = await findOrder(request.params)
    const fields = parseBody(request.body, request.headers['content-type'], ['reason', 'amountFen', 'items'])
    const reason = parseWords(fields, 'reason', limits.refundReason)
    if (reason === '') throw new ApiError('BAD_REQUEST', 'reason')
    await refunding.request(order, { requestId: null, wish: parseWish(fields), reason })
    return answerOrder(order.orderNo)
  })

  server.get('/operator/refunds', async (request) => {
    const query = request.query as Fields
    const status = query.status === undefined ? null : parseOneOf(query, 'status', refundStatuses)
    const page = parsePage(query)
    const listed = await store.listRefunds({ status, ...page })
    return {
      refunds: listed.map((refund) => ({ ...presentRefund(refund), orderNo: refund.orderNo })),
      next: nextOf(listed, page.limit),
    }
  })

  server.post('/operator/refunds/:refundNo/approve', async (request) => {
    const refundNo = parseText(request.params as Fields, 'refundNo', refundNoPattern)
    parseBody(request.body, request.headers['content-type'], [])
    await refunding.approve(refundNo)
    return answerRefund(refundNo)
  })

  server.post('/operator/refunds/:refundNo/decline', async (request) => {
    const refundNo = parseText(request.params as Fields, 'refundNo', refundNoPattern)
    const fields = parseBody(request.body, request.headers['content-type'], ['reason'])
    const reason = parseWords(fields, 'reason', limits.refundReason)
    if (reason === '') throw new ApiError('BAD_REQUEST', 'reason')
    await refunding.decline(refundNo, reason)
    return answerRefund(refundNo)
  })

  server.get('/operator/held', async (request) => {
    const query = request.query as Fields
    const isOpen = query.state === undefined || parseOneOf(query, 'state', ['open', 'resolved']) === 'open'
    const page = parsePage(query)
    const listed = await store.listHolds({ isOpen, ...page })
    return {
      held: listed.map(({ createdAtMs, resolvedAtMs, ...hold }) => ({
        ...hold,
        createdAt: toInstant(createdAtMs),
        resolvedAt: toInstantOrNull(resolvedAtMs),
      })),
      next: nextOf(listed, page.limit),
    }
  })

  server.post('/operator/held/:id/resolve', async (request) => {
    const id = parseCount((request.params as Fields).id, 'id', 0, idMax)
    const fields = parseBody(request.body, request.headers['content-type'], ['decision', 'note'])
    const decision = parseOneOf(fields, 'decision', decisions)
    const note = parseWords(fields, 'note', noteMax)
    assertDone(await store.resolveHold(id, decision, note, clock.now()), 'id')
    events.announce({ type: 'hold.resolved', subject: String(id), to: decision })
    return { id, decision }
  })

  server.get('/operator/bills', async (request) => {
    const page = parsePage(request.query as Fields)
    const listed = await store.listBills(page)
    return { bills: listed.map(presentBill), next: nextOf(listed, page.limit) }
  })

  server.get('/operator/bills/:day', async (request) => {
    const bill = await store.findBill(parseText(request.params as Fields, 'day', dayPattern))
    if (bill === null) throw new ApiError('NOT_FOUND', 'day')
    return { bill: presentBill(bill), differences: bill.differences }
  })

  server.get('/operator/jobs', async (request) => {
    const query = request.query as Fields
    const status = query.status === undefined ? null : parseOneOf(query, 'status', jobStatuses)
    return listJobs({ status, orderId: null, ...parsePage(query) })
  })

  server.post('/operator/jobs/:id/retry', async (request) => {
    const id = parseCount((request.params as Fields).id, 'id', 0, idMax)
    parseBody(request.body, request.headers['content-type'], [])
    assertDone(await store.retryJob(id, clock.now()), 'id')
    return { id }
  })

  async function listJobs(page: Parameters<Store['listJobs']>[0]) {
    const listed = await store.listJobs(page)
    return {
      jobs: listed.map(({ dueAtMs, createdAtMs, orderId: _orderId, ...job }) => ({
        ...job,
        dueAt: toInstant(dueAtMs),
        createdAt: toInstant(createdAtMs),
      })),
      next: nextOf(listed, page.limit),
    }
  }

  async function findOrder(params: unknown) {
    const { orderNo } = params as { orderNo: string }
    const found = orderNoPattern.test(orderNo) ? await store.findOrder(orderNo) : null
    if (!found) throw new ApiError('ORDER_NOT_FOUND')
    return found.order
  }

  async function answerOrder(orderNo: string) {
    const order = await findOrder({ orderNo })
    return { order: presentDetail(order, await store.refundsOf(order.id), clock.now(), true) }
  }

  async function answerRefund(refundNo: string) {
    const refund = await store.findRefund(refundNo)
    if (refund === null) throw new ApiError('NOT_FOUND')
    return { refund: presentRefund(refund) }
  }
}

function presentBill({ id, day, checkedAtMs, lineCount, differenceCount }: BillSummary) {
  return { id, day, checkedAt: toInstant(checkedAtMs), lineCount, differenceCount }
}

function parsePage(query: Fields): { limit: number; beforeId: number | null } {
  return {
    limit: parseCount(query.limit, 'limit', 50, 200),
    beforeId: query.before === undefined ? null : parseCount(query.before, 'before', 1, idMax),
  }
}

/** Hand it in as `before` for the next page. */
function nextOf(listed: readonly { readonly id: number }[], limit: number): string | null {
  return listed.length === limit ? String(listed.at(-1)!.id) : null
}

function assertDone(decided: Decided, field: string): void {
  if (decided === 'unknown') throw new ApiError('NOT_FOUND', field)
  if (decided === 'wrongState') throw new ApiError('WRONG_STATE', field)
}
