import type { XmlError, XmlRefusal } from '../../../crypto/xml'
import type { Reason, TradeRefusal } from '../domain/refusal'

/** The two ways in which V2 refuses. @see https://pay.weixin.qq.com/doc/v2/merchant/4011935216 */

/** `return_code` FAIL: the answer has a text and nothing else, and is not signed. */
export class UnsignedV2Refusal extends Error {
  override readonly name = 'V2Fault'

  constructor(
    text: string,
    /** Only of bills. */
    readonly errorCode: string | null = null,
  ) {
    super(text)
  }
}

/** The business refuses (`result_code` FAIL): the answer names a code and is signed. */
export class V2Refusal extends Error {
  override readonly name = 'V2Refusal'

  constructor(
    readonly code: V2ErrorCode,
    text: string = v2ErrorTexts[code],
  ) {
    super(text)
  }
}

/** `err_code` with the vendor's own description, which also stands alone as a `return_msg`. */
export const v2ErrorTexts = {
  APPID_NOT_EXIST: 'appid不存在',
  MCHID_NOT_EXIST: '商户号mch_id或sub_mch_id不存在',
  APPID_MCHID_NOT_MATCH: '商户号mch_id与appid不匹配',
  SIGNERROR: '签名错误',
  XML_FORMAT_ERROR: 'XML格式错误',
  REQUIRE_POST_METHOD: '请使用post方法',
  POST_DATA_EMPTY: 'post数据为空',
  NOT_UTF8: '编码格式错误',
  LACK_PARAMS: '缺少参数',
  INVALID_REQUEST: '参数错误',
  ORDERPAID: '该订单已支付',
  ORDERCLOSED: '订单已关闭',
  ORDERNOTEXIST: '订单不存在',
  OUT_TRADE_NO_USED: '商户订单号重复',
  TRADE_STATE_ERROR: '订单状态错误',
  REFUND_FEE_MISMATCH: '订单金额或退款金额与之前请求不一致，请核实后再试',
  REFUNDNOTEXIST: 'not exist',
  INVALID_TRANSACTIONID: '无效transaction_id',
  TRADE_OVERDUE: '订单已经超过退款期限',
  NOTENOUGH: '基本账户余额不足，请充值后重新发起',
  USER_ACCOUNT_ABNORMAL: '退款请求失败',
  ERROR: '业务错误',
  CERT_ERROR: '证书校验错误',
  FREQUENCY_LIMITED: '频率限制',
  SYSTEMERROR: '系统错误',
} as const

export type V2ErrorCode = keyof typeof v2ErrorTexts

/** An unsigned refusal with the text of a code. */
export function unsignedRefusal(code: V2ErrorCode): UnsignedV2Refusal {
  return new UnsignedV2Refusal(v2ErrorTexts[code])
}

const byXmlError: Readonly<Record<XmlRefusal, V2ErrorCode>> = {
  empty: 'POST_DATA_EMPTY',
  'not-utf8': 'NOT_UTF8',
  'too-large': 'XML_FORMAT_ERROR',
  'declares-entities': 'XML_FORMAT_ERROR',
  malformed: 'XML_FORMAT_ERROR',
  nested: 'XML_FORMAT_ERROR',
  duplicate: 'XML_FORMAT_ERROR',
  'illegal-character': 'XML_FORMAT_ERROR',
}

export function fromXmlError({ code }: XmlError): UnsignedV2Refusal {
  return unsignedRefusal(byXmlError[code])
}

