import type { PaymentInvocation, PaymentKind } from '../../../src/contract/api'
import type { ClientKind } from '../domain/order'
import type { PaymentGateway, PrepayOrder, PrepayOutcome } from '../gateway/port'

export interface Payer {
  readonly openid: string | null
  readonly payerClientIp: string
}

export interface InvocationContext {
  readonly gateway: PaymentGateway
  /** Origin of the shop: a registered H5 domain. */
  readonly publicBase: string
  /** Creates a link that opens this one order in a browser. */
  createOrderPageUrl(): Promise<string>
}

/** How a kind of client signs in and pays. */
export interface Channel {
  readonly login: 'wechat' | 'qq' | 'guest'
  /** The kinds of payment that the shop can answer this client with. */
  readonly offers: readonly PaymentKind[]
  /** True for H5 payments: the middle page compares the payer's address with the address in the order. */
  readonly isTiedToAddress: boolean
  /** How long an instruction is handed out. After that the same number is ordered again. */
  readonly freshForMs: number
  /** Orders at WeChat Pay. The instruction that it answers is kept with the attempt. */
  order(gateway: PaymentGateway, order: PrepayOrder, payer: Payer): Promise<PrepayOutcome>
  /** Turns an instruction into what the phone must do now. */
  invoke(kind: PaymentKind, instruction: string, context: InvocationContext): Promise<PaymentInvocation>
}

const minuteMs = 60_000

/** An H5 link is valid for 5 minutes, and the payer needs some of that time. */
const h5FreshForMs = 4 * minuteMs
/** A prepay id is valid for 2 hours. */
const prepayFreshForMs = 110 * minuteMs

/** Every difference between the clients, as far as the shop is concerned. */
export const channels: Readonly<Record<ClientKind, Channel>> = {
  weapp: {
    login: 'wechat',
    offers: ['requestPayment'],
    isTiedToAddress: false,
    freshForMs: prepayFreshForMs,
    order(gateway, order, { openid }) {
      if (openid === null) throw new Error('A WeChat session has no openid.')
      return gateway.orderJsapi(order, openid)
    },
    invoke: async (_kind, prepayId, { gateway }) => gateway.toPayCall(prepayId),
  },
  qq: {
    login: 'qq',
    offers: ['requestWxPayment', 'webView'],
    isTiedToAddress: true,
    freshForMs: h5FreshForMs,
    order: (gateway, order, { payerClientIp }) => gateway.orderH5ThroughQq(order, payerClientIp),
    async invoke(kind, h5Url, { publicBase, createOrderPageUrl }) {
      return kind === 'webView'
        ? { kind, h5Url, orderPageUrl: await createOrderPageUrl() }
        : { kind: 'requestWxPayment', h5Url, referer: publicBase }
    },
  },
  h5: {
    login: 'guest',
    offers: ['redirect'],
    isTiedToAddress: true,
    freshForMs: h5FreshForMs,
    order: (gateway, order, { payerClientIp }) => gateway.orderH5(order, payerClientIp),
    invoke: async (_kind, h5Url) => ({ kind: 'redirect', h5Url }),
  },
}

/** The first kind that the client accepts and the shop offers; null where there is none. */
export function pickPaymentKind(channel: Channel, accepts: readonly PaymentKind[]): PaymentKind | null {
  return accepts.find((kind) => channel.offers.includes(kind)) ?? null
}
