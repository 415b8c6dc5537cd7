import type { FastifyInstance } from 'fastify'
import { toBeijingTime, type Clock } from '../../../../kit/clock'
import type { SharingDesk, SharingRefusal, UnfreezeRequest } from '../../desks/sharing-desk'
import type { Unfreezing } from '../../domain/sharing'
import { createV3Door, type V3DoorOptions } from '../v3-door'
import { V3Refusal, type Refusal } from '../v3-errors'
import { checkBody, checkText, type Field, type Fields } from '../v3-schema'

export interface SharingRoutesOptions extends V3DoorOptions {
  readonly sharingDesk: SharingDesk
  /** Virtual time. */
  readonly clock: Clock
}

const prefix = '/v3/profitsharing'

const transactionId = { label: '微信订单号', type: 'string', min: 1, max: 32, required: true } as const satisfies Field
const outOrderNo = {
  label: '商户分账单号',
  type: 'string',
  min: 1,
  max: 64,
  pattern: /^[0-9A-Za-z_\-|*@]+$/,
  required: true,
} as const satisfies Field

const unfreezeFields: Fields = {
  sub_mchid: { label: '子商户号', type: 'string', min: 1, max: 32 },
  transaction_id: transactionId,
  out_order_no: outOrderNo,
  description: { label: '分账描述', type: 'string', min: 1, max: 80, required: true },
}

/** What merchants without the product get. @see https://pay.weixin.qq.com/doc/v3/merchant/4012524936 */
const withoutPermission = [
  ['POST', '/orders'],
  ['POST', '/receivers/add'],
  ['POST', '/receivers/delete'],
  ['POST', '/return-orders'],
  ['GET', '/return-orders/:outReturnNo'],
  ['GET', '/bills'],
  ['GET', '/merchant-configs/:subMchid'],
] as const

/** How much of a shared order is frozen, and its unfreezing. Sharing itself is refused: no merchant here has the product. */
export function addSharingRoutes(server: FastifyInstance, options: SharingRoutesOptions): void {
  const { sharingDesk, clock } = options
  const route = createV3Door(server, options)

  route('GET', `${prefix}/transactions/:transactionId/amounts`, ({ merchant, params }) => {
    const transaction_id = checkText(params['transactionId'] ?? '', transactionId, '/uri_template/transaction_id')
    const unsplit_amount = sharingDesk.unsplit(merchant, transaction_id)
    if (typeof unsplit_amount === 'string') throw refuse(unsplit_amount, '非分账订单不支持此查询')
    return { status: 200, body: { transaction_id, unsplit_amount } }
  })

  route('POST', `${prefix}/orders/unfreeze`, async ({ merchant, json }) => {
    const body = json()
    checkBody(body, unfreezeFields)
    // The table has checked it.
    const unfreezing = await sharingDesk.unfreeze(merchant, body as UnfreezeRequest)
    if (typeof unfreezing === 'string') throw refuse(unfreezing, '非分账订单不支持解冻剩余资金')
    return { status: 200, body: toOrder(unfreezing, clock.now()) }
  })

  route('GET', `${prefix}/orders/:outOrderNo`, ({ merchant, params, query }) => {
    const number = checkText(params['outOrderNo'] ?? '', outOrderNo, '/uri_template/out_order_no')
    const transaction = checkText(query.get('transaction_id'), transactionId, '/query/transaction_id')
    const unfreezing = sharingDesk.find(merchant, number)
    if (unfreezing === null || unfreezing.transaction_id !== transaction) throw refuse('unknown', '')
    return { status: 200, body: toOrder(unfreezing, clock.now()) }
  })

  for (const [method, path] of withoutPermission)
    route(method, prefix + path, () => {
      // UNVERIFIED: the text.
      throw new V3Refusal('NO_AUTH', '商户无权限使用分账功能')
    })
}

/** The texts are the vendor's, except that of an unknown number. */
const refusals: Readonly<Record<Exclude<SharingRefusal, 'unshared'>, readonly [Refusal, string]>> = {
  unknown: ['RESOURCE_NOT_EXISTS', '记录不存在'],
  foreign: ['INVALID_REQUEST', '非本商户的订单不支持查询'],
  unsettled: ['INVALID_REQUEST', '订单处理中，请稍后重试'],
  'nothing-left': ['NOT_ENOUGH', '分账金额为0'],
}

function refuse(refusal: SharingRefusal, unshared: string): V3Refusal {
  if (refusal === 'unshared') return new V3Refusal('INVALID_REQUEST', unshared)
  return new V3Refusal(...refusals[refusal])
}

/** UNVERIFIED: how long it is processed, and the words of the line that frees the money. */
const takesMs = 1000

function toOrder({ transaction_id, out_order_no, order_id, ...rest }: Unfreezing, now: number): unknown {
  const { mchid, amount, created_at } = rest
  const isFinished = now >= created_at + takesMs
  return {
    transaction_id,
    out_order_no,
    order_id,
    state: isFinished ? 'FINISHED' : 'PROCESSING',
    receivers: [
      {
        type: 'MERCHANT_ID',
        account: mchid,
        amount,
        description: '解冻给分账方',
        result: isFinished ? 'SUCCESS' : 'PENDING',
        detail_id: order_id,
        create_time: toBeijingTime(created_at),
        finish_time: toBeijingTime(created_at + takesMs),
      },
    ],
  }
}
