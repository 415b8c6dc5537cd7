import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openSqlite } from '../../mock-server/kit/sqlite'
import type { NoticeChange } from './support/fake-wechat'
import { openShop, type Shop } from './support/shop'

let shop: Shop

beforeEach(async () => {
  shop = await openShop()
})
afterEach(() => shop.close())

const statusOf = async ({ token, order }: Awaited<ReturnType<Shop['placed']>>) =>
  (await shop.status(token, order.orderNo)).status

describe('a notification that is not WeChat Pay’s, or not fresh', () => {
  const refused: Record<string, NoticeChange> = {
    'is changed after signing': { tamper: (body) => body.replace('SUCCESS', 'success') },
    'gained a space after signing': { tamper: (body) => `${body} ` },
    'is 301 seconds old': { ageSec: 301 },
    'is 301 seconds ahead': { ageSec: -302 },
    'names an unknown serial': { serial: 'F'.repeat(40) },
    'is a signature probe': { signature: 'WECHATPAY/SIGNTEST/AAAA' },
    'has a signature that is no base64': { signature: '*' },
    'has no signature': { without: 'Wechatpay-Signature' },
    'has no timestamp': { without: 'Wechatpay-Timestamp' },
    'has no nonce': { without: 'Wechatpay-Nonce' },
    'has no serial': { without: 'Wechatpay-Serial' },
  }
  it.each(Object.entries(refused))('is refused with 401 when it %s', async (_name, change) => {
    const placed = await shop.placed()
    const answer = await shop.notify(shop.wechat.notice(shop.wechat.paid(placed.outTradeNo), change))
    expect(answer.status).toBe(401)
    expect(answer.body).toMatchObject({ code: 'FAIL' })
    expect(await statusOf(placed)).toBe('pending')
  })

  it('leaves nothing behind: the same notification with its right signature settles', async () => {
    const placed = await shop.placed()
    const trade = shop.wechat.paid(placed.outTradeNo)
    await shop.notify(shop.wechat.notice(trade, { id: 'EV-1', signature: 'WECHATPAY/SIGNTEST/AAAA' }))
    const answer = await shop.notify(shop.wechat.notice(trade, { id: 'EV-1' }))
    expect(answer.status).toBe(204)
    expect(await statusOf(placed)).toBe('paid')
  })

  it('is refused before anything is parsed when it has no signature at all', async () => {
    const answer = await shop.call('POST', '/notify/wechat', { raw: '<xml>' })
    expect(answer).toMatchObject({ status: 401, body: { code: 'FAIL' } })
  })

  it('is refused with its status when it is too large', async () => {
    const answer = await shop.call('POST', '/notify/wechat', { raw: 'x'.repeat(70_000) })
    expect(answer).toMatchObject({ status: 413, body: { code: 'FAIL' } })
  })

  it('makes us look for new certificates once, not each time', async () => {
    const placed = await shop.placed()
    const before = shop.wechat.count('GET /v3/certificates')
    for (let n = 0; n < 5; n++) {
      await shop.notify(shop.wechat.notice(shop.wechat.paid(placed.outTradeNo), { serial: 'F'.repeat(40) }))
    }
    expect(shop.wechat.count('GET /v3/certificates') - before).toBeLessThanOrEqual(1)
  })

  it('makes us look for new certificates once in ten seconds, also while they cannot be had', async () => {
    const limited = { status: 429, body: { code: 'FREQUENCY_LIMITED', message: 'no' } }
    for (let n = 0; n < 300; n++) shop.wechat.respond('GET /v3/certificates', limited)
    const before = shop.wechat.count('GET /v3/certificates')
    const strange = () => shop.wechat.notice(shop.wechat.paid('SC000000-AAAAAAAA-01'), { serial: 'F'.repeat(40) })
    const answers = await Promise.all(Array.from({ length: 250 }, () => shop.notify(strange())))
    for (let n = 0; n < 250; n++) answers.push(await shop.notify(strange()))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([500]))
    expect(shop.wechat.count('GET /v3/certificates') - before).toBe(1)
    shop.advanceTransport(10)
    await shop.notify(strange())
    expect(shop.wechat.count('GET /v3/certificates') - before).toBe(2)
  })
})

