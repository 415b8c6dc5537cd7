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

/** No value of a notification about an order of ours looks like this: we send no `attach`. */
const hiddenField = /&\w+=/

/** Far more than any notification has. */
const limits = { bytesMax: 65_536, elementsMax: 200 }

/**
 * Parses hardened XML, then verifies, and only then believes a field. A notification has no number of its own: it is
 * told apart by what it is about.
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
  // The API key is in every signature: whoever sent it chose the method, and could not have made either without the key.
  if (!verifyV2(record, apiKey)) return { kind: 'refused', reason: 'SIGNATURE_WRONG' }
  // What is signed is one text: a field can be hidden at the end of the value before it, and the signature still fits.
  if (Object.values(record).some((value) => hiddenField.test(value))) return { kind: 'refused', reason: 'AMBIGUOUS' }
  // Our own requests and the pay call of every phone are signed with the same key: none of them is a notification.
  if (record['return_code'] === undefined) return { kind: 'refused', reason: 'NO_NOTICE' }
  try {
    const outTradeNo = record['out_trade_no'] ?? null
    // A notification names no state. The answer to a query does, and is signed in the same way.
    const isPaid = record['trade_state'] === undefined || record['trade_state'] === 'SUCCESS'
    if (record['return_code'] !== 'SUCCESS' || record['result_code'] !== 'SUCCESS' || !isPaid) {
      return { kind: 'other', noticeId: `v2:${filledOf(record, 'nonce_str')}`, eventType: 'V2.FAIL', outTradeNo }
    }
    const payment = fromV2Payment(record, party)
    return { kind: 'payment', noticeId: `v2:${payment.transactionId}`, eventType: 'V2.PAID', payment }
  } catch (cause) {
    // It is WeChat Pay's, so it is we who cannot read it.
    throw new WechatPayError('LOCAL_BAD_ANSWER', 'A verified V2 notification is unreadable', { status: 0, cause })
  }
}
