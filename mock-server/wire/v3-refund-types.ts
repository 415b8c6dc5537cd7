/** Refunds of V3 in the protocol's own names. @see https://pay.weixin.qq.com/doc/v3/merchant/4012791862 */

export const v3RefundPath = '/v3/refund/domestic/refunds'

/** Bills. @see https://pay.weixin.qq.com/doc/v3/merchant/4013071227 */
export const v3BillPaths = {
  trade: '/v3/bill/tradebill',
  fundFlow: '/v3/bill/fundflowbill',
  download: '/v3/billdownload/file',
} as const

/** The answer to applying for a bill: the hash is that of the file before it is compressed. */
export interface V3BillAnswer {
  readonly hash_type: 'SHA1'
  readonly hash_value: string
  readonly download_url: string
}

export type V3RefundStatus = 'SUCCESS' | 'CLOSED' | 'PROCESSING' | 'ABNORMAL'

export interface V3RefundGoods {
  readonly merchant_goods_id: string
  readonly wechatpay_goods_id?: string
  readonly goods_name?: string
  readonly unit_price: number
  readonly refund_amount: number
  readonly refund_quantity: number
}

export interface V3RefundRequest {
  /** A partner's. */
  readonly sub_mchid?: string
  readonly transaction_id?: string
  readonly out_trade_no?: string
  readonly out_refund_no: string
  readonly reason?: string
  readonly notify_url?: string
  readonly funds_account?: string
  readonly amount: {
    readonly refund: number
    readonly total: number
    readonly currency: string
    readonly from?: readonly { readonly account: string; readonly amount: number }[]
  }
  readonly goods_detail?: readonly V3RefundGoods[]
}

/** A voucher in a refund, whose types have other names than in the payment. */
export interface V3RefundPromotion {
  readonly promotion_id: string
  readonly scope: 'GLOBAL' | 'SINGLE'
  readonly type: 'COUPON' | 'DISCOUNT'
  /** What it took off the order. */
  readonly amount: number
  readonly refund_amount: number
  readonly goods_detail?: readonly V3RefundGoods[]
}

export interface V3Refund {
  readonly refund_id: string
  readonly out_refund_no: string
  readonly transaction_id: string
  readonly out_trade_no: string
  readonly channel: 'ORIGINAL' | 'BALANCE' | 'OTHER_BALANCE' | 'OTHER_BANKCARD'
  readonly user_received_account: string
  readonly success_time?: string
  readonly create_time: string
  readonly status: V3RefundStatus
  readonly funds_account?: string
  readonly amount: {
    readonly total: number
    readonly refund: number
    readonly from?: readonly { readonly account: string; readonly amount: number }[]
    readonly payer_total: number
    readonly payer_refund: number
    readonly settlement_refund: number
    readonly settlement_total: number
    readonly discount_refund: number
    readonly currency: string
    readonly refund_fee?: number
  }
  readonly promotion_detail?: readonly V3RefundPromotion[]
}

/** Plaintext of a `REFUND.*` notification. A partner's has `sp_mchid` and `sub_mchid`. */
export interface V3RefundResource {
  readonly mchid?: string
  readonly sp_mchid?: string
  readonly sub_mchid?: string
  readonly transaction_id: string
  readonly out_trade_no: string
  readonly refund_id: string
  readonly out_refund_no: string
  readonly refund_status: V3RefundStatus
  readonly success_time?: string
  readonly user_received_account: string
  readonly amount: {
    readonly total: number
    readonly refund: number
    readonly payer_total: number
    readonly payer_refund: number
  }
}

/** Sends an abnormal refund elsewhere. @see https://pay.weixin.qq.com/doc/v3/merchant/4012810603 */
export interface V3AbnormalRefundRequest {
  readonly sub_mchid?: string
  readonly out_refund_no: string
  readonly type: 'USER_BANK_CARD' | 'MERCHANT_BANK_CARD'
  readonly bank_type?: string
  /** RSAES-OAEP with WeChat Pay's key, base64, as is the name. */
  readonly bank_account?: string
  readonly real_name?: string
}