describe('a verified notification', () => {
  it('is taken when it is 299 seconds old', async () => {
    const placed = await shop.placed()
    const answer = await shop.notify(shop.wechat.notice(shop.wechat.paid(placed.outTradeNo), { ageSec: 299 }))
    expect(answer.status).toBe(204)
    expect(await statusOf(placed)).toBe('paid')
  })

  it('settles once when it arrives twice, and when several servers send it at once', async () => {
    const placed = await shop.placed()
    const trade = shop.wechat.paid(placed.outTradeNo)
    const notice = shop.wechat.notice(trade)
    const answers = await Promise.all([
      ...Array.from({ length: 5 }, () => shop.notify(notice)),
      ...Array.from({ length: 5 }, () => shop.notify(shop.wechat.notice(trade))),
    ])
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(204))
    const paid = await shop.status(placed.token, placed.order.orderNo)
    expect((await shop.notify(notice)).status).toBe(204)
    expect(await shop.status(placed.token, placed.order.orderNo)).toEqual(paid)
  })

  it('holds the order when the amount is off by one fen', async () => {
    const placed = await shop.placed()
    const trade = shop.wechat.paid(placed.outTradeNo, { amount: { total: 9599, currency: 'CNY' } })
    expect((await shop.notify(shop.wechat.notice(trade))).status).toBe(204)
    expect(await statusOf(placed)).toBe('held')
  })

  it.each([
    ['with a voucher', 9100, 9100],
    ['by an amount that is none', '91.00', null],
  ])('settles the price whatever the payer paid: %s', async (_what, payer_total, payerFen) => {
    const placed = await shop.placed()
    const amount = { total: 9600, payer_total: payer_total as number, currency: 'CNY', payer_currency: 'CNY' }
    const trade = shop.wechat.paid(placed.outTradeNo, { amount })
    expect((await shop.notify(shop.wechat.notice(trade))).status).toBe(204)
    expect(await statusOf(placed)).toBe('paid')
    expect(await shop.operator(`/operator/orders/${placed.order.orderNo}`)).toMatchObject({ payerFen })
  })

  it('holds the order when the cash is the price', async () => {
    const placed = await shop.placed()
    const trade = shop.wechat.paid(placed.outTradeNo, { amount: { total: 9100, payer_total: 9100, currency: 'CNY' } })
    await shop.notify(shop.wechat.notice(trade))
    expect(await statusOf(placed)).toBe('held')
  })

  it('holds the order when the currency is another', async () => {
    const placed = await shop.placed()
    const trade = shop.wechat.paid(placed.outTradeNo, { amount: { total: 9600, currency: 'HKD' } })
    expect((await shop.notify(shop.wechat.notice(trade))).status).toBe(204)
    expect(await statusOf(placed)).toBe('held')
  })

  it('holds the order when the money came through another app', async () => {
    const placed = await shop.placed()
    const trade = shop.wechat.paid(placed.outTradeNo, { appid: 'wx0000000000000000' })
    expect((await shop.notify(shop.wechat.notice(trade))).status).toBe(204)
    expect(await statusOf(placed)).toBe('held')
  })

  it('fulfils nothing when the money went to another merchant number', async () => {
    const placed = await shop.placed()
    const trade = shop.wechat.paid(placed.outTradeNo, { mchid: '1900000999' })
    expect((await shop.notify(shop.wechat.notice(trade))).status).toBe(204)
    expect(await statusOf(placed)).toBe('pending')
  })

  it('is kept when nobody knows its number', async () => {
    const answer = await shop.notify(shop.wechat.notice(shop.wechat.paid('SC000000-AAAAAAAA-01')))
    expect(answer.status).toBe(204)
  })

  it('changes nothing when its state is not SUCCESS', async () => {
    const placed = await shop.placed()
    const trade = { ...shop.wechat.paid(placed.outTradeNo), trade_state: 'NOTPAY' as const }
    expect((await shop.notify(shop.wechat.notice(trade))).status).toBe(204)
    expect(await statusOf(placed)).toBe('pending')
  })

  it('changes nothing when it is about something else', async () => {
    const placed = await shop.placed()
    const notice = shop.wechat.notice(shop.wechat.paid(placed.outTradeNo), { eventType: 'COUPON.USE' })
    expect((await shop.notify(notice)).status).toBe(204)
    expect(await statusOf(placed)).toBe('pending')
  })

  it.each(['transaction', 'profitsharing'])(
    'changes nothing when it tells under the event of payments that money was shared (original_type %s)',
    async (originalType) => {
      const placed = await shop.placed()
      const share = {
        mchid: '1900000109',
        transaction_id: '4200000000202611280000000000',
        order_id: '3008450740201411110007820472',
        out_order_no: placed.outTradeNo,
        receiver: { type: 'MERCHANT_ID', account: '1900000110', amount: 100, description: '分给商户' },
        success_time: '2026-11-28T14:31:52+08:00',
      }
      expect((await shop.notify(shop.wechat.notice(share, { originalType }))).status).toBe(204)
      expect(await statusOf(placed)).toBe('pending')
    },
  )

  it('changes nothing when it is the echo of a self-test', async () => {
    const change = { eventType: 'SECURITY_ECHO.SUCCESS', originalType: 'security' }
    expect((await shop.notify(shop.wechat.notice({ echo_message: 'hello' }, change))).status).toBe(204)
  })

  it('is asked for again when our APIv3 key cannot open it', async () => {
    const placed = await shop.placed()
    const notice = shop.wechat.notice(shop.wechat.paid(placed.outTradeNo), { apiV3Key: 'k'.repeat(32) })
    expect(await shop.notify(notice)).toMatchObject({ status: 500, body: { code: 'FAIL' } })
  })

  it('is asked for again when the certificates cannot be had', async () => {
    shop.wechat.respond('GET /v3/certificates', { status: 500, body: { code: 'SYSTEM_ERROR', message: 'no' } })
    const notice = shop.wechat.notice(shop.wechat.paid('SC000000-AAAAAAAA-01'))
    expect((await shop.notify(notice)).status).toBe(500)
    // A stranger cannot make us ask again and again.
    expect((await shop.notify(notice)).status).toBe(500)
    shop.advanceTransport(10)
    expect((await shop.notify(notice)).status).toBe(204)
  })

  it('refuses certificates whose list is not signed by one of them', async () => {
    shop.wechat.respond('GET /v3/certificates', { body: { data: [] } })
    const notice = shop.wechat.notice(shop.wechat.paid('SC000000-AAAAAAAA-01'))
    expect((await shop.notify(notice)).status).toBe(500)
  })
})

describe('when our own store fails', () => {
  it('says so, so that the notification comes again, and settles then', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'shop-'))
    const dataFile = path.join(folder, 'shop.db')
    const other = await openShop({ dataFile })
    try {
      const placed = await other.placed()
      const notice = other.wechat.notice(other.wechat.paid(placed.outTradeNo))
      const database = openSqlite(dataFile)
      database.exec('ALTER TABLE notices RENAME TO lost')
      expect(await other.notify(notice)).toMatchObject({ status: 500, body: { code: 'FAIL' } })
      database.exec('ALTER TABLE lost RENAME TO notices')
      database.close()
      expect((await other.status(placed.token, placed.order.orderNo)).status).toBe('pending')
      expect((await other.notify(notice)).status).toBe(204)
      expect((await other.status(placed.token, placed.order.orderNo)).status).toBe('paid')
    } finally {
      await other.close()
      rmSync(folder, { recursive: true })
    }
  })
})
