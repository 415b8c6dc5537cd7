import { xmlToRecord, XmlError } from '../../../crypto/xml'
import { verifyV2 } from '../../../wire/v2-signing'
import { WechatPayError } from '../errors'
import type { V2Party } from '../parties'
import type { NoticeReading, RefundGateway } from '../port'
import { filledOf, fromV2Payment, type V2Record } from './v2-mapping'
import { readV2RefundNotice } from './v2-refunds'

export interface V2NoticeOptions {
  readonly apiKey: string
  readonly party: V2Party
  readonly queryRefund: RefundGateway['queryRefund']
}

/** The form of a field that is hidden in another. Our notifications never contain it, because we send no `attach`. */
const hiddenField = /&\w+=/

/** Far more than any notification needs. */
const limits = { bytesMax: 65_536, elementsMax: 200 }

/**
 * Parses hardened XML, then verifies, and only then uses a field. V2 notifications have no number of their own: the
 * payment or refund that they are about identifies them.
 * @see https://pay.weixin.qq.com/doc/v2/merchant/4011937248
 */
export async function readV2Notice(
  body: Buffer,
  { apiKey, party, queryRefund }: V2NoticeOptions,
): Promise<NoticeReading> {
  let record: V2Record
  try {
    record = xmlToRecord(body, limits)
  } catch (error) {
    if (error instanceof XmlError) return { kind: 'refused', reason: `XML_${error.code.toUpperCase()}` }
    throw error
  }
  if (record['sign'] === undefined || record['sign'] === '') {
    const reqInfo = record['req_info']
    return reqInfo === undefined
      ? { kind: 'refused', reason: 'UNSIGNED' }
      : readV2RefundNotice(reqInfo, apiKey, queryRefund)
  }
  // Either signing method is accepted here: neither can be forged without the API key.
  if (!verifyV2(record, apiKey)) return { kind: 'refused', reason: 'SIGNATURE_WRONG' }
  // The signature covers one joined text: a field moved into the end of the value before it keeps the signature valid.
  if (Object.values(record).some((value) => hiddenField.test(value))) return { kind: 'refused', reason: 'AMBIGUOUS' }
  // Our own requests and every pay call are signed with the same key, and must not pass for notifications.
  if (record['return_code'] === undefined) return { kind: 'refused', reason: 'NO_NOTICE' }
  try {
    const outTradeNo = record['out_trade_no'] ?? null
    // A notification has no trade state. The answer to a query has one, and is signed in the same way.
    const isPaid = record['trade_state'] === undefined || record['trade_state'] === 'SUCCESS'
    if (record['return_code'] !== 'SUCCESS' || record['result_code'] !== 'SUCCESS' || !isPaid) {
      return { kind: 'other', noticeId: `v2:${filledOf(record, 'nonce_str')}`, eventType: 'V2.FAIL', outTradeNo }
    }
    const payment = fromV2Payment(record, party)
    return { kind: 'payment', noticeId: `v2:${payment.transactionId}`, eventType: 'V2.PAID', payment }
  } catch (cause) {
    // The signature is WeChat Pay's, so the mistake is in our reading: let it be sent again.
    throw new WechatPayError('LOCAL_BAD_ANSWER', 'A verified V2 notification is unreadable', { status: 0, cause })
  }
}
