import type { FastifyInstance } from 'fastify'
import { v3RefundPath, type V3AbnormalRefundRequest, type V3RefundRequest } from '../../../../wire/v3-refund-types'
import { V3Refusal } from '../v3-errors'
import type { Refund, RefundRequest } from '../../domain/refund'
import type { RefundDesk } from '../../desks/refund-desk'
import { TradeRefusal } from '../../domain/refusal'
import { checkBody, checkText, missingField } from '../v3-schema'
import { createV3Door, type V3DoorOptions, type V3Request } from '../v3-door'
import { abnormalRefundFields, outRefundNo, refundFields, refundId, subMchid } from './v3-refund-fields'
import { toRefund } from './v3-refund-view'

export interface V3RefundRoutesOptions extends V3DoorOptions {
  readonly refundDesk: RefundDesk
}

/** Refunds of direct, partner and sub orders; their query; another account for an abnormal one. */
export function addV3RefundRoutes(server: FastifyInstance, options: V3RefundRoutesOptions): void {
  const { refundDesk } = options
  const route = createV3Door(server, options)

  route('POST', v3RefundPath, async ({ merchant, json }) => {
    const body = json()
    checkBody(body, refundFields)
    // The table has checked it.
    const request = fromRefund(body as V3RefundRequest)
    const refund = await refundDesk.request(merchant, request)
    options.examine({ kind: 'refunded', refund })
    return { status: 200, body: toRefund(refund) }
  })

  route('GET', `${v3RefundPath}/:outRefundNo`, ({ merchant, params, query }) => {
    const number = checkText(params['outRefundNo'] ?? '', outRefundNo, '/uri_template/out_refund_no')
    const sub = query.get('sub_mchid')
    const named = sub === null ? undefined : checkText(sub, subMchid, '/query/sub_mchid')
    return { status: 200, body: toRefund(found(refundDesk.find(merchant.mchid, number, named))) }
  })

  route('POST', `${v3RefundPath}/:refundId/apply-abnormal-refund`, async (request) => {
    const body = request.json()
    checkBody(body, abnormalRefundFields)
    const asked = body as V3AbnormalRefundRequest
    const id = checkText(request.params['refundId'] ?? '', refundId, '/uri_template/refund_id')
    const refund = found(refundDesk.findById(request.merchant.mchid, id, asked.sub_mchid))
    if (refund.out_refund_no !== asked.out_refund_no) throw new TradeRefusal('refund-unknown')
    return { status: 200, body: toRefund(await refundDesk.retry(refund, accountOf(request, asked))) }
  })
}

function found(refund: Refund | null): Refund {
  if (refund === null) throw new TradeRefusal('refund-unknown')
  return refund
}

/** @throws V3Refusal for what no field table can say */
function fromRefund(request: V3RefundRequest): RefundRequest {
  const { amount, transaction_id, out_trade_no, out_refund_no, goods_detail } = request
  if (transaction_id === undefined && out_trade_no === undefined)
    throw missingField('/body/transaction_id', '微信支付订单号')
  if (amount.from && amount.from.reduce((sum, source) => sum + source.amount, 0) !== amount.refund)
    // UNVERIFIED: the text.
    throw new V3Refusal('PARAM_ERROR', '出资金额之和与退款金额不一致', { location: 'body', value: amount.refund })
  const { sub_mchid, reason, notify_url, funds_account } = request
  return {
    api: 'v3',
    out_refund_no,
    refund: amount.refund,
    total: amount.total,
    ...(transaction_id !== undefined && { transaction_id }),
    ...(out_trade_no !== undefined && { out_trade_no }),
    ...(sub_mchid !== undefined && { sub_mchid }),
    ...(reason !== undefined && { reason }),
    ...(notify_url !== undefined && { notify_url }),
    ...(funds_account !== undefined && { funds_account }),
    ...(amount.from && { from: amount.from }),
    ...(goods_detail && { goods_detail }),
  }
}

/**
 * Where the money goes instead. The payer's card is named with its holder, and both must be encrypted with a key of
 * WeChat Pay. @throws V3Refusal
 */
function accountOf({ decrypt }: V3Request, { type, bank_type, bank_account, real_name }: V3AbnormalRefundRequest) {
  if (type === 'MERCHANT_BANK_CARD') return '商户结算银行账户'
  if (bank_type === undefined) throw missingField('/body/bank_type', '开户银行')
  if (bank_account === undefined) throw missingField('/body/bank_account', '收款银行卡号')
  if (real_name === undefined) throw missingField('/body/real_name', '收款用户姓名')
  const account = decrypt(bank_account)
  if (account === null || decrypt(real_name) === null)
    // UNVERIFIED: the text.
    throw new V3Refusal('PARAM_ERROR', '敏感信息解密失败，请检查加密使用的公钥或证书', {
      location: 'body',
      value: account === null ? 'bank_account' : 'real_name',
    })
  return `${bank_type.split('_', 1)[0]}借记卡${account.slice(-4)}`
}
