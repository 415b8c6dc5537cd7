import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { ApiErrorBody } from '../../src/contract/errors'
import type { OwnerEvent } from '../../mock-server/merchant/jobs/hook-work'
import type { V3RefundResource } from '../../mock-server/wire/v3-refund-types'
import { nextRequestId, openShop, type Shop } from './support/shop'

/** What is written down for the outside world, against a WeChat Pay that misbehaves. */

interface Jobs {
  readonly jobs: readonly {
    id: number
    kind: string
    status: string
    subject: string
    note: string | null
    tries: number
  }[]
}
interface Held {
  readonly held: readonly { id: number; reason: string; orderNo: string | null }[]
}

const refundLine = 'POST /v3/refund/domestic/refunds'
let shop: Shop
const hooked: OwnerEvent[] = []
let hookFailures = 0
const ownerHook = async (event: OwnerEvent) => {
  if (hookFailures-- > 0) throw new Error('The warehouse is closed.')
  hooked.push(event)
}

beforeEach(async () => {
  hooked.length = 0
  hookFailures = 0
  shop = await openShop({ ownerHook })
})
afterEach(() => shop.close())

const jobs = async (query = '') => (await shop.operator<Jobs>(`/operator/jobs${query}`)).jobs
const held = async () => (await shop.operator<Held>('/operator/held')).held
const pay = (outTradeNo: string, change = {}) => shop.notify(shop.wechat.notice(shop.wechat.paid(outTradeNo, change)))
const sentRefunds = () => shop.wechat.requests.filter(({ line }) => line === refundLine)

/** An answer as WeChat Pay gives it to the refund that was sent last. */
function refundOf(body: Record<string, unknown>, status: string, outTradeNo: string, change: object = {}) {
  const amount = body.amount as { refund: number; total: number }
  return {
    refund_id: `503${String(body.out_refund_no)}`,
    out_refund_no: body.out_refund_no,
    transaction_id: body.transaction_id,
    out_trade_no: outTradeNo,
    channel: 'ORIGINAL',
    user_received_account: '支付用户零钱',
    create_time: '2026-11-21T10:00:00+08:00',
    status,
    amount: { ...amount, payer_total: amount.total, payer_refund: amount.refund, currency: 'CNY' },
    ...change,
  }
}

/** An order that was paid after it was closed: the shop owes a refund. */
async function paidAfterClose() {
  const placed = await shop.placed()
  const { token, order, outTradeNo } = placed
  await shop.call('POST', `/api/orders/${order.orderNo}/cancel`, { token })
  const transactionId = '4200000000000000000000000042'
  expect((await pay(outTradeNo, { transaction_id: transactionId })).status).toBe(204)
  return { ...placed, transactionId, refundNo: `R${outTradeNo}` }
}

const planned = (refundNo: string, transactionId: string) => ({
  out_refund_no: refundNo,
  transaction_id: transactionId,
  amount: { refund: 9600, total: 9600 },
})

