import { createHostMap } from '../../mock-server/kit/http/host-map'
import { createWechatSimulator, type WechatSimulator } from '../../mock-server/simulator/wechat/create-wechat-simulator'
import { createNoticeReceiver, type NoticeReceiver } from '../simulator/support/notice-receiver'
import { Aes, Hash, Transformer, callV2, type Fields, type V2Answer } from './axios-v2'

/** wechatpay-axios-plugin, unmodified, speaks V2: it signs, verifies and decrypts with code that we did not write. */
describe('wechatpay-axios-plugin in V2', () => {
  let wechat: WechatSimulator
  let receiver: NoticeReceiver

  beforeAll(async () => {
    receiver = await createNoticeReceiver()
    receiver.answerWith((response) => response.end(Transformer.toXml({ return_code: 'SUCCESS', return_msg: 'OK' })))
    wechat = await createWechatSimulator({ hostMap: createHostMap({ 'https://shop.example': receiver.url }) })
  })
  afterAll(async () => {
    await wechat.close()
    await receiver.close()
  })

  const own = () => wechat.merchants[0]!
  const appid = (): string => wechat.apps[0]!.appid
  const call = (path: string, data: object, secret?: string): Promise<V2Answer> => callV2(wechat, path, data, secret)
  const order = async (out_trade_no: string, over: object = {}, secret?: string): Promise<Fields> => {
    const common = {
      body: '明前龙井 & <罐装>',
      out_trade_no,
      total_fee: 8800,
      spbill_create_ip: '203.0.113.11',
      notify_url: 'https://shop.example/notify/wechat-v2',
      trade_type: 'JSAPI',
      openid: await wechat.openid(appid(), 'payer-1'),
    }
    return (await call('pay/unifiedorder', { ...common, ...over }, secret)).data
  }
  const query = async (out_trade_no: string): Promise<Fields> => (await call('pay/orderquery', { out_trade_no })).data

  it.each([
    ['MD5', 32],
    ['HMAC-SHA256', 64],
  ])('orders with %s, and verifies the answer', async (sign_type, length) => {
    const data = await order(`axios-v2-${sign_type}`, { sign_type })
    expect(data).toMatchObject({ result_code: 'SUCCESS', prepay_id: expect.stringMatching(/^wx\w{34}$/) })
    expect(data['sign']).toHaveLength(length)
  })

  it('orders for a browser', async () => {
    const scene_info = JSON.stringify({ h5_info: { type: 'Wap', wap_url: 'https://shop.example', wap_name: '山茶' } })
    const data = await order('axios-v2-h5', { trade_type: 'MWEB', scene_info })
    expect(data['mweb_url']!.startsWith(`${wechat.url}/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx`)).toBe(true)
  })

  it('signs a pay call that the wallet accepts', async () => {
    const { prepay_id } = await order('axios-v2-MD5')
    const values = { timeStamp: '1490840662', nonceStr: 'abc', package: `prepay_id=${prepay_id}`, signType: 'MD5' }
    const paySign = Hash.sign('MD5', { appId: appid(), ...values }, own().apiKey)
    const answer = await fetch(`${wechat.url}/client/cashier`, {
      method: 'POST',
      body: JSON.stringify({ appid: appid(), user: 'payer-1', ...values, paySign }),
    })
    expect(answer.status).toBe(200)
  })

  it.each(['MD5', 'HMAC-SHA256'])(
    'verifies the notification of a payment ordered with %s, and queries it',
    async (type) => {
      const number = `axios-v2-${type}`
      expect(await query(number)).toMatchObject({ trade_state: 'NOTPAY' })
      const paid = await wechat.pay(own().mchid, number)
      await wechat.settled()
      const { sign, ...fields } = Transformer.toObject(receiver.received.at(-1)!.body.toString('utf8'))
      expect(fields).toMatchObject({ out_trade_no: number, total_fee: '8800', transaction_id: paid!.transaction_id })
      expect(Hash.sign(type, fields, own().apiKey)).toBe(sign)
      expect(Hash.sign(type, { ...fields, total_fee: '1' }, own().apiKey)).not.toBe(sign)
      expect(await query(number)).toMatchObject({ trade_state: 'SUCCESS', transaction_id: paid!.transaction_id })
    },
  )

  it.each(['MD5', 'HMAC-SHA256'])(
    'verifies the notification of a payment with a voucher, ordered with %s',
    async (type) => {
      const number = `axios-v2-voucher-${type}`
      // This amount asks for a voucher that nobody funded: the notification has the most fields.
      await order(number, { sign_type: type, total_fee: 666_672 })
      await wechat.pay(own().mchid, number)
      await wechat.settled()
      const { sign, ...fields } = Transformer.toObject(receiver.received.at(-1)!.body.toString('utf8'))
      expect(fields).toMatchObject({ total_fee: '666672', cash_fee: '666172', coupon_fee_0: '500' })
      expect(Hash.sign(type, fields, own().apiKey)).toBe(sign)
      const known = Object.fromEntries(Object.entries(fields).filter(([name]) => !name.startsWith('coupon_')))
      // The classic mistake: signing only the fields that one knows.
      expect(Hash.sign(type, known, own().apiKey)).not.toBe(sign)
      expect(await query(number)).toMatchObject({ trade_state: 'SUCCESS', coupon_type_0: 'NO_CASH' })
    },
  )

  it('refunds, queries the refund and decrypts its notification', async () => {
    const notify_url = 'https://shop.example/notify/wechat-v2-refund'
    const asked = {
      out_trade_no: 'axios-v2-MD5',
      out_refund_no: 'axios-v2-r1',
      total_fee: 8800,
      refund_fee: 800,
      notify_url,
    }
    const { data } = await call('secapi/pay/refund', asked)
    expect(data).toMatchObject({ result_code: 'SUCCESS', out_refund_no: 'axios-v2-r1', refund_fee: '800' })
    await wechat.advance(3)
    const notice = receiver.received.at(-1)!
    expect(notice.url).toBe('/notify/wechat-v2-refund')
    const { req_info = '' } = Transformer.toObject(notice.body.toString('utf8'))
    const opened = Transformer.toObject(Aes.AesEcb.decrypt(req_info, Hash.md5(own().apiKey)))
    expect(opened).toMatchObject({
      out_refund_no: 'axios-v2-r1',
      refund_status: 'SUCCESS',
      refund_id: data['refund_id'],
    })
    const queried = await call('pay/refundquery', { out_refund_no: 'axios-v2-r1' })
    expect(queried.data).toMatchObject({
      refund_count: '1',
      refund_status_0: 'SUCCESS',
      refund_id_0: data['refund_id'],
    })
  })

  it('closes after five minutes', async () => {
    await expect(call('pay/closeorder', { out_trade_no: 'axios-v2-h5' })).rejects.toMatchObject({
      code: 'EV2_RES_STATUS_CODE_NOT_SUCESS',
      response: { data: { err_code: 'TRADE_STATE_ERROR' } },
    })
    await wechat.advance(301)
    expect((await call('pay/closeorder', { out_trade_no: 'axios-v2-h5' })).data).toMatchObject({
      result_code: 'SUCCESS',
    })
    expect(await query('axios-v2-h5')).toMatchObject({ trade_state: 'CLOSED' })
  })

  it('is refused with another key', async () => {
    await expect(order('axios-v2-wrong', {}, 'x'.repeat(32))).rejects.toMatchObject({
      code: 'EV2_RES_STATUS_CODE_NOT_SUCESS',
      response: { data: { return_code: 'FAIL', return_msg: '签名错误' } },
    })
  })
})
