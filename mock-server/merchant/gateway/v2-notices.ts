import { xmlToRecord, XmlError } from '../../crypto/xml'
import { verifyV2 } from '../../wire/v2-signing'
import { WechatPayError } from './errors'
import type { V2Party } from './parties'
import type { NoticeReading, RefundGateway } from './port'
import { filledOf, fromV2Payment, type V2Record } from './v2-mapping'
import { readV2RefundNotice } from './v2-refunds'

export interface V2NoticeOptions {
  readonly apiKey: string
  readonly party: V2Party
  readonly queryRefund: RefundGateway['queryRefund']
}

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
  try {
    const outTradeNo = record['out_trade_no'] ?? null
    if (record['return_code'] !== 'SUCCESS' || record['result_code'] !== 'SUCCESS') {
      return { kind: 'other', noticeId: `v2:${filledOf(record, 'nonce_str')}`, eventType: 'V2.FAIL', outTradeNo }
    }
    const payment = fromV2Payment(record, party)
    return { kind: 'payment', noticeId: `v2:${payment.transactionId}`, eventType: 'V2.PAID', payment }
  } catch (cause) {
    // It is WeChat Pay's, so it is we who cannot read it.
    throw new WechatPayError('LOCAL_BAD_ANSWER', 'A verified V2 notification is unreadable', { status: 0, cause })
  }
}
