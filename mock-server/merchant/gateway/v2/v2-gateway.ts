import { randomAlphanumeric } from '../../../crypto/digest'
import type { Clock } from '../../../kit/clock'
import { v2Paths } from '../../../wire/v2-paths'
import { signV2 } from '../../../wire/v2-signing'
import { readAnswer, WechatPayError, type WechatPayErrorCode } from '../errors'
import { xmlAnswers } from '../notice-answers'
import { toPrepayOutcome } from '../outcomes'
import type { PaymentGateway, PrepayOrder, RefundGateway, Trade, TradeName } from '../port'
import { anyPayerIp, filledOf, fromV2Trade, toV2Order, type V2OrderFacts, type V2Record } from './v2-mapping'
import { readV2Notice } from './v2-notices'
import type { V2Send, V2Signer } from './v2-transport'

export interface V2GatewayOptions extends V2Signer {
  /** App id of the mini program that opens the cashier. */
  readonly appid: string
  readonly notifyUrl: string
  readonly send: V2Send
  readonly transportClock: Clock
  readonly refunds: RefundGateway
  /** Null where the shop has no QQ mini program. */
  readonly qqProxy: ((order: PrepayOrder, facts: V2OrderFacts) => Promise<V2Record>) | null
}

/** Refusals of a close that say something about the trade: a query then tells how it stands. */
const aboutTheTrade: ReadonlySet<WechatPayErrorCode> = new Set([
  'ORDER_PAID',
  'ORDERPAID',
  'ORDER_CLOSED',
  'TRADE_ERROR',
  'INVALID_REQUEST',
  'LOCAL_UNKNOWN',
])

/** WeChat Pay's API v2 in XML, for a merchant or a partner. */
export function createV2Gateway(options: V2GatewayOptions): PaymentGateway {
  const { send, notifyUrl, qqProxy, apiKey, signType, party } = options
  const publicBase = new URL(notifyUrl).origin

  async function query(name: TradeName, { timeoutMs }: { readonly timeoutMs?: number } = {}): Promise<Trade> {
    assertSingle(name)
    const { outTradeNo } = name
    try {
      const params = { out_trade_no: outTradeNo }
      const answer = await send({ target: v2Paths.query, params, ...(timeoutMs !== undefined && { timeoutMs }) })
      return readAnswer('query', () => {
        if (filledOf(answer, 'out_trade_no') !== outTradeNo) throw new Error('out_trade_no: not the one asked for')
        return fromV2Trade(answer, party)
      })
    } catch (error) {
      if (error instanceof WechatPayError && error.code === 'ORDER_NOT_EXIST') return { state: 'unknown' }
      throw error
    }
  }

  return {
    orderJsapi: (order, openid) =>
      toPrepayOutcome(async () => {
        assertSingle(order)
        const facts = {
          tradeType: 'JSAPI',
          notifyUrl,
          payerClientIp: anyPayerIp,
          payer: party.payer(openid),
          publicBase,
        } as const
        const answer = await send({ target: v2Paths.order, params: toV2Order(order, facts) })
        return readAnswer('jsapi order', () => filledOf(answer, 'prepay_id'))
      }),
    orderH5: (order, payerClientIp) =>
      toPrepayOutcome(async () => {
        assertSingle(order)
        const facts = { tradeType: 'MWEB', notifyUrl, payerClientIp, publicBase } as const
        return readMwebUrl(await send({ target: v2Paths.order, params: toV2Order(order, facts) }))
      }),
    orderH5ThroughQq: (order, payerClientIp) =>
      toPrepayOutcome(async () => {
        assertSingle(order)
        if (qqProxy === null) throw new WechatPayError('QQ_REFUSED', 'No QQ mini program is configured', { status: 0 })
        return readMwebUrl(await qqProxy(order, { tradeType: 'MWEB', notifyUrl, payerClientIp, publicBase }))
      }),
    toPayCall(prepayId) {
      const timeStamp = String(Math.floor(options.transportClock.now() / 1000))
      const nonceStr = randomAlphanumeric(32)
      const packageText = `prepay_id=${prepayId}`
      const call = { appId: options.appid, timeStamp, nonceStr, package: packageText, signType }
      const paySign = signV2(call, apiKey, signType)
      return { kind: 'requestPayment', timeStamp, nonceStr, package: packageText, signType, paySign }
    },
    query,
    async close(name) {
      assertSingle(name)
      try {
        await send({ target: v2Paths.close, params: { out_trade_no: name.outTradeNo } })
        return 'closed'
      } catch (error) {
        if (!(error instanceof WechatPayError)) throw error
        // WeChat Pay does not know the number, so no phone was ever given an instruction for it.
        if (error.code === 'ORDER_NOT_EXIST') return 'closed'
        if (!aboutTheTrade.has(error.code)) throw error
        const trade = await query(name)
        if (trade.state === 'paid' || trade.state === 'closed') return trade.state
        // UNVERIFIED: the code that refuses a close in the first five minutes. The query shows that the trade is open.
        if (trade.state === 'unpaid') return 'tooSoon'
        throw error
      }
    },
    readNotice: (_headers, body) => readV2Notice(body, { apiKey, party, queryRefund: options.refunds.queryRefund }),
    noticeAnswers: xmlAnswers,
  }
}

/** V2 has no combined orders. One may remain from a time when the shop used V3. */
function assertSingle({ outTradeNo, parts }: Pick<TradeName, 'outTradeNo' | 'parts'>): void {
  if (parts.length === 0) return
  throw new WechatPayError('LOCAL_UNSUPPORTED', `${outTradeNo} is a combined order, which V2 does not know`, {
    status: 0,
  })
}

function readMwebUrl(answer: V2Record): string {
  return readAnswer('h5 order', () => {
    const mwebUrl = filledOf(answer, 'mweb_url')
    if (!/^https?:\/\//.test(mwebUrl)) throw new Error('mweb_url: expected an http address')
    return mwebUrl
  })
}
