import { v3RefundPath, type V3RefundRequest, type V3RefundStatus } from '../../../wire/v3-refund-types'
import type { RefundReport } from '../../domain/refund'
import { readAnswer, WechatPayError } from '../errors'
import { toRefundOutcome } from '../outcomes'
import type { V3Party } from '../parties'
import { reasonBytesMax, toPlainText } from '../plain-text'
import type { RefundGateway, RefundOrder } from '../port'
import { fieldOf, filledTextOf, instantOf, integerOf, UnreadableError } from '../fields'
import type { V3Transport } from './v3-transport'

export interface V3RefundsOptions {
  readonly transport: V3Transport
  readonly notifyUrl: string
  readonly party: V3Party
}

const statuses: Readonly<Record<V3RefundStatus, RefundReport['status']>> = {
  PROCESSING: 'processing',
  SUCCESS: 'succeeded',
  ABNORMAL: 'abnormal',
  CLOSED: 'failed',
}

/**
 * Refunds (退款) of API v3. Asking again under the same number never refunds twice.
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012791862
 */
export function createV3Refunds({ transport, notifyUrl, party }: V3RefundsOptions): RefundGateway {
  return {
    refund: (order) =>
      toRefundOutcome(async () => {
        const sub = order.subMchid === null ? party.refund : { sub_mchid: order.subMchid }
        const body = { ...toRefund(order, notifyUrl), ...sub }
        const answer = await transport.request({ method: 'POST', target: v3RefundPath, body })
        return readAnswer('refund', () => fromRefund(answer, 'status'))
      }),
    async queryRefund(refundNo, subMchid) {
      const query = subMchid === null ? party.refundQuery : `?${new URLSearchParams({ sub_mchid: subMchid })}`
      const target = `${v3RefundPath}/${encodeURIComponent(refundNo)}${query}`
      try {
        const answer = await transport.request({ method: 'GET', target })
        return readAnswer('refund query', () => fromRefund(answer, 'status'))
      } catch (error) {
        if (error instanceof WechatPayError && error.code === 'RESOURCE_NOT_EXISTS') return null
        throw error
      }
    },
  }
}

function toRefund(order: RefundOrder, notifyUrl: string): V3RefundRequest {
  return {
    transaction_id: order.transactionId,
    out_refund_no: order.refundNo,
    reason: toPlainText(order.reason, reasonBytesMax),
    notify_url: notifyUrl,
    amount: { refund: order.amountFen, total: order.paidFen, currency: 'CNY' },
  }
}

/** Reads an answer or the plaintext of a notification, where the field of the state has another name. */
export function fromRefund(value: unknown, statusField: 'status' | 'refund_status'): RefundReport {
  const status = Object.entries(statuses).find(([name]) => name === fieldOf(value, statusField))?.[1]
  if (status === undefined) throw new UnreadableError(`${statusField}: not a state that we know`)
  const account = fieldOf(value, 'user_received_account')
  const settledAt = fieldOf(value, 'success_time')
  return {
    refundNo: filledTextOf(value, 'out_refund_no'),
    refundId: filledTextOf(value, 'refund_id'),
    transactionId: filledTextOf(value, 'transaction_id'),
    amountFen: integerOf(fieldOf(value, 'amount'), 'refund'),
    status,
    account: typeof account === 'string' && account !== '' ? account : null,
    settledAtMs: settledAt === undefined || settledAt === '' ? null : instantOf(value, 'success_time'),
  }
}
