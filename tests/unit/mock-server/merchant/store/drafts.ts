import { randomBytes } from 'node:crypto'
import { catalogue } from '../../../../../mock-server/merchant/domain/catalogue'
import { priceCart, type CartLine } from '../../../../../mock-server/merchant/domain/cart'
import { plainTerms } from '../../../../../mock-server/merchant/domain/order'
import type { Payment } from '../../../../../mock-server/merchant/domain/settlement'
import type { NoticeRecord, OrderDraft, OrderWithAttempts } from '../../../../../mock-server/merchant/store/port'

/** What is put into a store. */

export const nowMs = 1_795_000_000_000
export const payee = { mchid: '1900000109', appid: 'wx8888888888888888' }
export const minuteMs = 60_000

let numbers = 0
const nextNo = () => `SC261121-${String(++numbers).padStart(8, '0')}`
export const hash = () => randomBytes(32).toString('hex')

export function draftOf(userId: number, lines: readonly CartLine[], change: Partial<OrderDraft> = {}): OrderDraft {
  const cart = priceCart(lines, catalogue)
  if (cart.kind !== 'priced') throw new Error(cart.code)
  const orderNo = nextNo()
  return {
    ...plainTerms,
    orderNo,
    outTradeNo: `${orderNo}-01`,
    userId,
    client: 'weapp',
    requestId: `request-${orderNo}`,
    content: 'content',
    items: cart.items,
    goodsFen: cart.goodsFen,
    shippingFen: cart.shippingFen,
    totalFen: cart.totalFen,
    createdAtMs: nowMs,
    expiresAtMs: nowMs + 15 * minuteMs,
    payerClientIp: null,
    ...change,
  }
}

export function paymentFor({ order, attempts }: OrderWithAttempts, change: Partial<Payment> = {}): Payment {
  return {
    ...payee,
    outTradeNo: attempts.at(-1)!.outTradeNo,
    transactionId: `4200${order.orderNo.slice(-8)}`,
    totalFen: order.totalFen,
    payerFen: order.totalFen,
    currency: 'CNY',
    paidAtMs: nowMs + 1000,
    ...change,
  }
}

export const noticeOf = (noticeId: string): NoticeRecord => ({
  noticeId,
  eventType: 'TRANSACTION.SUCCESS',
  receivedAtMs: nowMs,
})
