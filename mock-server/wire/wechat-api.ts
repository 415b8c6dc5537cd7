/** Request targets of api.weixin.qq.com: what a mini program's server asks WeChat itself. */
export const wechatApiPaths = {
  token: '/cgi-bin/token',
  stableToken: '/cgi-bin/stable_token',
  checkSession: '/wxa/checksession',
  phoneNumber: '/wxa/business/getuserphonenumber',
  uploadShipping: '/wxa/sec/order/upload_shipping_info',
  uploadCombinedShipping: '/wxa/sec/order/upload_combined_shipping_info',
  isTradeManaged: '/wxa/sec/order/is_trade_managed',
  deliveryList: '/cgi-bin/express/delivery/open_msg/get_delivery_list',
} as const

/** How an order is named: 1 by merchant and merchant order number, 2 by WeChat's own number. */
export interface ShippingOrderKey {
  readonly order_number_type: 1 | 2
  readonly transaction_id?: string
  /** Of a partner's order the sub merchant. */
  readonly mchid?: string
  readonly out_trade_no?: string
}

/** 1 express, 2 same city, 3 virtual, 4 picked up. */
export type LogisticsType = 1 | 2 | 3 | 4

export interface ShippingPackage {
  readonly tracking_no?: string
  readonly express_company?: string
  readonly item_desc?: string
  /** Masked: `189****1234`. */
  readonly contact?: { readonly consignor_contact?: string; readonly receiver_contact?: string }
}

/** What was sent of one order. */
export interface ShippingPart {
  readonly order_key: ShippingOrderKey
  readonly logistics_type: LogisticsType
  /** 1 all at once, 2 in several parcels. */
  readonly delivery_mode: 1 | 2
  readonly is_all_delivered?: boolean
  readonly shipping_list: readonly ShippingPackage[]
}

/** Body of `upload_shipping_info`. */
export interface UploadShippingRequest extends ShippingPart {
  /** RFC 3339 with milliseconds. */
  readonly upload_time: string
  readonly payer: { readonly openid: string }
}

/** Body of `upload_combined_shipping_info`. */
export interface UploadCombinedShippingRequest {
  readonly order_key: ShippingOrderKey
  readonly sub_orders: readonly ShippingPart[]
  readonly upload_time: string
  readonly payer: { readonly openid: string }
}
