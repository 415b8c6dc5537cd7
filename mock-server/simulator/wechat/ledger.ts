import { randomInt, randomUUID } from 'node:crypto'
import { encryptAesGcm } from '../../crypto/aes-gcm'
import { randomAlphanumeric, takeRandomBytes } from '../../crypto/digest'
import { toBeijingTime, type Clock } from '../../kit/clock'
import type { V3Notification, V3OrderRequest, V3Transaction } from '../../wire/v3-types'
import type { Directory, KnownMerchant } from './directory'
import { V3Refusal } from './errors'
import type { EventBus } from './events'
import type { Notice, Store } from './store'
import * as trades from './trade'
import type { Product, Trade } from './trade'

/** The business of WeChat Pay: orders, payments and closes, each on disk before it is answered. */
export interface Ledger {
  /** Orders, or orders again under a known number. @throws V3Refusal */
  order(merchant: KnownMerchant, product: Product, request: V3OrderRequest): Promise<Trade>
  queryByNumber(mchid: string, outTradeNo: string): V3Transaction
  queryByTransaction(mchid: string, transactionId: string): V3Transaction
  /** Closes; a number that was never ordered is burned, as in life. @throws V3Refusal */
  close(mchid: string, outTradeNo: string): Promise<void>
  /** The payer pays: the trade and its notification reach the disk together. @returns null where it can't be paid */
  pay(trade: Trade, openid: string, bankType?: string): Promise<Trade | null>
  /** What the service does by itself after seven days. */
  closeOverdue(limit: number): Promise<number>
}

export interface LedgerDeps {
  readonly store: Store
  readonly clock: Clock
  readonly directory: Directory
  readonly events: EventBus
  /** Something to deliver was written. */
  readonly onNotice: () => void
}

export function createLedger({ store, clock, directory, events, onNotice }: LedgerDeps): Ledger {
  const publish = (type: 'trade-created' | 'trade-paid' | 'trade-closed', trade: Trade): void =>
    events.publish({
      type,
      at: toBeijingTime(clock.now()),
      mchid: trade.mchid,
      out_trade_no: trade.out_trade_no,
      detail: { trade_state: trade.state, total: trade.order?.amount.total, product: trade.product },
    })

  function checkOpenid({ appid, payer }: V3OrderRequest): void {
    const owner = store.appOfOpenid(payer?.openid ?? '')
    if (owner === null) throw new V3Refusal('PARAM_ERROR', '无效的openid', { location: 'body', value: payer?.openid })
    if (owner !== appid)
      throw new V3Refusal('PARAM_ERROR', 'appid与openid不匹配', { location: 'body', value: payer?.openid })
  }

  function toView(trade: Trade | null, mchid: string): V3Transaction {
    if (trade === null || trade.mchid !== mchid || trade.order === null) {
      throw new V3Refusal('ORDER_NOT_EXIST', '订单不存在')
    }
    return trades.toTransaction(trade, toBeijingTime)
  }

  return {
    async order(merchant, product, request) {
      if (!merchant.appids.has(request.appid)) throw new V3Refusal('APPID_MCHID_NOT_MATCH', 'appid和mch_id不匹配')
      if (product === 'JSAPI') checkOpenid(request)
      const now = clock.now()
      let isNew = false
      const trade = await store.write(() => {
        const known = store.trade(merchant.mchid, request.out_trade_no)
        isNew = known === null
        const next =
          known === null ? newTrade(merchant.mchid, product, request, now) : again(known, product, request, now)
        const issued =
          product === 'MWEB' ? trades.withLink(next, String(randomInt(1_000_000_000, 4_294_967_295)), now) : next
        if (issued !== known) store.putTrade(issued)
        return issued
      })
      if (isNew) publish('trade-created', trade)
      return trade
    },
    queryByNumber: (mchid, outTradeNo) => toView(store.trade(mchid, outTradeNo), mchid),
    queryByTransaction: (mchid, transactionId) => toView(store.tradeByTransaction(transactionId), mchid),
    async close(mchid, outTradeNo) {
      const now = clock.now()
      const trade = await store.write(() => {
        const known = store.trade(mchid, outTradeNo)
        const closed = known === null ? burned(mchid, outTradeNo, now) : trades.close(known)
        if (closed === null) throw new V3Refusal('ORDER_PAID', '该订单已支付')
        if (closed !== known) store.putTrade(closed)
        return closed
      })
      publish('trade-closed', trade)
    },
    async pay(trade, openid, bankType = 'OTHERS') {
      const merchant = directory.merchant(trade.mchid)
      if (merchant === undefined) return null
      const now = clock.now()
      const paid = await store.write(() => {
        const present = store.trade(trade.mchid, trade.out_trade_no)
        const next =
          present &&
          trades.pay(present, {
            transaction_id: createTransactionId(now),
            paid_at: now,
            payer_openid: openid,
            bank_type: bankType,
          })
        if (!next) return null
        store.putTrade(next)
        store.putNotice(createNotice(next, merchant, now))
        return next
      })
      if (paid === null) return null
      publish('trade-paid', paid)
      onNotice()
      return paid
    },
    async closeOverdue(limit) {
      const overdue = store.selfClosing(clock.now(), limit)
      for (const { mchid, out_trade_no } of overdue) {
        const trade = await store.write(() => {
          const present = store.trade(mchid, out_trade_no)
          const closed = present && trades.close(present)
          if (closed) store.putTrade(closed)
          return closed
        })
        if (trade) publish('trade-closed', trade)
      }
      return overdue.length
    },
  }
}

