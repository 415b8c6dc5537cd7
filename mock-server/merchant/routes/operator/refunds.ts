import type { FastifyInstance } from 'fastify'
import type { Refund } from '../../../../src/contract/api'
import { ApiError } from '../../http/api-error'
import { parseJsonBody, type SchemaTypes } from '../../http/validation'
import { presentRefund } from '../present'
import { nothing } from '../schemas'
import type { OperatorOptions } from './options'
import { nextOf, toPage } from './paging'
import { declining, refundParams, refundsQuery } from './schemas'

/** Refunds that payers ask for, and the shop's decision about each. */
export function addOperatorRefundRoutes(server: FastifyInstance, options: OperatorOptions): void {
  const { store, refunding } = options
  const api = server.withTypeProvider<SchemaTypes>()

  api.get('/operator/refunds', { schema: { querystring: refundsQuery } }, async (request) => {
    const page = toPage(request.query)
    const listed = await store.listRefunds({ status: request.query.status ?? null, ...page })
    return {
      refunds: listed.map((refund) => ({ ...presentRefund(refund), orderNo: refund.orderNo })),
      next: nextOf(listed, page),
    }
  })

  const approval = { schema: { params: refundParams, body: nothing }, preValidation: parseJsonBody }
  api.post('/operator/refunds/:refundNo/approve', approval, async ({ params }) => {
    await refunding.approve(params.refundNo)
    return answer(params.refundNo)
  })

  const refusal = { schema: { params: refundParams, body: declining }, preValidation: parseJsonBody }
  api.post('/operator/refunds/:refundNo/decline', refusal, async ({ params, body }) => {
    await refunding.decline(params.refundNo, body.reason.trim())
    return answer(params.refundNo)
  })

  async function answer(refundNo: string): Promise<{ readonly refund: Refund }> {
    const refund = await store.findRefund(refundNo)
    if (refund === null) throw new ApiError('NOT_FOUND')
    return { refund: presentRefund(refund) }
  }
}
