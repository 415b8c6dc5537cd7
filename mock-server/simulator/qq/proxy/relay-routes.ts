import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { recordToXml } from '../../../crypto/xml'
import type { Clock } from '../../../kit/clock'
import { endToEndHeaders } from '../../../kit/http/forward'
import type { HostMap } from '../../../kit/http/host-map'
import { qqPaths } from '../../../wire/qq'
import type { QqEvents } from '../events'
import { bytesOf, readXml, textOf } from './read-body'
import { sendBytes, type Sent } from './send-bytes'
import type { Relay, Store } from '../store/store'

export interface RelayRoutesOptions {
  readonly store: Store
  readonly clock: Clock
  readonly hostMap: HostMap
  readonly events: QqEvents
  readonly forwardWechatpayHeaders: boolean
  readonly answerLimitMs: number
}

const keptBodyCharsMax = 2000

/** The answer by which WeChat Pay learns that nothing was delivered, in the protocol of its notification. */
type Fail = (reply: FastifyReply, status: number, reason: string) => FastifyReply

const failV3: Fail = (reply, status, reason) => reply.code(status).send({ code: 'FAIL', message: reason })

const failV2: Fail = (reply, status, reason) =>
  reply
    .code(status)
    .header('content-type', 'text/xml; charset=utf-8')
    .send(recordToXml({ return_code: 'FAIL', return_msg: reason }))

/**
 * Passes WeChat Pay's notification on to the merchant's own address, byte for byte and with its signature, and answers
 * WeChat Pay with the merchant's status: so WeChat Pay's own schedule repeats what the merchant did not take.
 * UNVERIFIED: retries between QQ and the merchant, and which headers survive.
 */
export function addRelayRoutes(server: FastifyInstance, options: RelayRoutesOptions): void {
  const { store, clock, hostMap, events, answerLimitMs } = options

  server.post(qqPaths.notifyV3(':mchid', ':outTradeNo'), (request, reply) => {
    const { mchid, outTradeNo } = request.params as { mchid: string; outTradeNo: string }
    return relay(request, reply, mchid, outTradeNo, failV3)
  })

  // All V2 notifications come to one address: the numbers stand in the XML.
  server.post(qqPaths.notifyV2, (request, reply) => {
    const fields = readXml(bytesOf(request.body))
    const mchid = fields && textOf(fields, 'mch_id')
    const outTradeNo = fields && textOf(fields, 'out_trade_no')
    if (mchid === null || outTradeNo === null) return failV2(reply, 400, 'no XML with mch_id and out_trade_no')
    return relay(request, reply, mchid, outTradeNo, failV2)
  })

  async function relay(
    request: FastifyRequest,
    reply: FastifyReply,
    mchid: string,
    outTradeNo: string,
    fail: Fail,
  ): Promise<FastifyReply> {
    const order = store.orderByNumber(mchid, outTradeNo)
    const target = order?.real_notify_url ?? null
    const headers = Object.fromEntries(
      Object.entries(endToEndHeaders(request.raw, ['accept-encoding'])).filter(
        ([name]) => options.forwardWechatpayHeaders || !name.toLowerCase().startsWith('wechatpay-'),
      ),
    )
    const at = clock.now()
    const started = performance.now()
    const sent =
      target === null ? null : await sendBytes(hostMap.resolve(target), headers, bytesOf(request.body), answerLimitMs)
    const row: Relay = {
      mchid,
      out_trade_no: outTradeNo,
      real_notify_url: target,
      at,
      outcome: sent === null ? 'unknown-order' : sent.kind,
      status: sent?.kind === 'answered' ? sent.status : null,
      answer_body: toText(sent),
      latency_ms: Math.round(performance.now() - started),
    }
    // Written before WeChat Pay is answered, so that an acknowledged notice is never missing in the list.
    await store.write(() => store.putRelay(row))
    events.announce('notice-relayed', row)
    if (sent?.kind !== 'answered') return fail(reply, sent === null ? 404 : 504, row.answer_body)
    const contentType = sent.headers['content-type']
    if (contentType !== undefined) void reply.header('content-type', contentType)
    return reply.code(sent.status).send(sent.body)
  }
}

function toText(sent: Sent | null): string {
  if (sent === null) return 'no order of this number came through the proxy with an address to pass notifications on to'
  return (sent.kind === 'answered' ? sent.body.toString('utf8') : sent.reason).slice(0, keptBodyCharsMax)
}
