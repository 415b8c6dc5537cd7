/** Request targets of api.mch.weixin.qq.com that speak XML. All are POST. @see https://pay.weixin.qq.com/doc/v2/merchant/4011935216 */
export const v2Paths = {
  order: '/pay/unifiedorder',
  query: '/pay/orderquery',
  close: '/pay/closeorder',
  /** Only with the merchant's certificate. */
  refund: '/secapi/pay/refund',
  refundQuery: '/pay/refundquery',
  bill: '/pay/downloadbill',
} as const

/** Whether XML is spoken there. */
export function isV2Path(path: string): boolean {
  return Object.values(v2Paths).some((known) => known === path)
}
