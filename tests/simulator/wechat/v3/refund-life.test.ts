import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openSqlite } from '../../../../mock-server/kit/sqlite'
import {
  createAppIdentity,
  createMerchantIdentity,
  createPlatformIdentity,
  type AppIdentity,
  type MerchantIdentity,
  type PlatformIdentity,
} from '../../../../mock-server/simulator/wechat/identity'
import { openNotice, openV2RefundNotice } from '../../support/open-notice'
import { v2Accept } from '../../support/v2-client'
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

describe('where a refund is told, and in which form', () => {
  const console = 'https://shop.example/notify/console'
  const own = 'https://shop.example/notify/refund'
  const withConsole = () => keys.merchants.map((merchant) => ({ ...merchant, refundNotifyUrl: console }))
  const received = ({ receiver }: WechatWorld) => receiver.received.filter(({ url }) => url !== '/notify/wechat')

  it('is the console’s address, in V2’s form and with V2’s acknowledgement, where it names no address', async () => {
    const world = await createWechatWorld({ ...keys, merchants: withConsole(), refundTakesMs: 60_000 })
    try {
      const out_trade_no = await paidOrder(world)
      await world.merchant.post(refunds, { out_trade_no, out_refund_no: 'r', amount: amount(1) })
      await world.wechat.advance(60)
      const [first] = received(world)
      expect(first).toMatchObject({ url: '/notify/console', headers: { 'content-type': 'text/xml' } })
      expect(first!.headers).not.toHaveProperty('wechatpay-signature')
      const { fields, says } = openV2RefundNotice(first!, keys.merchants[0]!.apiKey)
      expect(fields).toEqual({
        return_code: 'SUCCESS',
        appid: world.appid,
        mch_id: world.mchid,
        nonce_str: expect.stringMatching(/^\w{32}$/),
      })
      const { json } = await world.merchant.get(`${refunds}/r`)
      expect(json).toMatchObject({ status: 'SUCCESS' })
      expect(says).toMatchObject({
        out_trade_no,
        out_refund_no: 'r',
        refund_id: json['refund_id'],
        refund_fee: '1',
        refund_status: 'SUCCESS',
      })
      // A receiver of V3 answers 204, which V2 does not take for an acknowledgement.
      world.receiver.answerWith((response) => response.end(v2Accept))
      await world.wechat.advance(3600)
      expect(received(world)).toHaveLength(2)
      const shown = await world.control('GET', `/control/refunds/${world.mchid}/r`)
      expect(shown.json).toMatchObject({ notify_url: console, notice_form: 'v2', api: 'v3' })
    } finally {
      await world.stop()
    }
  })

  it('is its own address in V3’s form, whatever the console says', async () => {
    const world = await createWechatWorld({ ...keys, merchants: withConsole(), refundTakesMs: 60_000 })
    try {
      const out_trade_no = await paidOrder(world)
      await world.merchant.post(refunds, { out_trade_no, out_refund_no: 'r', amount: amount(1), notify_url: own })
      await world.wechat.advance(60)
      const [first, ...others] = received(world)
      expect([first!.url, others]).toEqual(['/notify/refund', []])
      expect(openNotice(first!, keys.merchants[0]!.apiV3Key)).toMatchObject({ event_type: 'REFUND.SUCCESS' })
    } finally {
      await world.stop()
    }
  })

  it('is nowhere, where neither names an address', async () => {
    const world = await createWechatWorld({ ...keys, refundTakesMs: 60_000 })
    try {
      const out_trade_no = await paidOrder(world)
      await world.merchant.post(refunds, { out_trade_no, out_refund_no: 'r', amount: amount(1) })
      await world.wechat.advance(60)
      expect(received(world)).toEqual([])
      expect((await world.merchant.get(`${refunds}/r`)).json).toMatchObject({ status: 'SUCCESS' })
    } finally {
      await world.stop()
    }
  })

  it('is V3’s form for a refund of V3 that was accepted before the form was kept', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'refunds-'))
    const dataFile = path.join(folder, 'wechat.db')
    const options = { ...keys, merchants: withConsole(), dataFile, refundTakesMs: 3_600_000 }
    const first = await createWechatWorld(options)
    const out_trade_no = await paidOrder(first)
    await first.merchant.post(refunds, { out_trade_no, out_refund_no: 'r', amount: amount(1) })
    await first.stop()
    const ledger = openSqlite(dataFile)
    ledger.exec(`UPDATE refunds SET data = json_remove(data, '$.notice_form')`)
    ledger.close()
    const second = await createWechatWorld(options)
    try {
      await second.wechat.advance(3600)
      const [told] = received(second)
      expect(told!.url).toBe('/notify/console')
      expect(openNotice(told!, keys.merchants[0]!.apiV3Key)).toMatchObject({ event_type: 'REFUND.SUCCESS' })
    } finally {
      await second.stop()
      rmSync(folder, { recursive: true, force: true })
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
