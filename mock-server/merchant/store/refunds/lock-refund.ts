import type { Kysely } from 'kysely'
import type { Order } from '../../domain/order'
import type { Refund, RefundPart } from '../../domain/refund'
import { lockKnownOrder } from '../orders/lock-order'
import { refundColumns } from '../rows'
import type { Tables } from '../schema'
import { partsOfRefund } from './refunds'

export interface LockedRefund {
  readonly order: Order
  readonly refund: Refund
  /** Null where the number is that of the whole. */
  readonly part: RefundPart | null
}

/** Locks the order, then its refund, as settling does. The number may be that of a part. Null where there is none. */
export async function lockRefund(tx: Kysely<Tables>, refundNo: string): Promise<LockedRefund | null> {
  const namedPart = await tx
    .selectFrom('refundParts')
    .select(['orderId', 'ofRefundNo'])
    .where('refundNo', '=', refundNo)
    .executeTakeFirst()
  const wholeNo = namedPart?.ofRefundNo ?? refundNo
  const named = await tx.selectFrom('refunds').select('orderId').where('refundNo', '=', wholeNo).executeTakeFirst()
  if (!named) return null
  const order = await lockKnownOrder(tx, named.orderId)
  const refund = await tx
    .selectFrom('refunds')
    .select(refundColumns)
    .where('refundNo', '=', wholeNo)
    .forUpdate()
    .executeTakeFirstOrThrow()
  const part = namedPart && (await partsOfRefund(tx, wholeNo)).find((one) => one.refundNo === refundNo)
  return { order, refund, part: part ?? null }
}
