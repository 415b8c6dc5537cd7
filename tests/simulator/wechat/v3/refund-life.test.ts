import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import {
  createAppIdentity,
  createMerchantIdentity,
  createPlatformIdentity,
  type AppIdentity,
  type MerchantIdentity,
  type PlatformIdentity,
} from '../../../../mock-server/simulator/wechat/identity'
import { createWechatWorld, type WechatWorld } from '../../support/wechat-world'

const refunds = '/v3/refund/domestic/refunds'
const amount = (refund: number): object => ({ refund, total: 8800, currency: 'CNY' })

/** A paid order of 88 yuan. */
async function paidOrder(world: WechatWorld): Promise<string> {
  const number = await world.order()
  await world.wechat.pay(world.mchid, number)
  await world.wechat.settled()
  return number
}

/** Keys are made once: the worlds here are many. */
let keys: { platform: PlatformIdentity; apps: AppIdentity[]; merchants: MerchantIdentity[] }
beforeAll(async () => {
  const app = createAppIdentity()
  keys = {
    platform: await createPlatformIdentity(),
    apps: [app],
    merchants: [await createMerchantIdentity({ appids: [app.appid] })],
  }
})

describe('where a refund is told', () => {
  it.each([
    [
      'the merchant’s platform setting',
      { refundNotifyUrl: 'https://shop.example/notify/setting' },
      ['/notify/setting'],
    ],
    ['nowhere', {}, []],
  ])('is %s, where it names no address', async (_case, setting, urls) => {
    const merchants = keys.merchants.map((merchant) => ({ ...merchant, ...setting }))
    const world = await createWechatWorld({ ...keys, merchants, refundTakesMs: 60_000 })
    try {
      const out_trade_no = await paidOrder(world)
      await world.merchant.post(refunds, { out_trade_no, out_refund_no: 'r', amount: amount(1) })
      const before = world.receiver.received.length
      await world.wechat.advance(60)
      expect(world.receiver.received.slice(before).map(({ url }) => url)).toEqual(urls)
      expect((await world.merchant.get(`${refunds}/r`)).json).toMatchObject({ status: 'SUCCESS' })
    } finally {
      await world.stop()
    }
  })
})

describe('the moment a trade turns to REFUND', () => {
  it('is the refund’s success, where refundStateAt says so', async () => {
    const world = await createWechatWorld({ ...keys, refundTakesMs: 60_000, refundStateAt: 'success' })
    try {
      const out_trade_no = await paidOrder(world)
      await world.merchant.post(refunds, { out_trade_no, out_refund_no: 'r', amount: amount(1) })
      expect((await world.query(out_trade_no)).json).toMatchObject({ trade_state: 'SUCCESS' })
      await world.wechat.advance(60)
      expect((await world.query(out_trade_no)).json).toMatchObject({ trade_state: 'REFUND' })
    } finally {
      await world.stop()
    }
  })
})

describe('a restart', () => {
  it('forgets no refund: what fell due meanwhile ends and is told; a reset forgets all', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'refunds-'))
    let wall = Date.parse('2026-11-20T12:00:00+08:00')
    const options = { ...keys, dataFile: path.join(folder, 'wechat.db'), wall: { now: () => wall } }
    const first = await createWechatWorld({ ...options, refundTakesMs: 3_600_000 })
    const out_trade_no = await paidOrder(first)
    await first.merchant.post(refunds, { out_trade_no, out_refund_no: 'r', amount: amount(1) })
    await first.stop()
    wall += 3_599_000
    const second = await createWechatWorld(options)
    try {
      await second.wechat.settled()
      expect((await second.merchant.get(`${refunds}/r`)).json).toMatchObject({ status: 'PROCESSING' })
      wall += 1000
      await second.wechat.settled()
      expect((await second.merchant.get(`${refunds}/r`)).json).toMatchObject({
        status: 'SUCCESS',
        success_time: '2026-11-20T13:00:00+08:00',
      })
      await second.control('POST', '/control/reset', {})
      expect((await second.merchant.get(`${refunds}/r`)).status).toBe(404)
      expect((await second.control('GET', '/control/refunds')).json).toEqual({ refunds: [], next: null })
    } finally {
      await second.stop()
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

describe('the wall clock', () => {
  it('alone brings a refund to its end, where nobody advances time', async () => {
    const world = await createWechatWorld({ ...keys, refundTakesMs: 20 })
    try {
      const settled = new Promise<void>((resolve) => {
        world.receiver.answerWith((response, { url }) => {
          response.writeHead(204).end()
          if (url === '/notify/refund') resolve()
        })
      })
      const out_trade_no = await paidOrder(world)
      const notify_url = 'https://shop.example/notify/refund'
      await world.merchant.post(refunds, { out_trade_no, out_refund_no: 'r', amount: amount(1), notify_url })
      await settled
      expect((await world.merchant.get(`${refunds}/r`)).json).toMatchObject({ status: 'SUCCESS' })
    } finally {
      await world.stop()
    }
  })
})
