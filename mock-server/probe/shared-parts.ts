import type { Expected } from './question'

/** Paths and answers that several questions share. */

export const notThere = 'paths and methods that do not exist'
export const noAgent = 'no `User-Agent` or no `Accept`'
export const unauthorized = '401, by family of paths'
export const window = 'clock window'
export const lengths = 'lengths of texts'
export const texts = '`PARAM_ERROR` texts'
export const echoRow = '`POST /v3/security/echo`'

export const certificates = '/v3/certificates'
export const query = '/v3/pay/transactions/out-trade-no/{number}?mchid={mchid}'
export const close = '/v3/pay/transactions/out-trade-no/{number}/close'
export const refund = '/v3/refund/domestic/refunds/{number}'
export const bill = '/v3/bill/tradebill?bill_date=2026-01-01'
export const echo = '/v3/security/echo'
export const amounts = '/v3/profitsharing/transactions/4200000000202601010000000000/amounts'

export const empty = (status: number): Expected => ({ status, names: 'none', text: '' })
export const refused = (message: string, names: Expected['names']): Expected => ({
  status: 401,
  ...(names && { names }),
  json: { code: 'SIGN_ERROR', message },
})
export const paymentRefusal = refused('签名信息错误，验签失败', 'none')
export const malformed = refused('Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》', 'request-id')
export const noAgentRefusal: Expected = {
  status: 400,
  json: { code: 'INVALID_REQUEST', message: 'Http头缺少Accept或User-Agent' },
}
export const signed = (status: number, json?: Expected['json']): Expected => ({
  status,
  names: 'signed',
  ...(json && { json }),
})

export const pay = { host: 'pay', by: 'nobody', method: 'GET' } as const
export const own = { host: 'pay', by: 'merchant', method: 'GET' } as const
export const json = { 'Content-Type': 'application/json' }
export const ownPost = { host: 'pay', by: 'merchant', method: 'POST', headers: json } as const
