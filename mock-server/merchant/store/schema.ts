import type { ColumnType, Generated } from 'kysely'
import type { CouponStatus } from '../domain/coupon'
import type { HoldDecision } from '../domain/hold'
import type { AttemptStatus, ClientKind, Fulfilment, OrderStatus } from '../domain/order'
import type { JobKind, JobStatus } from '../domain/outbox'
import type { Difference } from '../domain/reconciliation'
import type { RefundCause, RefundStatus } from '../domain/refund'
import type { HoldReason } from '../domain/settlement'

/** Never changes after the insert. */
type Fixed<T> = ColumnType<T, T, never>

/** Instants are milliseconds since 1970 on the business clock. */
export interface Tables {
  users: {
    id: Generated<number>
    client: Fixed<ClientKind>
    /** Null for a guest in a browser. */
    openid: Fixed<string | null>
  }
  sessions: {
    /** SHA-256 of the token: nobody can sign in with what is in the table. */
    tokenHash: Fixed<string>
    userId: Fixed<number>
    client: Fixed<ClientKind>
    /** Set for a session that sees one order only. */
    orderId: Fixed<number | null>
    expiresAtMs: number
  }
  orderKeys: {
    keyHash: Fixed<string>
    orderId: Fixed<number>
    expiresAtMs: Fixed<number>
  }
  stock: {
    goodsId: Fixed<string>
    available: number
    reserved: number
    sold: number
  }
  orders: {
    id: Generated<number>
    orderNo: Fixed<string>
    userId: Fixed<number>
    client: Fixed<ClientKind>
    requestId: Fixed<string>
    content: Fixed<string>
    status: OrderStatus
    items: Fixed<string>
    goodsFen: Fixed<number>
    shippingFen: Fixed<number>
    totalFen: Fixed<number>
    createdAtMs: Fixed<number>
    expiresAtMs: Fixed<number>
    /** When the sweep looks at a pending order again. */
    expireCheckAtMs: number
    paidAtMs: number | null
    transactionId: string | null
    payerFen: number | null
    couponId: Fixed<number | null>
    couponName: Fixed<string | null>
    couponKind: Fixed<'goods' | 'shipping' | null>
    couponFen: Fixed<number>
    points: Fixed<number>
    pointsFen: Fixed<number>
    /** JSON. The personal data in it is deleted at `forgetAtMs`. */
    delivery: string | null
    /** Null when there is no personal data to delete. */
    forgetAtMs: number | null
    remark: Fixed<string>
    /** JSON; null where all goods are the shop's own. */
    parts: Fixed<string | null>
    fulfilment: Fulfilment
    refundedFen: number
    closedAtMs: number | null
    heldAtMs: number | null
    shippedAtMs: number | null
    completedAtMs: number | null
    carrier: string | null
    trackingNo: string | null
  }
  attempts: {
    id: Generated<number>
    orderId: Fixed<number>
    outTradeNo: Fixed<string>
    client: Fixed<ClientKind>
    status: AttemptStatus
    payerClientIp: Fixed<string | null>
    instruction: string | null
    instructedAtMs: number | null
    transactionId: string | null
    /** When to query WeChat Pay unless a notification has arrived; null when there is nothing to query. */
    nextQueryAtMs: number | null
    queries: number
    /** JSON; null for an ordinary order. */
    parts: Fixed<string | null>
  }
  /** What was paid to which seller in combined payments. The number of its first part identifies a payment. */
  paymentParts: {
    transactionId: Fixed<string>
    ofTransactionId: Fixed<string>
    outTradeNo: Fixed<string>
    subMchid: Fixed<string>
    totalFen: Fixed<number>
  }
  notices: {
    noticeId: Fixed<string>
    eventType: Fixed<string>
    outTradeNo: Fixed<string | null>
    transactionId: Fixed<string | null>
    totalFen: Fixed<number | null>
    outcome: Fixed<string>
    reason: Fixed<string | null>
    receivedAtMs: Fixed<number>
  }
  /** Payments and refunds that a person must look at. */
  holds: {
    id: Generated<number>
    outTradeNo: Fixed<string>
    transactionId: Fixed<string>
    totalFen: Fixed<number>
    payerFen: Fixed<number | null>
    reason: Fixed<HoldReason>
    createdAtMs: Fixed<number>
    resolvedAtMs: number | null
    decision: HoldDecision | null
    note: string | null
  }
  coupons: {
    id: Generated<number>
    userId: Fixed<number>
    name: Fixed<string>
    kind: Fixed<'goods' | 'shipping'>
    discountFen: Fixed<number>
    minFen: Fixed<number>
    expiresAtMs: Fixed<number>
    status: CouponStatus
  }
  /** Points of a user. Below zero when earned points are taken back after they were spent. */
  pointAccounts: {
    userId: Fixed<number>
    balance: number
  }
  /** Every change of a balance. The key names its cause, so that it is booked once. */
  pointEntries: {
    entryKey: Fixed<string>
    userId: Fixed<number>
    points: Fixed<number>
    atMs: Fixed<number>
  }
  refunds: {
    id: Generated<number>
    orderId: Fixed<number>
    refundNo: Fixed<string>
    /** Request id of the payer; null for refunds of the shop. */
    requestId: Fixed<string | null>
    content: Fixed<string | null>
    outTradeNo: Fixed<string>
    transactionId: Fixed<string>
    status: RefundStatus
    cause: Fixed<RefundCause>
    amountFen: Fixed<number>
    paidFen: Fixed<number>
    reason: Fixed<string>
    requestedAtMs: Fixed<number>
    decidedAtMs: number | null
    settledAtMs: number | null
    refundId: string | null
    account: string | null
    declineReason: string | null
  }
  /** The share of each seller in the refund of a combined order. */
  refundParts: {
    id: Generated<number>
    orderId: Fixed<number>
    ofRefundNo: Fixed<string>
    refundNo: Fixed<string>
    outTradeNo: Fixed<string>
    subMchid: Fixed<string>
    transactionId: Fixed<string>
    status: RefundStatus
    amountFen: Fixed<number>
    paidFen: Fixed<number>
    settledAtMs: number | null
    refundId: string | null
    account: string | null
  }
  /** The outbox. */
  jobs: {
    id: Generated<number>
    kind: Fixed<JobKind>
    subject: Fixed<string>
    orderId: Fixed<number>
    status: JobStatus
    dueAtMs: number
    tries: number
    note: string | null
    createdAtMs: Fixed<number>
  }
  /** Access tokens of other services, shared by all processes. */
  tokens: {
    name: Fixed<string>
    value: string
    renewAtMs: number
  }
  /** Bills of WeChat Pay that have been compared with our books. */
  bills: {
    id: Generated<number>
    /** `yyyy-MM-dd` in Beijing. */
    day: Fixed<string>
    checkedAtMs: Fixed<number>
    lineCount: Fixed<number>
    differenceCount: Fixed<number>
  }
  /** Differences of a bill, up to a limit. */
  billDifferences: {
    id: Generated<number>
    billId: Fixed<number>
    kind: Fixed<Difference['kind']>
    of: Fixed<Difference['of']>
    number: Fixed<string>
    ourFen: Fixed<number | null>
    theirFen: Fixed<number | null>
  }
  /** Calls by rate-limited key; on PostgreSQL only. */
  hits: {
    key: Fixed<string>
    count: number
    endsAtMs: number
  }
}
