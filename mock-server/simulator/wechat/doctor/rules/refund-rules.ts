import type { Found } from '../../../kit/diagnosis'
import type { KnownMerchant } from '../../merchants/directory'
import type { Refund } from '../../domain/refund'
import type { RefusalFacts, TradeRefusal } from '../../domain/refusal'
import { knownAfterMs } from '../../domain/shipping-rules'
import { isPaid, type Trade } from '../../domain/trade'
import { found, type WechatFinding } from '../findings'
import type { Knowledge } from '../knowledge'
import type { Json } from '../../domain/evidence'
import { inWords } from '../forms/search'

/** Refunds and shipping: mistakes of a caller who takes an order for another than it is. */

type Finding = Found<WechatFinding>

/** Null where the refusal is no mistake, or says everything itself. */
export function diagnoseRefundRefusal(
  { reason, facts }: TradeRefusal,
  merchant: KnownMerchant,
  known: Knowledge,
  body: Json | null,
): Finding | null {
  switch (reason) {
    case 'refund-order-unknown':
      return orderUnknown(merchant, known, body)
    case 'refund-order-unpaid':
      return facts.trade ? notPaid(facts.trade, 'refunds') : null
    case 'refund-total-differs':
      return totalDiffers(facts, body)
    case 'refund-different':
      return found(
        'REENTRY_DIFFERS',
        `The refund number was used before with other content: ${inWords(facts.fields ?? [])}.`,
      )
    case 'refund-too-soon':
      return facts.trade ? tooSoon(facts.trade, known) : null
    default:
      // More than there is, too late, the payer's account: the answer says it all.
      return null
  }
}

function orderUnknown(merchant: KnownMerchant, { store, merchants }: Knowledge, body: Json | null): Finding | null {
  const number = body?.['out_trade_no']
  if (typeof number !== 'string') return null
  const combined = store.combined(merchant.mchid, number)
  if (combined?.order) {
    const parts = (combined.order.subs ?? []).slice(0, 10).map(({ out_trade_no }) => out_trade_no)
    return found(
      'NUMBER_OF_OTHER_KIND',
      `${number} is a combined order: refund its parts ${inWords(parts)}, each by its own number.`,
    )
  }
  const foreign = merchants.find(({ mchid }) => mchid !== merchant.mchid && store.trade(mchid, number)?.order)
  return foreign
    ? found(
        'NUMBER_OF_OTHER_MERCHANT',
        `${number} was ordered by merchant ${foreign.mchid}, and ${merchant.mchid} refunds.`,
      )
    : null
}

function notPaid(trade: Trade, does: string): Finding {
  return found(
    'NOT_PAID',
    `The client ${does} ${trade.out_trade_no}, which is ${trade.state}: it takes for paid what was not paid.`,
    { expected: 'SUCCESS', received: trade.state },
  )
}

function tooSoon({ mchid, out_trade_no }: Trade, { store }: Knowledge): Finding {
  const last = store.refundsOf(mchid, out_trade_no).at(-1)?.out_refund_no
  return found(
    'REFUND_TOO_SOON',
    `${out_trade_no} had a partial refund a moment ago: two of one order are a minute apart. A new number is a new refund; a retry of ${last} must keep its number.`,
  )
}

function totalDiffers({ trade }: RefusalFacts, body: Json | null): Finding | null {
  const named = (body?.['amount'] as Json | undefined)?.['total'] ?? body?.['total_fee']
  const total = trade?.order?.total
  if (total === undefined || (typeof named !== 'number' && typeof named !== 'string')) return null
  const comparison = { expected: String(total), received: String(named) }
  return Number(named) * 100 === total
    ? found(
        'AMOUNT_YUAN',
        `The order's amount is ${total} fen, and the refund names ${named}: it is in yuan.`,
        comparison,
      )
    : found('REFUND_TOTAL', `The order's amount is ${total} fen, and the refund names ${named}.`, comparison)
}

/**
 * A refund that was accepted while another of the same amount is under way: a retry under a new number pays twice, but two
 * equal parts can be meant, so it is never claimed as proved.
 */
export function diagnoseRefund(refund: Refund, known: Knowledge): Finding | null {
  const twin = known.store
    .refundsOf(refund.mchid, refund.out_trade_no)
    .find(
      ({ out_refund_no, state, refund: fen }) =>
        out_refund_no !== refund.out_refund_no && state === 'PROCESSING' && fen === refund.refund,
    )
  return twin
    ? found(
        'REFUND_REPEATED',
        `${refund.out_refund_no} refunds ${refund.refund} fen, and so does ${twin.out_refund_no}, which is still under way. Whether one is a retry of the other cannot be told; if it is, the payer gets the money twice.`,
        { proved: false },
      )
    : null
}

/** Why the shipping service does not know an order. Null where nothing is known of it either. */
export function diagnoseUnknownShipping(trade: Trade | null, now: number): Finding | null {
  if (!trade?.order) return null
  if (!isPaid(trade)) return notPaid(trade, 'ships')
  if (trade.product !== 'JSAPI')
    return found(
      'SHIPPING_OF_H5',
      `${trade.out_trade_no} was paid by ${trade.product ?? 'nothing'}, not inside a mini program.`,
    )
  return trade.paid_at !== null && now < trade.paid_at + knownAfterMs
    ? found(
        'SHIPPING_TOO_SOON',
        `${trade.out_trade_no} was paid a moment ago: the shipping service does not know it yet.`,
      )
    : null
}
