import { qqNotifyUrl, qqNotifyUrlV2, qqPaths } from '../../../wire/qq'
import { v2Paths } from '../../../wire/v2-paths'
import type { HttpAnswer } from '../http-sender'
import type { PrepayOrder } from '../port'
import { assertNotRefusedByQq, sendThroughQq, type QqSender } from './through-qq'
import { toV2Order, type V2OrderFacts, type V2Record } from '../v2/v2-mapping'
import type { V2Send } from '../v2/v2-transport'
import type { V3TradeMapping } from '../v3/v3-trade-mapping'
import type { V3Transport } from '../v3/v3-transport'

/** Orders an H5 payment through QQ in V3. The request is sent to QQ's address and signed for WeChat Pay's path. */
export function createV3QqProxy(qq: QqSender, transport: V3Transport, mchid: string) {
  return (mapping: V3TradeMapping, order: PrepayOrder, payerClientIp: string): Promise<unknown> =>
    sendThroughQq(qq, mapping.qqPath, async (url) => {
      const answer = await transport.request({
        method: 'POST',
        target: mapping.target('h5'),
        url,
        body: mapping.toH5Body(order, qqNotifyUrl(mchid, order.outTradeNo), payerClientIp),
        // UNVERIFIED: whether the proxy passes WeChat Pay's signature on. Where it does, the signature is verified.
        allowUnsigned: true,
      })
      assertNotRefusedByQq(answer)
      return answer
    })
}

/** The same in V2. Its signature does not cover the address and is part of the answer. */
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
    // Neither JSON nor XML: the XML parser reports it.
    return
  }
  assertNotRefusedByQq(value)
}
