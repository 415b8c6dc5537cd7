import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Clock } from '../../../kit/clock'
import { isOverTls } from '../../kit/client-certificate'
import { endToEndHeaders, passBack } from '../../../kit/http/forward'
import type { HostMap } from '../../../kit/http/host-map'
import { queryOf } from '../../kit/read-request'
import { qqNotifyUrl, qqNotifyUrlV2, qqProxiedCalls, type QqProxiedCall } from '../../../wire/qq'
import { wechatHosts } from '../../../wire/v3-paths'
import { sendQqError } from '../answers'
import { qqErrors, type QqError } from '../domain/qq-errors'
import type { QqExamine, RefusedOrder } from '../domain/evidence'
import type { QqEvents } from '../events'
import type { QqFaults } from '../faults/faults'
import type { QqAppIdentity } from '../identity'
import { bytesOf, readFields, textOf } from './read-body'
import { sendBytes } from './send-bytes'
import type { ProxiedOrder, Store } from '../store/store'

export interface ProxyRoutesOptions {
  readonly store: Store
  readonly clock: Clock
  readonly hostMap: HostMap
  readonly events: QqEvents
  readonly faults: QqFaults
  readonly app: (appid: string) => QqAppIdentity | undefined
  readonly errorStatus: number
  readonly forwardWechatpayHeaders: boolean
  readonly checkBodyAppid: boolean
  readonly examine: QqExamine
}

/** How long WeChat Pay may take. */
const timeoutMs = 10_000

/** Headers that would make the answer other bytes than WeChat Pay's, or that say where the merchant called. */
const notPassedOn = ['accept-encoding', 'expect', 'x-forwarded-for', 'x-forwarded-proto', 'cookie']

/**
 * The order proxy. It checks what concerns QQ, sends Authorization and body on to WeChat Pay's own path as they are
 * (so the merchant signs that path, without `/wxpay` and without the query), and passes the answer back unchanged.
 * @see https://q.qq.com/wiki/develop/miniprogram/server/virtual-payment/wx_pay.html
 */
export function addProxyRoutes(server: FastifyInstance, options: ProxyRoutesOptions): void {
  const { store, clock, hostMap, events, faults, examine, app, errorStatus } = options
  for (const call of qqProxiedCalls) addRoute(call)

  function addRoute(call: QqProxiedCall): void {
    server.post(call.path, async (request, reply) => {
      const body = bytesOf(request.body)
      const query = queryOf(request.raw.url)
      const checked = faults.isOn('qq-busy') ? qqErrors.BUSY : check(call, query, body)
      if ('errcode' in checked) {
        examine({ kind: 'order-refused', order: seen(call, query, body), error: checked })
        return refuse(call, reply, checked)
      }
      const sent = await sendBytes(
        hostMap.resolve(wechatHosts.pay + call.original),
        {
          ...endToEndHeaders(request.raw, notPassedOn),
          // Only WeChat Pay's doctor reads under which target the merchant called: it may be what was signed.
          'x-forwarded-uri': request.raw.url ?? '',
          // Addresses in WeChat's answer are then reachable for a caller who used QQ's real name.
          ...(isOverTls(request.raw) && { host: new URL(wechatHosts.pay).host, 'x-forwarded-proto': 'https' }),
        },
        body,
        timeoutMs,
      )
      if (sent.kind !== 'answered') return refuse(call, reply, qqErrors.BUSY)
      if (sent.status === 401) examine({ kind: 'order-not-let-in', order: seen(call, query, body) })
      const answer = sent.status === 200 ? readFields(call.format, sent.body) : null
      const link = answer && textOf(answer, call.link)
      if (link !== null) {
        const order: ProxiedOrder = { ...checked, h5_url: link, created_at: clock.now() }
        // Before the merchant can hand it to a phone: QQ's client asks for the address at once.
        await store.write(() => store.putOrder(order))
        events.announce('order-proxied', order)
      }
      const kept = Object.entries(endToEndHeaders(sent, ['date'])).filter(
        ([name]) => options.forwardWechatpayHeaders || !name.toLowerCase().startsWith('wechatpay-'),
      )
      return passBack(reply, sent.status, Object.fromEntries(kept), sent.body)
    })
  }

  function refuse(call: QqProxiedCall, reply: FastifyReply, error: QqError): FastifyReply {
    events.announce('order-refused', { kind: call.kind, errcode: error.errcode, errmsg: error.errmsg })
    return sendQqError(reply, error, errorStatus)
  }

  type Checked = Pick<ProxiedOrder, 'kind' | 'appid' | 'mchid' | 'out_trade_no' | 'real_notify_url'>

  /** UNVERIFIED: the order of the checks. */
  function check({ kind, format, names }: QqProxiedCall, query: URLSearchParams, bytes: Buffer): Checked | QqError {
    const appid = query.get('appid') ?? ''
    const identity = app(appid)
    if (identity === undefined) return qqErrors.APPID
    if (store.appidOfToken(query.get('access_token') ?? '', clock.now()) !== appid) return qqErrors.TOKEN
    const body = readFields(format, bytes)
    const mchid = body && textOf(body, names.mchid)
    const outTradeNo = body && textOf(body, names.outTradeNo)
    if (body === null || mchid === null || outTradeNo === null) return qqErrors.BODY
    if (identity.isWechatPayOpen === false) return qqErrors.NOT_OPENED
    const merchant = identity.merchants.find((bound) => bound.mchid === mchid)
    if (merchant === undefined) return qqErrors.MERCHANT_NOT_BOUND
    // A body without any is WeChat Pay's to refuse.
    const wechatAppid = textOf(body, names.appid)
    if (options.checkBodyAppid && wechatAppid !== null && !merchant.appids.includes(wechatAppid))
      return qqErrors.APPID_NOT_BOUND
    const notifyUrl = kind === 'v2' ? qqNotifyUrlV2 : qqNotifyUrl(mchid, outTradeNo)
    if (body['notify_url'] !== notifyUrl) return qqErrors.NOTIFY_URL
    const named = query.get('real_notify_url') ?? ''
    if (named !== '' && !isHttpUrl(named)) return qqErrors.REAL_NOTIFY_URL
    const real_notify_url = named === '' ? (identity.notifyUrl ?? null) : named
    return { kind, appid, mchid, out_trade_no: outTradeNo, real_notify_url }
  }
}

/** The order as evidence for the doctor. */
function seen({ path, kind, format, names }: QqProxiedCall, query: URLSearchParams, bytes: Buffer): RefusedOrder {
  const body = readFields(format, bytes)
  const field = (name: string): string | null => body && textOf(body, name)
  const [mchid, outTradeNo] = [field(names.mchid), field(names.outTradeNo)]
  return {
    path,
    query,
    mchid,
    outTradeNo,
    wechatAppid: field(names.appid),
    notifyUrl: field('notify_url'),
    expectedNotifyUrl: kind === 'v2' ? qqNotifyUrlV2 : qqNotifyUrl(mchid ?? '', outTradeNo ?? ''),
  }
}

function isHttpUrl(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text)
}
