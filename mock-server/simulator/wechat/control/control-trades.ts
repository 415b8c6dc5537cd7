import type { FastifyInstance } from 'fastify'
import { toBeijingTime } from '../../../kit/clock'
import { queryOf, readRecord } from '../../kit/read-request'
import type { VirtualClock } from '../clock'
import type { Ledger } from '../desks/ledger'
import type { RefundDesk } from '../desks/refund-desk'
import { toVoucher, type VoucherDesk } from '../desks/voucher-desk'
import { payability, type Trade } from '../domain/trade'
import { valueFor } from '../domain/voucher'
import type { EventBus } from '../events'
import { expectedPayer } from '../merchants/directory'
import type { Store } from '../store/store'
import { toCombinedTransaction, toTransaction } from '../v3/payments/v3-view'
import { showOpened, type NoticeControlDeps } from './control-notices'
import { readPage } from './control-page'
import { readVoucher } from './control-people'
import { ControlRefusal } from './control-refusal'
import { showRefund } from './control-refunds'

export interface TradeControlDeps extends Pick<NoticeControlDeps, 'directory' | 'hostMap'> {
  readonly store: Store
  readonly clock: VirtualClock
  readonly ledger: Ledger
  readonly refundDesk: RefundDesk
  readonly voucherDesk: VoucherDesk
  readonly events: EventBus
}

/** Who pays where the order names nobody. */
const benchUser = 'payer-1'

/** Entries of the journal in one timeline. */
const timelineMax = 1000

/** The steps of a payer that leave a trade as it is, and the event that each one announces. */
const idleSteps = { cancel: 'wallet-cancelled', fail: 'payment-failed' } as const

/** Trades as the service holds them, and what the payer does about one. */
export function addTradeControl(server: FastifyInstance, deps: TradeControlDeps): void {
  const { store, events } = deps

  server.get('/control/trades', (request) => {
    const { limit, before } = readPage(request.raw.url)
    const filter = queryOf(request.raw.url).get('filter') ?? ''
    if (filter.length > 64) throw new ControlRefusal(400, 'FILTER_INVALID', 'filter has 64 characters at most.')
    const { rows, next } = store.trades(limit, before, filter)
    return { trades: rows.map((trade) => showTrade(trade, deps)), next }
  })

  server.get('/control/trades/:mchid/:outTradeNo', (request) => showTrade(findTrade(store, request.params), deps))

  /** One trade with its events and notifications. */
  server.get('/control/trades/:mchid/:outTradeNo/timeline', (request) => {
    const trade = findTrade(store, request.params)
    const { rows } = events.recent(timelineMax, null, trade)
    return {
      trade: showTrade(trade, deps),
      journal: [...rows].reverse(),
      notices: store.noticesOf(trade.mchid, trade.out_trade_no).map((notice) => showOpened(notice, deps)),
    }
  })

  addPayerSteps(server, deps)
}

/** What the payer does about a trade: pays, closes the cashier, is declined by the bank, lets the time to pay run out. */
function addPayerSteps(server: FastifyInstance, deps: TradeControlDeps): void {
  const { store, clock, ledger, voucherDesk, events } = deps

  server.post('/control/trades/:mchid/:outTradeNo/pay', async (request) => {
    const trade = findPayable(request.params)
    const { openid, bank_type, voucher: asked } = readRecord(request.body)
    const payer = trade.order && expectedPayer(trade.order, benchUser)
    const named = payer && typeof openid === 'string' ? { ...payer, openid } : payer
    const draft = asked === undefined ? null : readVoucher(typeof asked === 'object' ? { ...asked } : {})
    const voucher = draft ? toVoucher(benchUser, draft) : await voucherDesk.strike(trade, benchUser)
    if (draft && voucher && trade.order && valueFor(trade.order, voucher) === 0)
      throw new ControlRefusal(
        409,
        'VOUCHER_UNUSABLE',
        'The voucher does not apply: goods_tags, or an order of one fen.',
      )
    const paid =
      named &&
      (await ledger.pay(trade, named, {
        voucher,
        isVoucherNew: draft !== null,
        ...(typeof bank_type === 'string' && { bankType: bank_type }),
      }))
    if (paid === null) throw new ControlRefusal(409, 'NOT_PAYABLE', 'The trade was paid or closed a moment ago.')
    return paid.kind === 'combined' ? showTrade(paid, deps) : { transaction_id: paid.transaction_id }
  })

  /** The payer closes the cashier, or the bank declines: the trade stays payable, and the merchant is not notified. */
  for (const [step, type] of Object.entries(idleSteps)) {
    server.post(`/control/trades/:mchid/:outTradeNo/${step}`, (request) => {
      const trade = findPayable(request.params)
      const { mchid, out_trade_no } = trade
      events.announce({ type, at: toBeijingTime(clock.now()), mchid, out_trade_no })
      return showTrade(trade, deps)
    })
  }

  server.post('/control/trades/:mchid/:outTradeNo/expire', async (request) => {
    const found = findTrade(store, request.params)
    if (found.state !== 'NOTPAY') throw new ControlRefusal(409, 'NOT_OPEN', `The trade is ${found.state}.`)
    const trade = await store.write(() => {
      const present = findTrade(store, request.params)
      const expired = { ...present, expires_at: clock.now() }
      store.putTrade(expired)
      return expired
    })
    return showTrade(trade, deps)
  })

  /** @throws ControlRefusal that says why the payer can't pay it */
  function findPayable(params: unknown): Trade {
    const trade = findTrade(store, params)
    if (trade.kind === 'sub')
      throw new ControlRefusal(409, 'SUB_ORDER', `Pay the combined order ${trade.parent?.out_trade_no ?? ''} instead.`)
    const able = payability(trade, clock.now())
    if (able !== 'payable') throw new ControlRefusal(409, 'NOT_PAYABLE', `The trade can't be paid: ${able}.`)
    return trade
  }
}

function findTrade(store: Store, params: unknown): Trade {
  const { mchid, outTradeNo } = params as { mchid: string; outTradeNo: string }
  const trade = store.trade(mchid, outTradeNo) ?? store.combined(mchid, outTradeNo)
  if (trade === null) throw new ControlRefusal(404, 'TRADE_UNKNOWN', `There is no trade ${mchid}/${outTradeNo}.`)
  return trade
}

/** A trade as the query answers it, with what the service does not tell the merchant. */
function showTrade(trade: Trade, { store, ledger, refundDesk }: TradeControlDeps): unknown {
  const found = trade.kind === 'combined' ? ledger.findCombined(trade.mchid, trade.out_trade_no) : null
  return {
    // Every kind of trade has the two names by which this API finds it.
    mchid: trade.mchid,
    ...toTransaction(trade),
    ...(found && toCombinedTransaction(found.combined, found.subs)),
    kind: trade.kind,
    api: trade.api,
    parent: trade.parent,
    product: trade.product,
    prepay_id: trade.prepay_id,
    description: trade.order?.description,
    notify_url: trade.order?.notify_url,
    create_time: toBeijingTime(trade.created_at),
    time_expire: trade.expires_at === null ? null : toBeijingTime(trade.expires_at),
    refunds: refundDesk.ofTrade(trade).map(showRefund),
    // A combined order is shipped by its parts.
    shipping: trade.kind === 'combined' ? null : store.shipping(trade.mchid, trade.out_trade_no),
  }
}
