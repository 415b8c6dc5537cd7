import type { IncomingHttpHeaders } from 'node:http'
import { decryptAesGcm } from '../../../crypto/aes-gcm'
import type { Clock } from '../../../kit/clock'
import { WechatPayError } from '../errors'
import type { PlatformKeys } from './platform-keys'
import type { NoticeReading } from '../port'
import { fieldOf, filledTextOf, textOf } from '../fields'
import { isCombined } from './v3-combined'
import type { V3TradeMappings } from './v3-trade-mapping'
import { fromRefund } from './v3-refunds'
import { findSignatureRefusal } from './v3-verify'

export interface NoticeReaderOptions {
  readonly keys: PlatformKeys
  readonly apiV3Key: string
  readonly transportClock: Clock
  readonly mappings: V3TradeMappings
}

const refundEvents: ReadonlySet<string> = new Set(['REFUND.SUCCESS', 'REFUND.ABNORMAL', 'REFUND.CLOSED'])

/**
 * Verifies a notification (支付通知), then parses it, then decrypts its content.
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012791861
 */
export async function readV3Notice(
  headers: IncomingHttpHeaders,
  body: Buffer,
  { keys, apiV3Key, transportClock, mappings }: NoticeReaderOptions,
): Promise<NoticeReading> {
  const refusal = await findSignatureRefusal(headers, body, keys, transportClock.now())
  if (refusal !== null)
    return { kind: 'refused', reason: refusal === 'UNSIGNED' && isXml(body) ? 'FORM_OF_V2' : refusal }
  try {
    const notice: unknown = JSON.parse(body.toString('utf8'))
    const noticeId = filledTextOf(notice, 'id')
    const eventType = filledTextOf(notice, 'event_type')
    const sealed = fieldOf(notice, 'resource')
    const plaintext = decryptAesGcm(
      { key: apiV3Key, nonce: textOf(sealed, 'nonce'), associatedData: textOf(sealed, 'associated_data') },
      textOf(sealed, 'ciphertext'),
    )
    const content: unknown = JSON.parse(plaintext)
    if (refundEvents.has(eventType)) {
      return { kind: 'refund', noticeId, eventType, report: fromRefund(content, 'refund_status') }
    }
    const mapping = isCombined(content) ? mappings.combined : mappings.single
    const outTradeNo = fieldOf(content, mapping === mappings.combined ? 'combine_out_trade_no' : 'out_trade_no')
    const other = {
      kind: 'other',
      noticeId,
      eventType,
      outTradeNo: typeof outTradeNo === 'string' ? outTradeNo : null,
    } as const
    if (eventType !== 'TRANSACTION.SUCCESS' || !isPayment(sealed, content)) return other
    const trade = mapping.readTrade(content)
    return trade.state === 'paid' ? { kind: 'payment', noticeId, eventType, payment: trade.payment } : other
  } catch (cause) {
    // The signature is WeChat Pay's, so the mistake is ours (a wrong APIv3 key): let it be sent again until then.
    throw new WechatPayError('LOCAL_BAD_ANSWER', 'A verified notification is unreadable: is the APIv3 key right?', {
      status: 0,
      cause,
    })
  }
}

/**
 * Whether it looks like V2's form, in which WeChat Pay tells at the console's address of refunds that name no other. Ours
 * name one, and only the API key, which a shop of V3 may not have, would open it: for the log.
 */
function isXml(body: Buffer): boolean {
  return body.toString('latin1', 0, 1) === '<'
}

/**
 * Whether a TRANSACTION.SUCCESS tells of a payment. Shares of an order and their return (分账, 分账回退) come under the same
 * event type, without a state of a trade. UNVERIFIED: which `original_type` they have.
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012524936
 */
function isPayment(sealed: unknown, content: unknown): boolean {
  const originalType = fieldOf(sealed, 'original_type')
  if (originalType !== undefined && originalType !== 'transaction') return false
  return fieldOf(content, 'trade_state') !== undefined || isCombined(content)
}