describe('money that came after the close', () => {
  it('is refunded in full without a person, and the payer sees it', async () => {
    const { token, order, outTradeNo, refundNo, transactionId } = await paidAfterClose()
    expect(await shop.detail(token, order.orderNo)).toMatchObject({
      status: 'closed',
      refund: { refundNo, status: 'approved', cause: 'paidAfterClose', amountFen: 9600 },
    })
    const body = planned(refundNo, transactionId)
    shop.wechat.respond(refundLine, { body: refundOf(body, 'PROCESSING', outTradeNo) })
    await shop.merchant.sweep()
    expect(sentRefunds()).toMatchObject([
      {
        isSignedRight: true,
        body: {
          ...body,
          amount: { refund: 9600, total: 9600, currency: 'CNY' },
          notify_url: 'https://shop.example/notify/wechat',
        },
      },
    ])
    const success = refundOf(body, 'SUCCESS', outTradeNo, { success_time: '2026-11-21T10:00:05+08:00' })
    shop.wechat.respond(`GET /v3/refund/domestic/refunds/${refundNo}`, { body: success })
    shop.clock.advance(6)
    await shop.merchant.sweep()
    expect(await shop.detail(token, order.orderNo)).toMatchObject({
      status: 'closed',
      refundedFen: 0,
      refunds: [{ status: 'succeeded', account: '支付用户零钱' }],
    })
    shop.clock.advance(86_400)
    await shop.merchant.sweep()
    expect(sentRefunds()).toHaveLength(1)
    expect(await jobs('?status=done')).toHaveLength(1)
  })

  it('goes back once when every answer is lost: each try has the same number and the same content', async () => {
    const { outTradeNo, refundNo, transactionId } = await paidAfterClose()
    shop.wechat.respond(refundLine, { status: 500, body: { code: 'SYSTEM_ERROR', message: '系统错误' } }, 2)
    for (const seconds of [0, 11, 31]) {
      shop.clock.advance(seconds)
      if (seconds === 31) {
        shop.wechat.respond(refundLine, { body: refundOf(planned(refundNo, transactionId), 'SUCCESS', outTradeNo) })
      }
      await shop.merchant.sweep()
    }
    const bodies = sentRefunds().map(({ body }) => JSON.stringify(body))
    expect([bodies.length, new Set(bodies).size]).toEqual([3, 1])
    expect((await jobs())[0]).toMatchObject({ kind: 'refund', subject: refundNo, status: 'done' })
  })

  it('is believed to be back when WeChat Pay refuses the repeat but knows the refund', async () => {
    const { token, order, outTradeNo, refundNo, transactionId } = await paidAfterClose()
    shop.wechat.respond(refundLine, { status: 400, body: { code: 'INVALID_REQUEST', message: '订单已全额退款' } })
    shop.wechat.respond(`GET /v3/refund/domestic/refunds/${refundNo}`, {
      body: refundOf(planned(refundNo, transactionId), 'SUCCESS', outTradeNo),
    })
    await shop.merchant.sweep()
    expect((await shop.detail(token, order.orderNo)).refund).toMatchObject({ status: 'succeeded' })
  })

  it('waits for a person when the refusal of WeChat Pay is final, and goes out when that person retries', async () => {
    const { outTradeNo, refundNo, transactionId } = await paidAfterClose()
    shop.wechat.respond(refundLine, { status: 403, body: { code: 'NO_AUTH', message: '商户号无权限' } })
    shop.wechat.respond('GET /v3/refund', {
      status: 404,
      body: { code: 'RESOURCE_NOT_EXISTS', message: '退款单不存在' },
    })
    await shop.merchant.sweep()
    const [dead] = await jobs('?status=dead')
    expect(dead).toMatchObject({ kind: 'refund', tries: 1 })
    expect(dead!.note).toContain('NO_AUTH')
    shop.clock.advance(86_400)
    await shop.merchant.sweep()
    expect(sentRefunds()).toHaveLength(1)
    shop.wechat.respond(refundLine, { body: refundOf(planned(refundNo, transactionId), 'SUCCESS', outTradeNo) })
    expect((await shop.operate(`/operator/jobs/${dead!.id}/retry`)).status).toBe(200)
    expect((await shop.operate(`/operator/jobs/${dead!.id}/retry`)).status).toBe(409)
    expect((await shop.operate('/operator/jobs/999/retry')).status).toBe(404)
    await shop.merchant.sweep()
    expect(await jobs('?status=dead')).toEqual([])
    expect(sentRefunds()).toHaveLength(2)
  })

  it('is held when WeChat Pay speaks of another amount', async () => {
    const { token, order, outTradeNo, refundNo, transactionId } = await paidAfterClose()
    const body = { ...planned(refundNo, transactionId), amount: { refund: 9599, total: 9600 } }
    shop.wechat.respond(refundLine, { body: refundOf(body, 'SUCCESS', outTradeNo) })
    await shop.merchant.sweep()
    expect(await held()).toMatchObject([{ reason: 'REFUND_MISMATCH' }])
    expect((await shop.detail(token, order.orderNo)).refund).toMatchObject({ status: 'approved' })
  })

  it('of an answer with a wrong signature is asked for again', async () => {
    const { token, order, outTradeNo, refundNo, transactionId } = await paidAfterClose()
    const answer = { body: refundOf(planned(refundNo, transactionId), 'SUCCESS', outTradeNo) }
    shop.wechat.respond(refundLine, { ...answer, sign: 'wrong' })
    await shop.merchant.sweep()
    expect((await shop.detail(token, order.orderNo)).refund).toMatchObject({ status: 'approved' })
    shop.wechat.respond(refundLine, answer)
    shop.clock.advance(11)
    await shop.merchant.sweep()
    expect((await shop.detail(token, order.orderNo)).refund).toMatchObject({ status: 'succeeded' })
  })
})

