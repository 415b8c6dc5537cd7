import type { V3Party } from '../parties'
import type { PrepayOrder, Trade, TradeName } from '../port'
import { fromTransaction, toH5Order, toJsapiOrder } from './v3-mapping'

/** Maps one kind of trade to V3: addresses, bodies, answers. */
export interface V3TradeMapping {
  target(product: 'jsapi' | 'h5'): string
  /** Path of QQ's proxy for the H5 order. */
  readonly qqPath: string
  toJsapiBody(order: PrepayOrder, notifyUrl: string, openid: string): object
  toH5Body(order: PrepayOrder, notifyUrl: string, payerClientIp: string): object
  queryTarget(trade: TradeName): string
  closeTarget(trade: TradeName): string
  toCloseBody(trade: TradeName): object
  /** Reads the answer to a query or the plaintext of a notification. @throws UnreadableError */
  readTrade(value: unknown): Trade
}

/** Ordinary orders of a merchant or a partner. */
export function toSingleMapping(party: V3Party): V3TradeMapping {
  return {
    target: party.target,
    qqPath: party.qqPath,
    toJsapiBody: (order, notifyUrl, openid) => toJsapiOrder(order, party, notifyUrl, openid),
    toH5Body: (order, notifyUrl, payerClientIp) => toH5Order(order, party, notifyUrl, payerClientIp),
    queryTarget: ({ outTradeNo }) => party.queryTarget(outTradeNo),
    closeTarget: ({ outTradeNo }) => party.closeTarget(outTradeNo),
    toCloseBody: () => party.closeBody,
    readTrade: (value) => fromTransaction(value, party),
  }
}

/** Both kinds. A trade with parts is a combined one. */
export interface V3TradeMappings {
  readonly single: V3TradeMapping
  readonly combined: V3TradeMapping
}

export function mappingOf({ single, combined }: V3TradeMappings, { parts }: Pick<TradeName, 'parts'>): V3TradeMapping {
  return parts.length === 0 ? single : combined
}
