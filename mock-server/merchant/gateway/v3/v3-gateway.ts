import { randomAlphanumeric } from '../../../crypto/digest'
import { signRsaSha256 } from '../../../crypto/rsa'
import type { Clock } from '../../../kit/clock'
import { v3PayMessage } from '../../../wire/v3-signing'
import { readAnswer, WechatPayError, type WechatPayErrorCode } from '../errors'
import { jsonAnswers } from '../notice-answers'
import { toPrepayOutcome } from '../outcomes'
import type { PlatformKeys } from './platform-keys'
import type { PaymentGateway, PrepayOrder, Trade, TradeName } from '../port'
import { filledTextOf } from '../fields'
import { mappingOf, type V3TradeMapping, type V3TradeMappings } from './v3-trade-mapping'
import { readV3Notice } from './v3-notices'
import type { V3Signer, V3Transport } from './v3-transport'

export interface V3GatewayOptions extends V3Signer {
  /** App id of the mini program that opens the cashier. */
  readonly appid: string
  readonly mappings: V3TradeMappings
  readonly apiV3Key: string
  readonly notifyUrl: string
  readonly transport: V3Transport
  /** For notifications. */
  readonly keys: PlatformKeys
  readonly transportClock: Clock
  /** Null where the shop has no QQ mini program. */
  readonly qqProxy: ((mapping: V3TradeMapping, order: PrepayOrder, payerClientIp: string) => Promise<unknown>) | null
}

/** Refusals of a close that say that the trade has ended. */
const finalRefusals: ReadonlySet<WechatPayErrorCode> = new Set(['ORDER_PAID', 'ORDERPAID', 'ORDER_CLOSED'])

/** WeChat Pay's API v3 for a merchant or a partner, with ordinary and combined orders. */
export function createV3Gateway(options: V3GatewayOptions): PaymentGateway {
  const { transport, notifyUrl, transportClock, qqProxy } = options
  const { mappings } = options

  async function query(trade: TradeName, { timeoutMs }: { readonly timeoutMs?: number } = {}): Promise<Trade> {
    const mapping = mappingOf(mappings, trade)
    const target = mapping.queryTarget(trade)
    try {
      const answer = await transport.request({ method: 'GET', target, ...(timeoutMs !== undefined && { timeoutMs }) })
      return readAnswer('query', () => mapping.readTrade(answer))
    } catch (error) {
      if (error instanceof WechatPayError && error.code === 'ORDER_NOT_EXIST') return { state: 'unknown' }
      throw error
    }
  }

  return {
    orderJsapi: (order, openid) =>
      toPrepayOutcome(async () => {
        const mapping = mappingOf(mappings, order)
        const answer = await transport.request({
          method: 'POST',
          target: mapping.target('jsapi'),
          body: mapping.toJsapiBody(order, notifyUrl, openid),
        })
        return readAnswer('jsapi order', () => filledTextOf(answer, 'prepay_id'))
      }),
    orderH5: (order, payerClientIp) =>
      toPrepayOutcome(async () => {
        const mapping = mappingOf(mappings, order)
        const answer = await transport.request({
          method: 'POST',
          target: mapping.target('h5'),
          body: mapping.toH5Body(order, notifyUrl, payerClientIp),
        })
        return readH5Url(answer)
      }),
    orderH5ThroughQq: (order, payerClientIp) =>
      toPrepayOutcome(async () => {
        if (qqProxy === null) throw new WechatPayError('QQ_REFUSED', 'No QQ mini program is configured', { status: 0 })
        return readH5Url(await qqProxy(mappingOf(mappings, order), order, payerClientIp))
      }),
    toPayCall(prepayId) {
      const timeStamp = String(Math.floor(transportClock.now() / 1000))
      const nonceStr = randomAlphanumeric(32)
      const packageText = `prepay_id=${prepayId}`
      const message = v3PayMessage(options.appid, timeStamp, nonceStr, packageText)
      const paySign = signRsaSha256(options.merchantPrivateKey, message)
      return { kind: 'requestPayment', timeStamp, nonceStr, package: packageText, signType: 'RSA', paySign }
    },
    query,
    async close(trade) {
      const mapping = mappingOf(mappings, trade)
      try {
        await transport.request({
          method: 'POST',
          target: mapping.closeTarget(trade),
          body: mapping.toCloseBody(trade),
        })
        return 'closed'
      } catch (error) {
        // A refusal may be unsigned, so it only leads to a query, whose answer is verified.
        if (!(error instanceof WechatPayError) || !finalRefusals.has(error.code)) throw error
        const { state } = await query(trade)
        if (state === 'paid' || state === 'closed') return state
        throw error
      }
    },
    readNotice: (headers, body) => readV3Notice(headers, body, options),
    noticeAnswers: jsonAnswers,
  }
}

function readH5Url(answer: unknown): string {
  return readAnswer('h5 order', () => {
    const h5Url = filledTextOf(answer, 'h5_url')
    if (!/^https?:\/\//.test(h5Url)) throw new Error('h5_url: expected an http address')
    return h5Url
  })
}