function newTrade(mchid: string, product: Product, order: V3OrderRequest, now: number): Trade {
  return {
    mchid,
    out_trade_no: order.out_trade_no,
    order,
    product,
    state: 'NOTPAY',
    created_at: now,
    expires_at: trades.toExpiry(order.time_expire === undefined ? null : Date.parse(order.time_expire), now),
    prepay_id: createPrepayId(now),
    prepaid_at: now,
    links: [],
    transaction_id: null,
    paid_at: null,
    payer_openid: null,
    bank_type: null,
  }
}

function burned(mchid: string, outTradeNo: string, now: number): Trade {
  return {
    ...newTrade(mchid, 'JSAPI', { out_trade_no: outTradeNo } as V3OrderRequest, now),
    order: null,
    product: null,
    state: 'CLOSED',
  }
}

/** @throws V3Refusal where the number can't be ordered again. @see https://pay.weixin.qq.com/doc/v3/merchant/4012525167 */
function again(trade: Trade, product: Product, request: V3OrderRequest, now: number): Trade {
  const answer = trades.reorder(trade, product, request, now)
  switch (answer.kind) {
    case 'again':
      return trades.withFreshPrepay(trade, createPrepayId(now), now)
    case 'different':
      throw new V3Refusal('REENTRY', '请求重入时，参数与首次请求时不一致')
    case 'paid':
      throw new V3Refusal('ORDERPAID', '该订单已支付')
    case 'closed':
      throw new V3Refusal('ORDER_CLOSED', '订单已关闭')
    case 'other-product':
      throw new V3Refusal('OUT_TRADE_NO_USED', '商户订单号重复')
    case 'expired':
      throw new V3Refusal('ORDER_INVALID', '该订单已失效')
  }
}

/** The plaintext of a payment notification is the transaction as a query shows it; it is encrypted once, for all attempts. */
function createNotice(trade: Trade, merchant: KnownMerchant, now: number): Notice {
  const id = randomUUID()
  const nonce = randomAlphanumeric(12)
  const associated_data = 'transaction'
  const plaintext = JSON.stringify(trades.toTransaction(trade, toBeijingTime))
  // The order of the keys is that of real traffic: receivers must not depend on another one.
  const body: V3Notification = {
    summary: '支付成功',
    event_type: 'TRANSACTION.SUCCESS',
    create_time: toBeijingTime(now),
    resource: {
      original_type: 'transaction',
      algorithm: 'AEAD_AES_256_GCM',
      ciphertext: encryptAesGcm({ key: merchant.apiV3Key, nonce, associatedData: associated_data }, plaintext),
      associated_data,
      nonce,
    },
    resource_type: 'encrypt-resource',
    id,
  }
  return {
    id,
    mchid: trade.mchid,
    out_trade_no: trade.out_trade_no,
    notify_url: trade.order?.notify_url ?? '',
    event_type: body.event_type,
    created_at: now,
    body: JSON.stringify(body),
    attempts: [],
    scheduled_attempts: 0,
    next_attempt_at: now,
  }
}

const digitsOf = (ms: number): string => toBeijingTime(ms).replace(/\D/g, '').slice(0, 14)

/** `wx`, Beijing day and time, hex: 36 characters, and in the order of time, which keeps the index small. */
function createPrepayId(now: number): string {
  return `wx${digitsOf(now)}${takeRandomBytes(10).toString('hex')}`
}

/** 28 digits that begin with 42, the day inside. */
function createTransactionId(now: number): string {
  const random = `${randomInt(0, 100_000_000)}`.padStart(8, '0') + `${randomInt(0, 10_000_000)}`.padStart(7, '0')
  return `42${'00'}${digitsOf(now).slice(0, 8)}${random}${randomInt(0, 10)}`
}
