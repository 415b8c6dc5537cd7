import { md5Hex } from '../../../crypto/digest'
import { decryptAesEcb } from '../../../crypto/aes-ecb'
import { toXmlText, xmlToRecord } from '../../../crypto/xml'
import { v2Paths } from '../../../wire/v2-paths'
import type { V2RefundState } from '../../../wire/v2-types'
import type { RefundReport } from '../../domain/refund'
import { readAnswer, WechatPayError } from '../errors'
import type { ClientCertificate } from '../http-sender'
import { toRefundOutcome } from '../outcomes'
import { reasonBytesMax, toPlainText } from '../plain-text'
import type { NoticeReading, RefundGateway, RefundOrder } from '../port'
import { UnreadableError } from '../fields'
import { fenOf, filledOf, fromV2Time, type V2Record } from './v2-mapping'
import type { V2Send } from './v2-transport'

export interface V2RefundsOptions {
  readonly send: V2Send
  readonly notifyUrl: string
  /** The merchant's certificate, without which WeChat Pay accepts no V2 refund. Null: no refunds. */
  readonly certificate: ClientCertificate | null
}

/** Refunds of one payment at most. */
const refundsMax = 50

const statuses: Readonly<Record<V2RefundState, RefundReport['status']>> = {
  PROCESSING: 'processing',
  SUCCESS: 'succeeded',
  CHANGE: 'abnormal',
  REFUNDCLOSE: 'failed',
}

/**
 * Refunds (退款) of V2. Asking again under the same number never refunds twice.
 * @see https://pay.weixin.qq.com/doc/v2/merchant/4011935216
 */
export function createV2Refunds({ send, notifyUrl, certificate }: V2RefundsOptions): RefundGateway {
  async function refund(order: RefundOrder): Promise<RefundReport> {
    if (order.subMchid !== null) {
      throw new WechatPayError('LOCAL_UNSUPPORTED', 'V2 knows no parts of combined orders', { status: 0 })
    }
    if (certificate === null) {
      throw new WechatPayError('REFUND_UNAVAILABLE', 'V2 refunds need the merchant’s certificate', { status: 0 })
    }
    const answer = await send({ target: v2Paths.refund, params: toRefund(order, notifyUrl), certificate })
    return readAnswer('refund', () => ({
      refundNo: sameOf(answer, 'out_refund_no', order.refundNo),
      refundId: filledOf(answer, 'refund_id'),
      transactionId: filledOf(answer, 'transaction_id'),
      amountFen: fenOf(answer, 'refund_fee'),
      // The answer says only that the request was accepted.
      status: 'processing',
      account: null,
      settledAtMs: null,
    }))
  }

  return {
    refund: (order) => toRefundOutcome(() => refund(order)),
    async queryRefund(refundNo) {
      try {
        const answer = await send({ target: v2Paths.refundQuery, params: { out_refund_no: refundNo } })
        return readAnswer('refund query', () => fromRefundQuery(answer, refundNo))
      } catch (error) {
        if (error instanceof WechatPayError && error.code === 'RESOURCE_NOT_EXISTS') return null
        throw error
      }
    },
  }
}

/**
 * Reads a notification about a refund. It has no signature, so it only causes a query: its content must decrypt with the
 * API key, and only the signed answer to our query counts.
 */
export async function readV2RefundNotice(
  reqInfo: string,
  apiKey: string,
  queryRefund: RefundGateway['queryRefund'],
): Promise<NoticeReading> {
  let refundNo: string
  try {
    const content = xmlToRecord(Buffer.from(decryptAesEcb(md5Hex(apiKey), reqInfo)))
    refundNo = filledOf(content, 'out_refund_no')
  } catch {
    // Every failure means that the sender does not have the API key.
    return { kind: 'refused', reason: 'REQ_INFO_UNREADABLE' }
  }
  const report = await queryRefund(refundNo, null)
  if (report === null) return { kind: 'refused', reason: 'REFUND_NOT_CONFIRMED' }
  return { kind: 'refund', noticeId: `v2:${report.refundId}:${report.status}`, eventType: 'V2.REFUND', report }
}

function toRefund(order: RefundOrder, notifyUrl: string): V2Record {
  return {
    transaction_id: order.transactionId,
    out_refund_no: order.refundNo,
    total_fee: String(order.paidFen),
    refund_fee: String(order.amountFen),
    refund_desc: toPlainText(toXmlText(order.reason), reasonBytesMax),
    notify_url: notifyUrl,
  }
}

/** The names of a refund's fields end in its place in the list (`refund_id_0`). */
function fromRefundQuery(answer: V2Record, refundNo: string): RefundReport {
  for (let place = 0; place < refundsMax; place++) {
    if (answer[`out_refund_no_${place}`] !== refundNo) continue
    const status = Object.entries(statuses).find(([name]) => name === answer[`refund_status_${place}`])?.[1]
    if (status === undefined) throw new UnreadableError(`refund_status_${place}: not a state that we know`)
    const settledAt = `refund_success_time_${place}`
    return {
      refundNo,
      refundId: filledOf(answer, `refund_id_${place}`),
      transactionId: filledOf(answer, 'transaction_id'),
      amountFen: fenOf(answer, `refund_fee_${place}`),
      status,
      account: answer[`refund_recv_accout_${place}`] || null,
      settledAtMs: answer[settledAt] ? fromV2Time(answer, settledAt) : null,
    }
  }
  throw new UnreadableError('out_refund_no: the one asked for is not in the answer')
}

function sameOf(answer: V2Record, name: string, expected: string): string {
  const value = filledOf(answer, name)
  if (value !== expected) throw new UnreadableError(`${name}: not the one asked for`)
  return value
}
