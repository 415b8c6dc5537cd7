import type { FastifyInstance } from 'fastify'
import { ApiError } from '../../http/api-error'
import { parseJsonBody, type SchemaTypes } from '../../http/validation'
import type { Store } from '../../store/port'
import type { BillSummary } from '../../store/work/work-port'
import { toInstant } from '../present'
import { nothing } from '../schemas'
import type { OperatorOptions } from './options'
import { assertDone, nextOf, toPage } from './paging'
import { dayParams, idParams, jobsQuery, pageQuery } from './schemas'

/** What the shop does on its own: comparing bills, and the jobs of the outbox. */
export function addWorkRoutes(server: FastifyInstance, { store, clock }: OperatorOptions): void {
  const api = server.withTypeProvider<SchemaTypes>()

  api.get('/operator/bills', { schema: { querystring: pageQuery } }, async (request) => {
    const page = toPage(request.query)
    const listed = await store.listBills(page)
    return { bills: listed.map(presentBill), next: nextOf(listed, page) }
  })

  api.get('/operator/bills/:day', { schema: { params: dayParams } }, async ({ params }) => {
    const bill = await store.findBill(params.day)
    if (bill === null) throw new ApiError('NOT_FOUND', 'day')
    return { bill: presentBill(bill), differences: bill.differences }
  })

  api.get('/operator/jobs', { schema: { querystring: jobsQuery } }, async (request) => {
    const page = toPage(request.query)
    const listed = await store.listJobs({ status: request.query.status ?? null, orderId: null, ...page })
    return { jobs: listed.map(presentJob), next: nextOf(listed, page) }
  })

  const retry = { schema: { params: idParams, body: nothing }, preValidation: parseJsonBody }
  api.post('/operator/jobs/:id/retry', retry, async ({ params }) => {
    const id = Number(params.id)
    assertDone(await store.retryJob(id, clock.now()), 'id')
    return { id }
  })
}

type ListedJob = Awaited<ReturnType<Store['listJobs']>>[number]

export function presentJob({ dueAtMs, createdAtMs, orderId: _orderId, ...job }: ListedJob) {
  return { ...job, dueAt: toInstant(dueAtMs), createdAt: toInstant(createdAtMs) }
}

function presentBill({ id, day, checkedAtMs, lineCount, differenceCount }: BillSummary) {
  return { id, day, checkedAt: toInstant(checkedAtMs), lineCount, differenceCount }
}
