import type { V2SignType } from './v2-signing'

/** The V2 messages in the protocol's own names. In XML everything is text: `total_fee` is `"1"`. @see https://pay.weixin.qq.com/doc/v2/merchant/4011935216 */

export type V2TradeType = 'JSAPI' | 'NATIVE' | 'APP' | 'MWEB'

export type V2TradeState = 'SUCCESS' | 'REFUND' | 'NOTPAY' | 'CLOSED' | 'REVOKED' | 'USERPAYING' | 'PAYERROR' | 'ACCEPT'

export type V2RefundState = 'SUCCESS' | 'REFUNDCLOSE' | 'PROCESSING' | 'CHANGE'

/** Who asks; the `sub_` names are a partner's (服务商). */
export interface V2Parties {
  readonly appid: string
  readonly mch_id: string
  readonly sub_appid?: string
  readonly sub_mch_id?: string
  readonly nonce_str: string
  readonly sign: string
  /** Default MD5. */
  readonly sign_type?: V2SignType
}

export interface V2OrderRequest extends V2Parties {
  readonly device_info?: string
  readonly body: string
  readonly detail?: string
  readonly attach?: string
  readonly out_trade_no: string
  readonly fee_type?: string
  /** Fen. */
  readonly total_fee: string
  readonly spbill_create_ip: string
  /** yyyyMMddHHmmss, Beijing */
  readonly time_start?: string
  /** yyyyMMddHHmmss, Beijing */
  readonly time_expire?: string
  readonly goods_tag?: string
  readonly notify_url: string
  readonly trade_type: V2TradeType
  readonly product_id?: string
  readonly limit_pay?: string
  readonly openid?: string
  readonly sub_openid?: string
  readonly receipt?: string
  /** JSON. */
  readonly scene_info?: string
  readonly profit_sharing?: string
}

export interface V2QueryRequest extends V2Parties {
  readonly transaction_id?: string
  readonly out_trade_no?: string
}

export interface V2CloseRequest extends V2Parties {
  readonly out_trade_no: string
}

export interface V2RefundRequest extends V2QueryRequest {
  readonly out_refund_no: string
  readonly total_fee: string
  readonly refund_fee: string
  readonly refund_fee_type?: string
  readonly refund_desc?: string
  readonly refund_account?: string
  readonly notify_url?: string
}

export interface V2RefundQueryRequest extends V2QueryRequest {
  readonly out_refund_no?: string
  readonly refund_id?: string
  readonly offset?: string
}

export interface V2BillRequest extends V2Parties {
  /** yyyyMMdd */
  readonly bill_date: string
  readonly bill_type?: string
  readonly tar_type?: string
}

/**
 * The two levels of an answer (HTTP 200 in all cases). A FAIL of `return_code` has `return_msg` and nothing else, and is not
 * signed; a FAIL of `result_code` has `err_code` and `err_code_des`, and is.
 */
export interface V2Answer {
  readonly return_code: 'SUCCESS' | 'FAIL'
  readonly return_msg?: string
  readonly result_code?: 'SUCCESS' | 'FAIL'
  readonly err_code?: string
  readonly err_code_des?: string
  readonly sign?: string
}

/** How a notification is acknowledged: the body decides. @see https://pay.weixin.qq.com/doc/v2/merchant/4011937248 */
export const v2Acknowledgement = { return_code: 'SUCCESS', return_msg: 'OK' } as const

/** What is inside a refund notification's `req_info`, under `<root>`. */
export interface V2RefundNotice {
  readonly out_refund_no: string
  readonly out_trade_no: string
  readonly refund_account: string
  readonly refund_fee: string
  readonly refund_id: string
  /** The protocol's own spelling. */
  readonly refund_recv_accout: string
  readonly refund_request_source: 'API' | 'VENDOR_PLATFORM'
  readonly refund_status: 'SUCCESS' | 'CHANGE' | 'REFUNDCLOSE'
  readonly settlement_refund_fee: string
  readonly settlement_total_fee: string
  /** yyyy-MM-dd HH:mm:ss, Beijing; only of a success. */
  readonly success_time?: string
  readonly total_fee: string
  readonly transaction_id: string
}
