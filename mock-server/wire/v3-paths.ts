/** Where each kind of order lives; ordering adds the product, queries and closes add the number. */
export const v3OrderPrefix = {
  direct: '/v3/pay/transactions',
  partner: '/v3/pay/partner/transactions',
  combined: '/v3/combine-transactions',
} as const

/** Request targets of api.mch.weixin.qq.com. */
export const v3Paths = {
  certificates: '/v3/certificates',
  echo: '/v3/security/echo',
  jsapi: '/v3/pay/transactions/jsapi',
  h5: '/v3/pay/transactions/h5',
  native: '/v3/pay/transactions/native',
  app: '/v3/pay/transactions/app',
  queryByOutTradeNo: (outTradeNo: string, mchid: string) =>
    `/v3/pay/transactions/out-trade-no/${encodeURIComponent(outTradeNo)}?mchid=${encodeURIComponent(mchid)}`,
  queryByTransactionId: (transactionId: string, mchid: string) =>
    `/v3/pay/transactions/id/${encodeURIComponent(transactionId)}?mchid=${encodeURIComponent(mchid)}`,
  close: (outTradeNo: string) => `/v3/pay/transactions/out-trade-no/${encodeURIComponent(outTradeNo)}/close`,
} as const

/** Real hosts. Every company maps them to where it finds the service (`--resolve`). */
export const wechatHosts = {
  pay: 'https://api.mch.weixin.qq.com',
  login: 'https://api.weixin.qq.com',
  h5Page: 'https://wx.tenpay.com',
} as const

/**
 * Where SDKs turn when the first host does not answer.
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012525182
 */
export const v3BackupHosts = ['https://api2.mch.weixin.qq.com', 'https://api2.wechatpay.cn'] as const

/** What a Native code leads to: WeChat's scanner knows the scheme. */
export const nativeCodePrefix = 'weixin://wxpay/bizpayurl?pr='

/** The H5 middle page (中间页). */
export const h5PagePath = '/cgi-bin/mmpayweb-bin/checkmweb'

export const jscode2sessionPath = '/sns/jscode2session'
