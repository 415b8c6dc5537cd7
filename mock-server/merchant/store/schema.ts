import type { ColumnType, Generated } from 'kysely'
import type { AttemptStatus, ClientKind, OrderStatus } from '../domain/order'

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
    /** SHA-256 of the token: who reads the table cannot sign in with it. */
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
    /** When to ask WeChat Pay because no notification came; null when there is nothing to ask. */
    nextQueryAtMs: number | null
    queries: number
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
  /** What a person must look at. */
  holds: {
    id: Generated<number>
    outTradeNo: Fixed<string>
    transactionId: Fixed<string>
    totalFen: Fixed<number>
    reason: Fixed<string>
    createdAtMs: Fixed<number>
  }
  /** Money that has to go back; written in the transaction that found it out. */
  refundsDue: {
    transactionId: Fixed<string>
    outTradeNo: Fixed<string>
    totalFen: Fixed<number>
    reason: Fixed<string>
    createdAtMs: Fixed<number>
  }
}
