import type { V3ErrorBody } from '../../../wire/v3-types'
import type { Reason, TradeRefusal } from '../domain/refusal'

/** Refusals of the V3 API: HTTP status and the internal number that ends the Request-ID, by code and text. */
const refusals = {
  PARAM_ERROR: { status: 400, internal: 268435461 },
  EXTRA_PARAM: { status: 400, internal: 270924358, code: 'PARAM_ERROR' },
  INVALID_REQUEST: { status: 400, internal: 268435464 },
  HEADER_MISSING: { status: 400, internal: 268435464, code: 'INVALID_REQUEST' },
  NOT_UTF8: { status: 400, internal: 268435464, code: 'INVALID_REQUEST' },
  REENTRY: { status: 400, internal: 268498688, code: 'INVALID_REQUEST' },
  ORDER_INVALID: { status: 400, internal: 268447914, code: 'INVALID_REQUEST' },
  APPID_MCHID_NOT_MATCH: { status: 400, internal: 268445527 },
  MCH_NOT_EXISTS: { status: 400, internal: 268443704 },
  SUB_MCHID_MISSING: { status: 400, internal: 268443704, code: 'PARAM_ERROR' },
  SUB_MCHID_IS_OWN: { status: 400, internal: 268443705, code: 'INVALID_REQUEST' },
  NO_RELATION: { status: 403, internal: 268443701, code: 'NO_AUTH' },
  MCHID_DIFFERS: { status: 400, internal: 268447843, code: 'INVALID_REQUEST' },
  OPENID_MISSING: { status: 400, internal: 268501013, code: 'PARAM_ERROR' },
  MCH_UNKNOWN: { status: 404, internal: 268443704, code: 'MCH_NOT_EXISTS' },
  NOT_ENOUGH: { status: 403, internal: 268435464 },
  USER_ACCOUNT_ABNORMAL: { status: 403, internal: 268435464 },
  NO_STATEMENT_EXIST: { status: 400, internal: 268435464 },
  STATEMENT_CREATING: { status: 400, internal: 268435464 },
  ORDERPAID: { status: 400, internal: 268449538 },
  ORDER_PAID: { status: 400, internal: 268498689 },
  ORDER_CLOSED: { status: 400, internal: 268447914 },
  OUT_TRADE_NO_USED: { status: 403, internal: 268447843 },
  ORDER_NOT_EXIST: { status: 404, internal: 268512771 },
  RESOURCE_NOT_EXISTS: { status: 404, internal: 268435464 },
  REFUND_ORDER_UNKNOWN: { status: 404, internal: 268512771, code: 'RESOURCE_NOT_EXISTS' },
  NO_AUTH: { status: 403, internal: 268443701 },
  SIGN_ERROR: { status: 401, internal: 268443699 },
  SYSTEM_ERROR: { status: 500, internal: 268435456 },
  FREQUENCY_LIMITED: { status: 429, internal: 268447840 },
} as const satisfies Record<string, { status: number; internal: number; code?: string }>

export type Refusal = keyof typeof refusals

/**
 * What the service answers instead of a result.
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012081670
 */
export class V3Refusal extends Error {
  override readonly name = 'V3Refusal'
  readonly status: number
  readonly internal: number
  readonly body: V3ErrorBody

  constructor(
    readonly refusal: Refusal,
    message: string,
    detail?: unknown,
  ) {
    super(message)
    const entry: { status: number; internal: number; code?: string } = refusals[refusal]
    this.status = entry.status
    this.internal = entry.internal
    this.body = { code: entry.code ?? refusal, ...(detail !== undefined && { detail }), message }
  }
}

