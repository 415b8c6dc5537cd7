import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Clock } from '../../kit/clock'
import { endToEndHeaders } from '../../kit/forward'
import type { HostMap } from '../../kit/host-map'
import { qqNotifyUrl, qqPaths } from '../../wire/qq'
import { v3Paths, wechatHosts } from '../../wire/v3-paths'
import { parseObject, queryOf } from '../../kit/read-request'
import { qqErrors, sendQqError, type QqError } from './answers'
import type { QqEvents } from './events'
import type { QqAppIdentity } from './identity'
import { sendBytes } from './send-bytes'
import type { ProxiedOrder, Store } from './store'

export interface ProxyRoutesOptions {
  readonly store: Store
  readonly clock: Clock
  readonly hostMap: HostMap
  readonly events: QqEvents
  readonly app: (appid: string) => QqAppIdentity | undefined
  readonly errorStatus: number
  readonly forwardWechatpayHeaders: boolean
}

/** How long WeChat Pay may take. */
const timeoutMs = 10_000

/** Headers that would make the answer other bytes than WeChat Pay's, or that say where the merchant called. */
const notPassedOn = ['accept-encoding', 'expect', 'x-forwarded-for', 'cookie']

/**
 * The order proxy. It checks what concerns QQ, sends Authorization and body on to WeChat Pay's own path as they are
 * (so the merchant signs that path, without `/wxpay` and without the query), and passes the answer back unchanged.
 * @see https://q.qq.com/wiki/develop/miniprogram/server/virtual-payment/wx_pay.html
 */
export function addProxyRoutes(server: FastifyInstance, options: ProxyRoutesOptions): void {
  const { store, clock, hostMap, events, app, errorStatus } = options

  server.post(qqPaths.proxyH5, async (request, reply) => {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
    const checked = check(queryOf(request.raw.url), body)
    if ('errcode' in checked) return refuse(reply, checked)
    const sent = await sendBytes(
      hostMap.resolve(wechatHosts.pay + v3Paths.h5),
      endToEndHeaders(request.headers, notPassedOn),
      body,
      timeoutMs,
    )
    if (sent.kind !== 'answered') return refuse(reply, qqErrors.BUSY)
    const h5Url = sent.status === 200 ? readH5Url(sent.body) : null
    if (h5Url !== null) {
      const order: ProxiedOrder = { ...checked, h5_url: h5Url, created_at: clock.now() }
      // Before the merchant can hand it to a phone: QQ's client asks for the address at once.
      await store.write(() => store.putOrder(order))
      events.publish('order-proxied', order)
    }
    const kept = Object.entries(endToEndHeaders(sent.headers, ['date'])).filter(
      ([name]) => options.forwardWechatpayHeaders || !name.startsWith('wechatpay-'),
    )
    return reply.code(sent.status).headers(Object.fromEntries(kept)).send(sent.body)
  })

  function refuse(reply: FastifyReply, error: QqError): FastifyReply {
    events.publish('order-refused', { errcode: error.errcode })
    return sendQqError(reply, error, errorStatus)
  }

  type Checked = Pick<ProxiedOrder, 'appid' | 'mchid' | 'out_trade_no' | 'real_notify_url'>

  /** UNVERIFIED: the order of the checks. */
  function check(query: URLSearchParams, bytes: Buffer): Checked | QqError {
    const appid = query.get('appid') ?? ''
    const identity = app(appid)
    if (identity === undefined) return qqErrors.APPID
    if (store.appidOfToken(query.get('access_token') ?? '', clock.now()) !== appid) return qqErrors.TOKEN
    const body = parseObject(bytes)
    if (body === null) return qqErrors.BODY
    const { mchid, out_trade_no, notify_url } = body
    if (typeof mchid !== 'string' || typeof out_trade_no !== 'string') return qqErrors.BODY
    if (identity.isWechatPayOpen === false) return qqErrors.NOT_OPENED
    if (!identity.mchids.includes(mchid)) return qqErrors.MERCHANT_NOT_BOUND
    if (notify_url !== qqNotifyUrl(mchid, out_trade_no)) return qqErrors.NOTIFY_URL
    const named = query.get('real_notify_url')
    if (named !== null && !isHttpUrl(named)) return qqErrors.NOTIFY_URL
    return { appid, mchid, out_trade_no, real_notify_url: named ?? identity.notifyUrl ?? null }
  }
}

function readH5Url(body: Buffer): string | null {
  const url = parseObject(body)?.['h5_url']
  return typeof url === 'string' ? url : null
}

function isHttpUrl(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text)
}
