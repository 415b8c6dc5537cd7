/** The V3 messages in the protocol's own names. @see https://pay.weixin.qq.com/doc/v3/merchant/4012791856 */

export type V3TradeState = 'SUCCESS' | 'REFUND' | 'NOTPAY' | 'CLOSED' | 'REVOKED' | 'USERPAYING' | 'PAYERROR'

export type V3TradeType = 'JSAPI' | 'NATIVE' | 'APP' | 'MWEB'

export interface V3OrderRequest {
  readonly appid: string
  readonly mchid: string
  readonly description: string
  readonly out_trade_no: string
  /** RFC 3339 */
  readonly time_expire?: string
  readonly attach?: string
  readonly notify_url: string
  readonly goods_tag?: string
  readonly support_fapiao?: boolean
  readonly amount: { readonly total: number; readonly currency?: string }
  readonly payer?: { readonly openid: string }
  readonly detail?: unknown
  readonly scene_info?: V3SceneInfo
  readonly settle_info?: { readonly profit_sharing?: boolean }
}

/** A partner (服务商) orders for a sub merchant (子商户). @see https://pay.weixin.qq.com/doc/v3/partner/4012523579 */
export interface V3PartnerOrderRequest extends Omit<V3OrderRequest, 'appid' | 'mchid' | 'payer'> {
  readonly sp_appid: string
  readonly sp_mchid: string
  readonly sub_appid?: string
  readonly sub_mchid: string
  readonly payer?: { readonly sp_openid?: string; readonly sub_openid?: string }
}

/** One payment for several payees (合单支付). @see https://pay.weixin.qq.com/doc/v3/merchant/4012556982 */
export interface V3CombinedOrderRequest {
  readonly combine_appid: string
  readonly combine_mchid: string
  readonly combine_out_trade_no: string
  readonly scene_info?: V3SceneInfo
  readonly sub_orders: readonly V3SubOrderRequest[]
  readonly combine_payer_info?: { readonly openid: string; readonly sub_openid?: string }
  readonly time_start?: string
  readonly time_expire?: string
  readonly notify_url: string
  readonly limit_pay?: readonly string[]
}

export interface V3SubOrderRequest {
  readonly mchid: string
  readonly sub_mchid?: string
  readonly sub_appid?: string
  readonly out_trade_no: string
  readonly attach: string
  readonly description: string
  readonly detail?: string
  readonly goods_tag?: string
  readonly amount: { readonly total_amount: number; readonly currency: string }
  readonly settle_info?: { readonly profit_sharing?: boolean; readonly subsidy_amount?: number }
}

export interface V3SceneInfo {
  readonly payer_client_ip: string
  readonly device_id?: string
  readonly store_info?: {
    readonly id: string
    readonly name?: string
    readonly area_code?: string
    readonly address?: string
  }
  readonly h5_info?: V3H5Info
}

export interface V3H5Info {
  readonly type: string
  readonly app_name?: string
  readonly app_url?: string
  readonly bundle_id?: string
  readonly package_name?: string
}

export interface V3JsapiAnswer {
  readonly prepay_id: string
}

export interface V3H5Answer {
  readonly h5_url: string
}

export interface V3NativeAnswer {
  readonly code_url: string
}

/** A voucher (代金券) in a payment. `goods_detail` only where `scope` is SINGLE. @see https://pay.weixin.qq.com/doc/v3/merchant/4012791859 */
export interface V3Promotion {
  readonly coupon_id: string
  readonly name?: string
  readonly scope?: 'GLOBAL' | 'SINGLE'
  readonly type?: 'CASH' | 'NOCASH'
  /** What it took off. */
  readonly amount: number
  readonly stock_id?: string
  readonly wechatpay_contribute?: number
  readonly merchant_contribute?: number
  readonly other_contribute?: number
  readonly currency?: string
  readonly goods_detail?: readonly unknown[]
}

/** Answer of a query, and plaintext of a payment notification. A partner's has the `sp_` and `sub_` names instead. */
export interface V3Transaction {
  readonly appid?: string
  readonly mchid?: string
  readonly sp_appid?: string
  readonly sp_mchid?: string
  readonly sub_appid?: string
  readonly sub_mchid?: string
  readonly out_trade_no: string
  readonly transaction_id?: string
  readonly trade_type?: V3TradeType
  readonly trade_state: V3TradeState
  readonly trade_state_desc: string
  readonly bank_type?: string
  readonly attach?: string
  readonly success_time?: string
  readonly payer?: { readonly openid?: string; readonly sp_openid?: string; readonly sub_openid?: string }
  readonly amount: {
    readonly total: number
    readonly payer_total?: number
    readonly currency?: string
    readonly payer_currency?: string
  }
  readonly scene_info?: { readonly device_id?: string }
  readonly promotion_detail?: readonly V3Promotion[]
}

/** Answer of a query of a combined order, and plaintext of its notification. */
export interface V3CombinedTransaction {
  readonly combine_appid: string
  readonly combine_mchid: string
  readonly combine_out_trade_no: string
  readonly combine_payer_info?: { readonly openid: string }
  readonly scene_info?: { readonly device_id?: string }
  readonly sub_orders: readonly V3SubTransaction[]
}

/** `total_amount` and `payer_amount` here, where a single order has `total` and `payer_total`. */
export interface V3SubTransaction {
  readonly mchid: string
  readonly sub_mchid?: string
  readonly sub_appid?: string
  readonly out_trade_no: string
  readonly transaction_id?: string
  readonly trade_type?: V3TradeType
  readonly trade_state: V3TradeState
  readonly bank_type?: string
  readonly attach?: string
  readonly success_time?: string
  readonly amount: {
    readonly total_amount: number
    readonly payer_amount?: number
    readonly currency?: string
    readonly payer_currency?: string
  }
  readonly promotion_detail?: readonly V3Promotion[]
}

export interface V3EncryptedResource {
  readonly algorithm: 'AEAD_AES_256_GCM'
  readonly ciphertext: string
  readonly nonce: string
  readonly associated_data: string
  readonly original_type?: string
}

export interface V3Notification {
  readonly id: string
  readonly create_time: string
  readonly event_type: string
  readonly resource_type: 'encrypt-resource'
  readonly summary: string
  readonly resource: V3EncryptedResource
}

export interface V3CertificatesAnswer {
  readonly data: readonly {
    readonly serial_no: string
    readonly effective_time: string
    readonly expire_time: string
    readonly encrypt_certificate: V3EncryptedResource
  }[]
}

export interface V3ErrorBody {
  readonly code: string
  readonly message: string
  readonly detail?: unknown
}

/** The self-test of signature, encryption and notifications. @see https://pay.weixin.qq.com/doc/v3/partner/4015139289 */
export interface V3EchoRequest {
  readonly echo_message: string
  /** Base64, RSA-OAEP under the key that `Wechatpay-Serial` names. */
  readonly encrypted_echo_message?: string
  readonly notify_url?: string
}

export type V3EchoAnswer = Pick<V3EchoRequest, 'echo_message' | 'encrypted_echo_message'>
