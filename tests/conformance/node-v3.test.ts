import { createHash } from 'node:crypto'
import type WxPay from 'wechatpay-node-v3'
import { createHostMap } from '../../mock-server/kit/http/host-map'
import { createWechatSimulator, type WechatSimulator } from '../../mock-server/simulator/wechat/create-wechat-simulator'
import { createNoticeReceiver, type NoticeReceiver } from '../simulator/support/notice-receiver'
import { connectNodeV3, createNodeV3, decipher } from './node-v3'

/** wechatpay-node-v3, unmodified. */
describe('wechatpay-node-v3', () => {
  let wechat: WechatSimulator
  let receiver: NoticeReceiver
  let sdk: WxPay
  const noon = Date.parse('2026-11-20T12:00:00+08:00')

  beforeAll(async () => {
    receiver = await createNoticeReceiver()
    wechat = await createWechatSimulator({
      hostMap: createHostMap({ 'https://shop.example': receiver.url }),
      // No midnight comes between a payment and its bill.
      wall: { now: () => noon },
    })
    sdk = connectNodeV3(wechat)
  })
  afterAll(async () => {
    await wechat.close()
    await receiver.close()
  })

  const order = {
    description: '手作粗陶杯',
    out_trade_no: 'node-v3-jsapi-1',
    notify_url: 'https://shop.example/notify/wechat',
    amount: { total: 5600 },
  }

  it('fetches the platform certificate', async () => {
    const [certificate] = await sdk.get_certificates(wechat.merchants[0]!.apiV3Key)
    expect(certificate).toMatchObject({ serial_no: wechat.platform.serial })
  })

  it('orders, and signs a pay call that the wallet accepts and pays', async () => {
    const appid = wechat.apps[0]!.appid
    const openid = await wechat.openid(appid, 'payer-1')
    const { status, data } = await sdk.transactions_jsapi({ ...order, payer: { openid } })
    expect(status).toBe(200)
    const call = data as Record<string, string>
    const opened = await post('/client/cashier', { appid, user: 'payer-1', ...call })
    expect(opened).toMatchObject({ status: 200, body: { total: 5600, description: '手作粗陶杯' } })
    const cashier = (opened.body as { cashier_id: string }).cashier_id
    expect(await post(`/client/cashier/${cashier}/pay`, {})).toMatchObject({ status: 200 })
  })

  it('verifies and decrypts the notification', async () => {
    await wechat.settled()
    expect(await createNodeV3(wechat).open(receiver.received.at(-1)!)).toMatchObject({
      out_trade_no: order.out_trade_no,
      trade_state: 'SUCCESS',
    })
  })

  it('verifies and decrypts the notification of a payment with a voucher', async () => {
    const openid = await wechat.openid(wechat.apps[0]!.appid, 'payer-1')
    // This amount asks for a voucher.
    const asked = { ...order, out_trade_no: 'node-v3-voucher', amount: { total: 666_671 }, payer: { openid } }
    expect(await sdk.transactions_jsapi(asked)).toMatchObject({ status: 200 })
    await wechat.pay(wechat.merchants[0]!.mchid, asked.out_trade_no)
    await wechat.settled()
    const { headers, body: bytes } = receiver.received.at(-1)!
    const header = (name: string): string => String(headers[`wechatpay-${name}`])
    const body = bytes.toString('utf8')
    const [timestamp, nonce, serial, signature] = ['timestamp', 'nonce', 'serial', 'signature'].map(header)
    const apiSecret = wechat.merchants[0]!.apiV3Key
    expect(await sdk.verifySign({ timestamp, nonce, serial, signature, body, apiSecret } as never)).toBe(true)
    const { resource } = JSON.parse(body) as { resource: Record<string, string> }
    const { ciphertext = '', associated_data = '', nonce: sealing = '' } = resource
    expect(sdk.decipher_gcm(ciphertext, associated_data, sealing)).toMatchObject({
      out_trade_no: asked.out_trade_no,
      amount: { total: 666_671, payer_total: 666_171 },
      promotion_detail: [{ type: 'CASH', amount: 500 }],
    })
  })

  it('queries and closes', async () => {
    expect(await sdk.query({ out_trade_no: order.out_trade_no })).toMatchObject({
      status: 200,
      data: { trade_state: 'SUCCESS' },
    })
    expect(await sdk.close(order.out_trade_no)).toMatchObject({ status: 400, data: { code: 'ORDER_PAID' } })
  })

  it('refunds, queries the refund, and decrypts its notification', async () => {
    const out_refund_no = 'node-v3-refund-1'
    const asked = {
      out_trade_no: order.out_trade_no,
      out_refund_no,
      notify_url: 'https://shop.example/notify/refund',
      amount: { refund: 600, total: 5600, currency: 'CNY' },
    }
    expect(await sdk.refunds(asked)).toMatchObject({ status: 200, data: { out_refund_no, status: 'PROCESSING' } })
    await wechat.advance(3)
    expect(await sdk.find_refunds(out_refund_no)).toMatchObject({ status: 200, data: { status: 'SUCCESS' } })
    const { url, body } = receiver.received.at(-1)!
    expect(url).toBe('/notify/refund')
    expect(JSON.parse(body.toString())).toMatchObject({ event_type: 'REFUND.SUCCESS' })
    expect(decipher(sdk, body)).toMatchObject({
      out_refund_no,
      refund_status: 'SUCCESS',
      amount: { refund: 600, total: 5600 },
    })
    expect(
      await sdk.refunds({ ...asked, out_refund_no: 'node-v3-refund-2', amount: { ...asked.amount, total: 5601 } }),
    ).toMatchObject({
      status: 400,
      data: { code: 'INVALID_REQUEST' },
    })
  })

  it('applies for the bill of the day and downloads it; the hash is that of the file', async () => {
    const bill_date = new Date(wechat.now() + 8 * 3_600_000).toISOString().slice(0, 10)
    await wechat.advance(36 * 3600)
    const applied = await sdk.tradebill({ bill_date, bill_type: 'ALL' })
    expect(applied).toMatchObject({ status: 200, data: { hash_type: 'SHA1' } })
    const { download_url, hash_value } = applied.data as { download_url: string; hash_value: string }
    // It cuts the real host off what it signs, whatever the address is.
    const { status, data } = await sdk.downloadBill(download_url.replace(wechat.url, 'https://api.mch.weixin.qq.com'))
    expect(status).toBe(200)
    expect(
      createHash('sha1')
        .update(data as Buffer)
        .digest('hex'),
    ).toBe(hash_value)
    expect(String(data)).toContain(`,\`${order.out_trade_no},`)
    expect(await sdk.fundflowbill({ bill_date, account_type: 'BASIC' })).toMatchObject({
      status: 200,
      data: { hash_type: 'SHA1' },
    })
  })

  async function post(path: string, body: object): Promise<{ status: number; body: unknown }> {
    const answer = await fetch(wechat.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return { status: answer.status, body: await answer.json() }
  }
})