/** Where the code is null the refusal is unsigned. Texts of unsigned refusals were seen in traffic; FIDELITY.md names the others. */
const byReason: Readonly<Record<Reason, readonly [V2ErrorCode | null, string]>> = {
  'appid-mchid': [null, v2ErrorTexts.APPID_MCHID_NOT_MATCH],
  'merchant-unknown': [null, v2ErrorTexts.MCHID_NOT_EXIST],
  'openid-missing': [null, 'JSAPI支付必须传openid'],
  'openid-unknown': [null, '无效的openid'],
  'openid-other-app': [null, 'appid and openid not match'],
  'sub-openid-other-app': [null, 'sub_appid and sub_openid not match'],
  'sub-merchant-missing': [null, '受理机构必须传入sub_mch_id'],
  'sub-merchant-is-self': [null, '子商户号不能与受理商户号相同'],
  'sub-merchant-unrelated': [null, '受理关系不存在'],
  'sub-appid-other-merchant': [null, 'sub_mch_id与sub_appid不匹配'],
  'different-parameters': ['INVALID_REQUEST', '201 商户订单号重复'],
  'different-settlement': ['INVALID_REQUEST', '201 商户订单号重复'],
  'already-paid': ['ORDERPAID', v2ErrorTexts.ORDERPAID],
  'already-closed': ['ORDERCLOSED', v2ErrorTexts.ORDERCLOSED],
  expired: ['INVALID_REQUEST', '该订单已失效'],
  'number-used': ['OUT_TRADE_NO_USED', v2ErrorTexts.OUT_TRADE_NO_USED],
  'not-found': ['ORDERNOTEXIST', v2ErrorTexts.ORDERNOTEXIST],
  'close-paid': ['ORDERPAID', v2ErrorTexts.ORDERPAID],
  'close-too-soon': ['TRADE_STATE_ERROR', '订单生成后不能马上调用关单接口，最短调用时间间隔为5分钟'],
  'close-of-sub-order': ['TRADE_STATE_ERROR', '合单支付的子单不能单独关单'],
  'close-list-differs': ['SYSTEMERROR', v2ErrorTexts.SYSTEMERROR],
  'refund-order-unknown': ['ORDERNOTEXIST', v2ErrorTexts.ORDERNOTEXIST],
  'refund-order-unpaid': ['ORDERNOTEXIST', v2ErrorTexts.ORDERNOTEXIST],
  'refund-merchant-unknown': [null, v2ErrorTexts.MCHID_NOT_EXIST],
  'refund-total-differs': ['REFUND_FEE_MISMATCH', v2ErrorTexts.REFUND_FEE_MISMATCH],
  'refund-different': ['REFUND_FEE_MISMATCH', v2ErrorTexts.REFUND_FEE_MISMATCH],
  'refund-exceeds': ['ERROR', '申请退款金额大于订单可退金额'],
  'refund-too-low': ['ERROR', '金额过低无法退款'],
  'refund-all-done': ['ERROR', '订单已全额退款'],
  'refund-too-many': ['ERROR', '部分退款次数超过限制'],
  'refund-too-soon': ['FREQUENCY_LIMITED', v2ErrorTexts.FREQUENCY_LIMITED],
  'refund-too-late': ['TRADE_OVERDUE', v2ErrorTexts.TRADE_OVERDUE],
  'refund-not-enough': ['NOTENOUGH', v2ErrorTexts.NOTENOUGH],
  'refund-payer-abnormal': ['USER_ACCOUNT_ABNORMAL', v2ErrorTexts.USER_ACCOUNT_ABNORMAL],
  'refund-unknown': ['REFUNDNOTEXIST', v2ErrorTexts.REFUNDNOTEXIST],
  'refund-not-abnormal': ['ERROR', '退款单不是异常状态'],
  'bill-date': [null, 'invalid bill_date'],
  'bill-creating': [null, 'Bill Creating'],
  'bill-none': [null, 'No Bill Exist'],
}

/** Bills have an `error_code` instead. @see https://pay.weixin.qq.com/doc/v2/merchant/4011936338 */
const billCodes: Readonly<Partial<Record<Reason, string>>> = {
  'bill-date': '20001',
  'bill-none': '20002',
  'bill-creating': '20007',
}

/** A refusal of the ledger in V2's terms. */
export function toV2Refusal({ reason }: TradeRefusal): UnsignedV2Refusal | V2Refusal {
  const [code, text] = byReason[reason]
  return code === null ? new UnsignedV2Refusal(text, billCodes[reason] ?? null) : new V2Refusal(code, text)
}
