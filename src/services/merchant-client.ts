import {
  apiPaths,
  type CreateOrderRequest,
  type GoodsAnswer,
  type Order,
  type PaymentAnswer,
  type PayOrderRequest,
  type QuoteAnswer,
  type QuoteRequest,
  type SessionAnswer,
  type SessionRequest,
} from '../contract/api'
import { readGoods, readOrder, readPayment, readQuote, readSession } from './answers'
import { ApiError } from './api-error'
import type { Http, HttpCall } from './http'

/** Opens sessions. These calls need no session. */
export interface LoginClient {
  login(request: SessionRequest): Promise<SessionAnswer>
}

export function createLoginClient(http: Http): LoginClient {
  return {
    login: async (body) => readSession(await http({ method: 'POST', path: apiPaths.sessions, body }), 'session'),
  }
}

/** Provides session tokens. An order that was opened by a link has a separate session. */
export interface TokenSource {
  /** A token that is probably valid. Signs in first when there is none. */
  token(orderNo?: string): Promise<string>
  /** A new token in place of the refused one. Concurrent callers share one sign-in. */
  renew(refused: string, orderNo?: string): Promise<string>
}

/** The merchant, as the stores see it. Every call rejects with an ApiError or not at all. */
export interface MerchantClient {
  goods(): Promise<GoodsAnswer>
  /** The price of a cart with the payer's coupons and points. Changes nothing. */
  quote(request: QuoteRequest): Promise<QuoteAnswer>
  createOrder(request: CreateOrderRequest): Promise<PaymentAnswer>
  payOrder(orderNo: string, request: PayOrderRequest): Promise<PaymentAnswer>
  order(orderNo: string): Promise<Order>
  /** Sends any other call with the session's token. The calls of a subpackage are defined there. */
  readonly authorized: AuthorizedCall
}

/** Sends a call as the payer. Signs in first if necessary. */
export type AuthorizedCall = (call: HttpCall, orderNo?: string) => Promise<unknown>

export interface MerchantClientOptions {
  readonly http: Http
  readonly tokens: TokenSource
}

export function createMerchantClient({ http, tokens }: MerchantClientOptions): MerchantClient {
  /** Signs in again once when the merchant refuses the token. A second refusal is final. */
  async function authorized(call: HttpCall, orderNo?: string): Promise<unknown> {
    const token = await tokens.token(orderNo)
    try {
      return await http({ ...call, token })
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'UNAUTHENTICATED') throw error
      return http({ ...call, token: await tokens.renew(token, orderNo) })
    }
  }

  return {
    authorized,
    goods: async () => readGoods(await http({ method: 'GET', path: apiPaths.goods }), 'goods'),
    quote: async (body) => readQuote(await authorized({ method: 'POST', path: apiPaths.quotes, body }), 'quote'),
    createOrder: async (body) =>
      readPayment(await authorized({ method: 'POST', path: apiPaths.orders, body }), 'payment'),
    payOrder: async (orderNo, body) =>
      readPayment(await authorized({ method: 'POST', path: apiPaths.payments(orderNo), body }, orderNo), 'payment'),
    order: async (orderNo) =>
      readOrder(await authorized({ method: 'GET', path: apiPaths.order(orderNo) }, orderNo), 'order').order,
  }
}
