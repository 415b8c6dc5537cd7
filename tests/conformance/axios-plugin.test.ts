import { createHostMap } from '../../mock-server/kit/http/host-map'
import { createWechatSimulator, type WechatSimulator } from '../../mock-server/simulator/wechat/create-wechat-simulator'
import { createNoticeReceiver, type NoticeReceiver } from '../simulator/support/notice-receiver'
import { createWitness, type Witness } from './axios-v3'

/** wechatpay-axios-plugin, unmodified: only its `baseURL` differs from a program that takes real money. */
describe('wechatpay-axios-plugin', () => {
  let wechat: WechatSimulator
  let receiver: NoticeReceiver
  let witness: Witness

  beforeAll(async () => {
    receiver = await createNoticeReceiver()
    wechat = await createWechatSimulator({ hostMap: createHostMap({ 'https://shop.example': receiver.url }) })
    witness = createWitness(wechat.url, wechat.merchants[0]!)
  })
  afterAll(async () => {
    await wechat.close()
    await receiver.close()
  })

  const mchid = (): string => wechat.merchants[0]!.mchid
  const appid = (): string => wechat.apps[0]!.appid
  const order = (out_trade_no: string): object => ({
    appid: appid(),
    mchid: mchid(),
    description: '明前龙井 · 罐装',
    out_trade_no,
    notify_url: 'https://shop.example/notify/wechat',
    amount: { total: 8800, currency: 'CNY' },
  })
  const jsapiOrder = async (out_trade_no: string): Promise<object> => ({
    ...order(out_trade_no),
    payer: { openid: await wechat.openid(appid(), 'payer-1') },
  })
  const h5Order = (out_trade_no: string): object => ({
    ...order(out_trade_no),
    scene_info: { payer_client_ip: '203.0.113.13', h5_info: { type: 'Wap' } },
  })
  const query = (out_trade_no: string) =>
    witness.at(`v3/pay/transactions/out-trade-no/${out_trade_no}`).get({ params: { mchid: mchid() } })

  it('refuses to believe answers before it knows the platform certificate', async () => {
    await expect(witness.at('v3/certificates').get()).rejects.toMatchObject({ code: 'EV3_RES_HEADER_PLATFORM_SERIAL' })
  })

  it('fetches, decrypts and verifies the platform certificate', async () => {
    expect(await witness.learnCertificates()).toEqual([wechat.platform.serial])
  })

  it('orders for the wallet', async () => {
    const answer = await witness.at('v3/pay/transactions/jsapi').post(await jsapiOrder('axios-jsapi-1'))
    expect(answer.data).toEqual({ prepay_id: expect.stringMatching(/^wx\w{34}$/) })
  })

  it('orders for a browser', async () => {
    const answer = await witness.at('v3/pay/transactions/h5').post(h5Order('axios-h5-1'))
    const { h5_url } = answer.data as { h5_url: string }
    expect(h5_url.startsWith(`${wechat.url}/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx`)).toBe(true)
  })

  it('queries an unpaid order', async () => {
    const { data } = await query('axios-jsapi-1')
    expect(data).toMatchObject({ trade_state: 'NOTPAY', amount: { total: 8800 } })
    expect(data).not.toHaveProperty('transaction_id')
  })

  it('verifies and decrypts the notification of a payment, and queries it by both numbers', async () => {
    const paid = await wechat.pay(mchid(), 'axios-jsapi-1')
    await wechat.settled()
    const notice = receiver.received.at(-1)!
    expect(notice.url).toBe('/notify/wechat')
    const transaction = witness.open(notice.headers, notice.body.toString('utf8'))
    expect(transaction).toMatchObject({
      out_trade_no: 'axios-jsapi-1',
      transaction_id: paid!.transaction_id,
      trade_state: 'SUCCESS',
      amount: { total: 8800, payer_total: 8800 },
    })
    expect((await query('axios-jsapi-1')).data).toEqual(transaction)
    const byTransaction = witness.at(`v3/pay/transactions/id/${paid!.transaction_id}`)
    expect((await byTransaction.get({ params: { mchid: mchid() } })).data).toEqual(transaction)
  })

  it('refuses the notification with one byte changed', () => {
    const notice = receiver.received.at(-1)!
    expect(() => witness.open(notice.headers, notice.body.toString('utf8').replace('支付成功', '支付成攻'))).toThrow(
      /does not verify/,
    )
  })

  it('verifies and decrypts the notification of a payment with a voucher', async () => {
    const asked = { ...(await jsapiOrder('axios-voucher')), amount: { total: 666_672 } }
    await witness.at('v3/pay/transactions/jsapi').post(asked)
    await wechat.pay(mchid(), 'axios-voucher')
    await wechat.settled()
    const { headers, body } = receiver.received.at(-1)!
    const transaction = witness.open(headers, body.toString('utf8'))
    expect(transaction).toMatchObject({
      amount: { total: 666_672, payer_total: 666_172 },
      promotion_detail: [{ type: 'NOCASH', amount: 500 }],
    })
    expect((await query('axios-voucher')).data).toEqual(transaction)
  })

  it('verifies the empty answer to a close', async () => {
    const close = witness.at('v3/pay/transactions/out-trade-no/axios-h5-1/close')
    expect((await close.post({ mchid: mchid() })).status).toBe(204)
    expect((await query('axios-h5-1')).data).toMatchObject({ trade_state: 'CLOSED' })
  })

  it('reads a refusal', async () => {
    await expect(query('axios-unknown')).rejects.toMatchObject({
      response: { status: 404, data: { code: 'ORDER_NOT_EXIST', message: '订单不存在' } },
    })
  })
})
