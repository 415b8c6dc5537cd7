import WxPay from 'wechatpay-node-v3'
import { createHostMap } from '../../mock-server/kit/host-map'
import { createWechatSimulator, type WechatSimulator } from '../../mock-server/simulator/wechat/create-wechat-simulator'
import { createNoticeReceiver, type NoticeReceiver } from '../simulator/support/notice-receiver'

/** wechatpay-node-v3, unmodified. Its addresses are literals: its documented hook for another HTTP client leads it here. */
describe('wechatpay-node-v3', () => {
  let wechat: WechatSimulator
  let receiver: NoticeReceiver
  let sdk: WxPay

  beforeAll(async () => {
    receiver = await createNoticeReceiver()
    wechat = await createWechatSimulator({ hostMap: createHostMap({ 'https://shop.example': receiver.url }) })
    const { mchid, certificate, privateKey, apiV3Key } = wechat.merchants[0]!
    sdk = new WxPay({
      appid: wechat.apps[0]!.appid,
      mchid,
      publicKey: Buffer.from(certificate),
      privateKey: Buffer.from(privateKey),
      key: apiV3Key,
    })
    const send = async (url: string, init: RequestInit) => {
      const answer = await fetch(url.replace('https://api.mch.weixin.qq.com', wechat.url), init)
      const text = await answer.text()
      return { status: answer.status, data: text === '' ? undefined : (JSON.parse(text) as unknown) }
    }
    sdk.createHttp({
      get: (url, headers) => send(url, { headers }),
      post: (url, params, headers) => send(url, { method: 'POST', headers, body: JSON.stringify(params) }),
      upload: () => Promise.reject(new Error('not used here')),
    })
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
    const { headers, body: bytes } = receiver.received.at(-1)!
    const body = bytes.toString('utf8')
    const header = (name: string): string => String(headers[`wechatpay-${name}`])
    const isGenuine = await sdk.verifySign({
      timestamp: header('timestamp'),
      nonce: header('nonce'),
      serial: header('serial'),
      signature: header('signature'),
      body,
      apiSecret: wechat.merchants[0]!.apiV3Key,
    })
    expect(isGenuine).toBe(true)
    const { resource } = JSON.parse(body) as {
      resource: { ciphertext: string; associated_data: string; nonce: string }
    }
    expect(sdk.decipher_gcm(resource.ciphertext, resource.associated_data, resource.nonce)).toMatchObject({
      out_trade_no: order.out_trade_no,
      trade_state: 'SUCCESS',
    })
  })

  it('queries and closes', async () => {
    expect(await sdk.query({ out_trade_no: order.out_trade_no })).toMatchObject({
      status: 200,
      data: { trade_state: 'SUCCESS' },
    })
    expect(await sdk.close(order.out_trade_no)).toMatchObject({ status: 400, data: { code: 'ORDER_PAID' } })
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