describe('a notification of a refund', () => {
  async function processing() {
    const paid = await paidAfterClose()
    const { outTradeNo, refundNo, transactionId } = paid
    const body = planned(refundNo, transactionId)
    shop.wechat.respond(refundLine, { body: refundOf(body, 'PROCESSING', outTradeNo) })
    await shop.merchant.sweep()
    const resource: V3RefundResource = {
      mchid: shop.wechat.mchid,
      transaction_id: transactionId,
      out_trade_no: outTradeNo,
      refund_id: `503${refundNo}`,
      out_refund_no: refundNo,
      refund_status: 'SUCCESS',
      success_time: '2026-11-21T10:00:05+08:00',
      user_received_account: '招商银行信用卡0403',
      amount: { total: 9600, refund: 9600, payer_total: 9600, payer_refund: 9600 },
    }
    const status = async () => (await shop.detail(paid.token, paid.order.orderNo)).refund?.status
    return { ...paid, resource, status }
  }
  const eventType = 'REFUND.SUCCESS'

  it('ends it, once', async () => {
    const { token, order, resource } = await processing()
    const notice = shop.wechat.notice(resource, { eventType })
    expect([(await shop.notify(notice)).status, (await shop.notify(notice)).status]).toEqual([204, 204])
    expect((await shop.detail(token, order.orderNo)).refunds).toMatchObject([
      { status: 'succeeded', account: '招商银行信用卡0403' },
    ])
  })

  it.each([
    ['tampered', { tamper: (body: string) => body.replace('SUCCESS', 'SUCCES5') }, 401],
    ['unsigned', { without: 'Wechatpay-Signature' }, 401],
    ['301 seconds old', { ageSec: 301 }, 401],
    ['sealed with another key', { apiV3Key: 'x'.repeat(32) }, 500],
  ])('that is %s changes nothing', async (_name, change, answered) => {
    const { resource, status } = await processing()
    expect((await shop.notify(shop.wechat.notice(resource, { eventType, ...change }))).status).toBe(answered)
    expect(await status()).toBe('processing')
    expect((await shop.notify(shop.wechat.notice(resource, { eventType }))).status).toBe(204)
    expect(await status()).toBe('succeeded')
  })

  it('of a number that we do not know is kept, and of another amount is held', async () => {
    const { resource, status } = await processing()
    const unknown = shop.wechat.notice({ ...resource, out_refund_no: 'RF-BY-HAND' }, { eventType })
    expect((await shop.notify(unknown)).status).toBe(204)
    const wrong = shop.wechat.notice({ ...resource, amount: { ...resource.amount, refund: 1 } }, { eventType })
    expect((await shop.notify(wrong)).status).toBe(204)
    expect(await held()).toMatchObject([{ reason: 'REFUND_MISMATCH' }])
    expect(await status()).toBe('processing')
  })
})

describe('a trade that was refunded by hand in WeChat Pay’s console', () => {
  it('is not a payment: the order is held, nothing is fulfilled, nothing is given back twice', async () => {
    const { token, order, outTradeNo } = await shop.placed()
    shop.wechat.trades.set(outTradeNo, shop.wechat.paid(outTradeNo, { trade_state: 'REFUND' }))
    shop.clock.advance(31)
    await shop.merchant.sweep()
    expect(await shop.detail(token, order.orderNo)).toMatchObject({ status: 'held', fulfilment: 'none', refunds: [] })
    const [hold] = await held()
    expect(hold).toMatchObject({ reason: 'ALREADY_REFUNDED', orderNo: order.orderNo })
    const resolve = (decision: string) => shop.operate<ApiErrorBody>(`/operator/held/${hold!.id}/resolve`, { decision })
    expect([(await resolve('accept')).status, (await resolve('refund')).status]).toEqual([409, 409])
    expect((await resolve('dismiss')).status).toBe(200)
    expect((await shop.detail(token, order.orderNo)).status).toBe('closed')
    expect([sentRefunds(), hooked]).toEqual([[], []])
  })
})

