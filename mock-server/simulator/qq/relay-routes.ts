import type { FastifyInstance } from 'fastify'
import type { Clock } from '../../kit/clock'
import { endToEndHeaders } from '../../kit/forward'
import type { HostMap } from '../../kit/host-map'
import { qqPaths } from '../../wire/qq'
import type { QqEvents } from './events'
import { sendBytes, type Sent } from './send-bytes'
import type { Relay, Store } from './store'

export interface RelayRoutesOptions {
  readonly store: Store
  readonly clock: Clock
  readonly hostMap: HostMap
  readonly events: QqEvents
  readonly forwardWechatpayHeaders: boolean
  readonly answerLimitMs: number
}

const keptBodyCharsMax = 2000

/**
 * Passes WeChat Pay's notification on to the merchant's own address, byte for byte and with its signature, and answers
 * WeChat Pay with the merchant's status: so WeChat Pay's own schedule repeats what the merchant did not take.
 * UNVERIFIED: retries between QQ and the merchant, and which headers survive.
 */
export function addRelayRoutes(server: FastifyInstance, options: RelayRoutesOptions): void {
  const { store, clock, hostMap, events, answerLimitMs } = options

  server.post(qqPaths.notifyV3(':mchid', ':outTradeNo'), async (request, reply) => {
    const { mchid, outTradeNo } = request.params as { mchid: string; outTradeNo: string }
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
    const order = store.orderByNumber(mchid, outTradeNo)
    const target = order?.real_notify_url ?? null
    const headers = Object.fromEntries(
      Object.entries(endToEndHeaders(request.headers, ['accept-encoding'])).filter(
        ([name]) => options.forwardWechatpayHeaders || !name.startsWith('wechatpay-'),
      ),
    )
    const at = clock.now()
    const started = performance.now()
    const sent = target === null ? null : await sendBytes(hostMap.resolve(target), headers, body, answerLimitMs)
    const relay: Relay = {
      mchid,
      out_trade_no: outTradeNo,
      real_notify_url: target,
      at,
      outcome: sent === null ? 'unknown-order' : sent.kind,
      status: sent?.kind === 'answered' ? sent.status : null,
      answer_body: toText(sent),
      latency_ms: Math.round(performance.now() - started),
    }
    // Written before WeChat Pay hears of it, so that an acknowledged notice is never missing in the list.
    await store.write(() => store.putRelay(relay))
    events.publish('notice-relayed', relay)
    if (sent?.kind === 'answered') {
      const contentType = sent.headers['content-type']
      if (contentType !== undefined) void reply.header('content-type', contentType)
      return reply.code(sent.status).send(sent.body)
    }
    return reply.code(sent === null ? 404 : 504).send({ code: 'FAIL', message: relay.answer_body })
  })
}

function toText(sent: Sent | null): string {
  if (sent === null) return 'no order of this number came through the proxy with an address to pass notifications on to'
  return (sent.kind === 'answered' ? sent.body.toString('utf8') : sent.reason).slice(0, keptBodyCharsMax)
}
