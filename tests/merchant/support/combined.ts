import type { PaymentAnswer } from '../../../src/contract/api'
import type { TestStack } from './test-stack'

/** A shop of two sellers, and a cart with goods of each. */
export const garden = { sellerId: 'garden', subMchid: '1900000001' }
export const kiln = { sellerId: 'kiln', subMchid: '1900000002' }
export const both = [
  { goodsId: 'tea', quantity: 1 },
  { goodsId: 'cup', quantity: 1 },
]

/** As the simulator shows it. */
export interface Trade {
  readonly kind: string
  readonly out_trade_no: string
  readonly trade_state: string
  readonly transaction_id?: string
  readonly amount: { readonly total: number }
}
export interface Part {
  readonly sellerName: string
  readonly subMchid: string
  readonly totalFen: number
  readonly refundedFen: number
  readonly transactionId: string | null
  readonly refunds: readonly { refundNo: string; status: string; amountFen: number }[]
}
/** As the operator sees the order. */
export interface Told {
  readonly parts: readonly Part[]
  readonly jobs: readonly { kind: string; status: string; note: string | null }[]
}

export async function payInWallet(stack: TestStack, { payment }: PaymentAnswer): Promise<void> {
  const { body } = await stack.openCashier(payment)
  expect((await stack.payInCashier(body.cashier_id!)).status).toBe(200)
  await stack.wechat.settled()
}
