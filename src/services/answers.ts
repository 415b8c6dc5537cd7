import type {
  Goods,
  GoodsAnswer,
  Order,
  OrderAnswer,
  OrderItem,
  PaymentAnswer,
  PaymentInvocation,
  SessionAnswer,
} from '../contract/api'
import { apiErrors, type ApiErrorCode } from '../contract/errors'
import { ApiError } from './api-error'
import { count, filledText, instant, listOf, nullable, oneOf, record, text, webAddress, type Reader } from './parse'

/** From what came over the network to the types of the contract. */

const goods = record<Goods>({
  goodsId: filledText,
  kind: oneOf(['physical', 'virtual']),
  name: text,
  spec: text,
  priceFen: count,
  stock: count,
})

const orderItem = record<OrderItem>({
  goodsId: filledText,
  name: text,
  spec: text,
  priceFen: count,
  quantity: count,
})

const order = record<Order>({
  orderNo: filledText,
  status: oneOf(['pending', 'paid', 'closed', 'held', 'refunding', 'refunded']),
  items: listOf(orderItem),
  goodsFen: count,
  shippingFen: count,
  totalFen: count,
  createdAt: instant,
  expiresAt: instant,
  payableForSec: count,
  paidAt: nullable(instant),
  transactionId: nullable(text),
})

const kindOf = record<{ kind: PaymentInvocation['kind'] }>({
  kind: oneOf(['requestPayment', 'requestWxPayment', 'webView', 'redirect']),
})

type InvocationOf<K extends PaymentInvocation['kind']> = Extract<PaymentInvocation, { kind: K }>

const invocations: { readonly [K in PaymentInvocation['kind']]: Reader<InvocationOf<K>> } = {
  requestPayment: record<InvocationOf<'requestPayment'>>({
    kind: oneOf(['requestPayment']),
    timeStamp: filledText,
    nonceStr: filledText,
    package: filledText,
    signType: oneOf(['RSA']),
    paySign: filledText,
  }),
  requestWxPayment: record<InvocationOf<'requestWxPayment'>>({
    kind: oneOf(['requestWxPayment']),
    h5Url: webAddress,
    referer: filledText,
  }),
  webView: record<InvocationOf<'webView'>>({ kind: oneOf(['webView']), h5Url: webAddress, orderPageUrl: webAddress }),
  redirect: record<InvocationOf<'redirect'>>({ kind: oneOf(['redirect']), h5Url: webAddress }),
}

const invocation: Reader<PaymentInvocation> = (value, where) => invocations[kindOf(value, where).kind](value, where)

export const readSession = record<SessionAnswer>({ token: filledText, expiresInSec: count })
export const readGoods = record<GoodsAnswer>({ goods: listOf(goods), shippingFen: count })
export const readOrder = record<OrderAnswer>({ order })
export const readPayment = record<PaymentAnswer>({
  order,
  payment: nullable(invocation),
  problem: nullable(oneOf(['PREPAY_UNAVAILABLE'])),
})

const errorCodes = new Set<string>(Object.keys(apiErrors))

function isApiErrorCode(code: string): code is ApiErrorCode {
  return errorCodes.has(code)
}

const errorBody = record<{ code: string; message: string }>({ code: text, message: text })

/** Reads the body of a refusal. What is not one of the contract's codes is a bad answer, whatever its status. */
export function readRefusal(status: number, body: unknown): ApiError {
  try {
    const { code, message } = errorBody(body, 'error')
    if (isApiErrorCode(code)) return new ApiError(code, message)
  } catch (error) {
    return new ApiError('BAD_ANSWER', `status ${status} without an error body`, error)
  }
  return new ApiError('BAD_ANSWER', `status ${status} with an unknown code`)
}