describe('a held payment', () => {
  it('of another amount goes back when a person says so, and the order ends', async () => {
    const { token, order, outTradeNo } = await shop.placed()
    const paid = shop.wechat.paid(outTradeNo, { transaction_id: '42H' })
    await shop.notify(shop.wechat.notice({ ...paid, amount: { ...paid.amount, total: 9599 } }))
    const [hold] = await held()
    expect((await shop.operate(`/operator/held/${hold!.id}/resolve`, { decision: 'accept' })).status).toBe(409)
    expect(
      (await shop.operate(`/operator/held/${hold!.id}/resolve`, { decision: 'refund', note: '金额不符' })).status,
    ).toBe(200)
    expect((await shop.operate(`/operator/held/${hold!.id}/resolve`, { decision: 'refund' })).status).toBe(409)
    await shop.merchant.sweep()
    expect(sentRefunds()).toMatchObject([{ body: { transaction_id: '42H', amount: { refund: 9599, total: 9599 } } }])
    expect(await shop.detail(token, order.orderNo)).toMatchObject({ status: 'closed', refund: { cause: 'held' } })
  })

  it('of another app is delivered when a person accepts it', async () => {
    const { token, order, outTradeNo } = await shop.placed()
    await pay(outTradeNo, { appid: 'wx0000000000000000' })
    const [hold] = await held()
    expect((await shop.operate(`/operator/held/${hold!.id}/resolve`, { decision: 'accept' })).status).toBe(200)
    expect(await shop.detail(token, order.orderNo)).toMatchObject({ status: 'paid', fulfilment: 'preparing' })
    await shop.merchant.sweep()
    expect(hooked).toHaveLength(1)
  })
})

describe('the owner’s own step', () => {
  it('is done once for each payment, also when it fails at first', async () => {
    hookFailures = 2
    const { order, outTradeNo } = await shop.placed()
    const transaction = shop.wechat.paid(outTradeNo)
    await Promise.all([1, 2, 3].map(() => shop.notify(shop.wechat.notice(transaction))))
    for (const seconds of [0, 11, 31, 61]) {
      shop.clock.advance(seconds)
      await shop.merchant.sweep()
    }
    expect(hooked.map(({ order: { orderNo } }) => orderNo)).toEqual([order.orderNo])
    expect(await jobs()).toMatchObject([{ kind: 'hook', status: 'done' }])
  })

  it('is dead after a day and a half of failing, and a person sees it', async () => {
    hookFailures = 1000
    await pay((await shop.placed()).outTradeNo)
    for (let hours = 0; hours < 60; hours++) {
      await shop.merchant.sweep()
      shop.clock.advance(3600)
    }
    expect(await jobs('?status=dead')).toMatchObject([{ kind: 'hook', tries: 12, note: 'The warehouse is closed.' }])
  })

  it('is not lost when the shop is stopped before it was done', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'outbox-'))
    const dataFile = path.join(folder, 'shop.db')
    const first = await openShop({ ownerHook, dataFile })
    const { outTradeNo } = await first.placed()
    await first.notify(first.wechat.notice(first.wechat.paid(outTradeNo)))
    await first.close()
    expect(hooked).toEqual([])
    const second = await openShop({ ownerHook, dataFile })
    await second.merchant.sweep()
    expect(hooked).toHaveLength(1)
    await second.close()
    rmSync(folder, { recursive: true })
  })
})

describe('small refunds', () => {
  it('need nobody where the shop says so, and only as long as the goods are in the house', async () => {
    const own = await openShop({ automaticRefundMaxFen: 1000 })
    const { token, order, outTradeNo } = await own.placed()
    await own.notify(own.wechat.notice(own.wechat.paid(outTradeNo)))
    const ask = (amountFen: number) =>
      own.call<{ order: { refund: { status: string } } }>('POST', `/api/orders/${order.orderNo}/refunds`, {
        token,
        body: { requestId: nextRequestId(), reason: '差价', amountFen },
      })
    expect((await ask(1000)).body.order.refund.status).toBe('approved')
    const other = await own.placed()
    await own.notify(own.wechat.notice(own.wechat.paid(other.outTradeNo)))
    const large = await own.call<{ order: { refund: { status: string } } }>(
      'POST',
      `/api/orders/${other.order.orderNo}/refunds`,
      {
        token,
        body: { requestId: nextRequestId(), reason: '差价', amountFen: 1001 },
      },
    )
    expect(large.body.order.refund.status).toBe('requested')
    await own.close()
  })
})

describe('the operator API', () => {
  it('refuses a caller without a token, and what it does not know', async () => {
    for (const target of [
      '/operator/refunds',
      '/operator/held',
      '/operator/jobs',
      '/operator/orders/SC261121-AAAAAAAA',
    ]) {
      const answer = await fetch(shop.merchant.operatorUrl + target)
      expect([target, answer.status]).toEqual([target, 401])
    }
    expect((await shop.operate('/operator/refunds/RF1/approve')).status).toBe(404)
    expect((await shop.operate('/operator/held/1/resolve', { decision: 'keep' })).status).toBe(400)
    expect((await shop.operate('/operator/held/0/resolve', { decision: 'dismiss' })).status).toBe(400)
    expect((await shop.call('GET', '/operator/refunds')).status).toBe(404)
  })
})
