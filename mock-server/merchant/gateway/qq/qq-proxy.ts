import { qqNotifyUrl, qqNotifyUrlV2, qqPaths } from '../../../wire/qq'
import { v2Paths } from '../../../wire/v2-paths'
import type { HttpAnswer } from '../http-sender'
import type { PrepayOrder } from '../port'
import { assertNotRefusedByQq, sendThroughQq, type QqSender } from './through-qq'
import { toV2Order, type V2OrderFacts, type V2Record } from '../v2/v2-mapping'
import type { V2Send } from '../v2/v2-transport'
import type { V3TradeMapping } from '../v3/v3-trade-mapping'
import type { V3Transport } from '../v3/v3-transport'

/** Orders an H5 payment through QQ in V3. The request goes to QQ's address and is signed for WeChat Pay's. */
export function createV3QqProxy(qq: QqSender, transport: V3Transport, mchid: string) {
  return (mapping: V3TradeMapping, order: PrepayOrder, payerClientIp: string): Promise<unknown> =>
    sendThroughQq(qq, mapping.qqPath, async (url) => {
      const answer = await transport.request({
        method: 'POST',
        target: mapping.target('h5'),
        url,
        body: mapping.toH5Body(order, qqNotifyUrl(mchid, order.outTradeNo), payerClientIp),
        // UNVERIFIED: whether WeChat Pay's signature survives the proxy. Where it does it is verified.
        allowUnsigned: true,
      })
      assertNotRefusedByQq(answer)
      return answer
    })
}

/** The same in V2, whose signature does not cover the address and is inside the answer. */
export function createV2QqProxy(qq: QqSender, send: V2Send) {
  return (order: PrepayOrder, facts: V2OrderFacts): Promise<V2Record> =>
    sendThroughQq(qq, qqPaths.proxyUnifiedOrder, (url) =>
      send({
        target: v2Paths.order,
        params: toV2Order(order, { ...facts, notifyUrl: qqNotifyUrlV2 }),
        url,
        beforeParse: refuseJson,
      }),
    )
}

/** QQ's own refusals are JSON, where WeChat Pay's answers are XML. */
function refuseJson({ body }: HttpAnswer): void {
  if (body[0] !== 0x7b) return
  let value: unknown
  try {
    value = JSON.parse(body.toString('utf8'))
  } catch {
    // It is neither: whoever reads it as XML says so.
    return
  }
  assertNotRefusedByQq(value)
}