/** What the ledger's reasons are in V3. Codes without a documented place are UNVERIFIED: FIDELITY.md names them. */
const byReason: Readonly<Record<Reason, readonly [Refusal, string]>> = {
  'appid-mchid': ['APPID_MCHID_NOT_MATCH', 'appid和mch_id不匹配'],
  'merchant-unknown': ['MCH_NOT_EXISTS', '商户号不存在'],
  'openid-missing': ['OPENID_MISSING', 'JSAPI支付必须传openid'],
  'openid-unknown': ['PARAM_ERROR', '无效的openid'],
  'openid-other-app': ['PARAM_ERROR', 'appid与openid不匹配'],
  'sub-openid-other-app': ['PARAM_ERROR', 'sub_appid和sub_openid不匹配'],
  'sub-merchant-missing': ['SUB_MCHID_MISSING', '受理机构必须传入sub_mch_id'],
  'sub-merchant-is-self': ['SUB_MCHID_IS_OWN', '子商户mchid不能与自身mchid相同'],
  'sub-merchant-unrelated': ['NO_RELATION', '受理关系不存在'],
  'sub-appid-other-merchant': ['APPID_MCHID_NOT_MATCH', 'sub_mch_id与sub_appid不匹配'],
  'different-parameters': ['REENTRY', '请求重入时，参数与首次请求时不一致'],
  'different-settlement': ['REENTRY', '重复下单且结算信息不一致'],
  'already-paid': ['ORDERPAID', '该订单已支付'],
  'already-closed': ['ORDER_CLOSED', '订单已关闭'],
  expired: ['ORDER_INVALID', '该订单已失效'],
  'number-used': ['OUT_TRADE_NO_USED', '商户订单号重复'],
  'not-found': ['ORDER_NOT_EXIST', '订单不存在'],
  'close-paid': ['ORDER_PAID', '该订单已支付'],
  'close-too-soon': ['INVALID_REQUEST', '订单生成后不能马上调用关单接口'],
  'close-of-sub-order': ['INVALID_REQUEST', '合单支付的子单不能单独关单'],
  'close-list-differs': ['SYSTEM_ERROR', '系统繁忙，请稍后重试'],
  'refund-order-unknown': ['REFUND_ORDER_UNKNOWN', '订单不存在'],
  'refund-order-unpaid': ['REFUND_ORDER_UNKNOWN', '订单不存在'],
  'refund-merchant-unknown': ['MCH_UNKNOWN', '商户号不存在'],
  'refund-total-differs': ['INVALID_REQUEST', '订单金额或退款金额与之前请求不一致，请核实后再试'],
  'refund-different': ['INVALID_REQUEST', '订单金额或退款金额与之前请求不一致，请核实后再试'],
  'refund-exceeds': ['INVALID_REQUEST', '申请退款金额大于订单可退金额'],
  'refund-too-low': ['INVALID_REQUEST', '金额过低无法退款'],
  'refund-all-done': ['INVALID_REQUEST', '订单已全额退款'],
  'refund-too-many': ['INVALID_REQUEST', '部分退款次数超过限制'],
  'refund-too-soon': ['FREQUENCY_LIMITED', '接口调用频率超过限制，请稍后重试'],
  'refund-too-late': ['INVALID_REQUEST', '订单已超过退款期限'],
  'refund-not-enough': ['NOT_ENOUGH', '基本账户余额不足，请充值后重新发起'],
  'refund-payer-abnormal': ['USER_ACCOUNT_ABNORMAL', '用户账户异常或已注销'],
  'refund-unknown': ['RESOURCE_NOT_EXISTS', '退款单不存在'],
  'refund-not-abnormal': ['INVALID_REQUEST', '退款单不是异常状态'],
  'bill-date': ['INVALID_REQUEST', '账单日期不在可下载的范围内'],
  'bill-creating': ['STATEMENT_CREATING', '账单生成中'],
  'bill-none': ['NO_STATEMENT_EXIST', '请求的账单文件不存在'],
}

/** A refusal of the ledger in V3's terms. */
export function toV3Refusal({ reason, facts }: TradeRefusal): V3Refusal {
  const [refusal, message] = byReason[reason]
  return new V3Refusal(
    refusal,
    message,
    facts.value === undefined ? undefined : { location: facts.location ?? 'body', value: facts.value },
  )
}
