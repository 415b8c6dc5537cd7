import type { Pay } from 'node-easywechat'
import { createHostMap } from '../../mock-server/kit/http/host-map'
import { createWechatSimulator, type WechatSimulator } from '../../mock-server/simulator/wechat/create-wechat-simulator'
import { createNoticeReceiver, type NoticeReceiver } from '../simulator/support/notice-receiver'
import { connectEasywechat, createEasywechat } from './easywechat'
import { refundNotifyUrl, v3Order, type OutsideSdk } from './outside-sdk'

/** node-easywechat, unmodified, from the order to the refund. */
describe('node-easywechat', () => {
  let wechat: WechatSimulator
  let receiver: NoticeReceiver
  let app: Pay
  let sdk: OutsideSdk
  const number = 'easywechat-1'

  beforeAll(async () => {
    receiver = await createNoticeReceiver()
    wechat = await createWechatSimulator({ hostMap: createHostMap({ 'https://shop.example': receiver.url }) })
    app = connectEasywechat(wechat)
    sdk = createEasywechat(wechat, 'certificate')
  })
  afterAll(async () => {
    await wechat.close()
    await receiver.close()
  })

  const mchid = (): string => wechat.merchants[0]!.mchid
  const query = async (outTradeNo: string) =>
    app.getClient().get(`/v3/pay/transactions/out-trade-no/${outTradeNo}`, { params: { mchid: mchid() } })

  it('fetches and decrypts the platform certificates', async () => {
    const certificates = await app.getMerchant().getPlatformCerts()
    expect(Object.keys(certificates)).toEqual([wechat.platform.serial])
    expect(String(certificates[wechat.platform.serial])).toBe(wechat.platform.certificate)
  })

  it.each(['RSA', 'MD5', 'HMAC-SHA256'] as const)(
    'signs a pay call with %s that the wallet accepts',
    async (signType) => {
      const appid = wechat.apps[0]!.appid
      const answer = await app
        .getClient()
        .post('/v3/pay/transactions/jsapi', { data: await v3Order(wechat, `easywechat-${signType}`) })
      const { prepay_id } = answer.toObject<{ prepay_id: string }>()
      const { appId: _, ...call } = app.getUtils().buildMiniAppConfig(prepay_id, appid, signType)
      const opened = await fetch(`${wechat.url}/client/cashier`, {
        method: 'POST',
        body: JSON.stringify({ appid, user: 'payer-1', ...call }),
      })
      expect(opened.status).toBe(signType === 'RSA' ? 200 : 403)
    },
  )

  it('orders, and opens the notification of the payment', async () => {
    expect(await sdk.order(number)).toEqual({ prepay_id: expect.stringMatching(/^wx\w{34}$/) })
    expect((await query(number)).toObject()).toMatchObject({ trade_state: 'NOTPAY', amount: { total: 8800 } })
    await wechat.pay(mchid(), number)
    await wechat.settled()
    const paid = await sdk.open(receiver.received.at(-1)!)
    expect(paid).toMatchObject({ out_trade_no: number, trade_state: 'SUCCESS' })
    expect((await query(number)).toObject()).toEqual(paid)
  })

  it('refunds, and opens the notification of the refund', async () => {
    const asked = {
      out_trade_no: number,
      out_refund_no: `r-${number}`,
      notify_url: refundNotifyUrl,
      amount: { refund: 800, total: 8800, currency: 'CNY' },
    }
    const accepted = await app.getClient().post('/v3/refund/domestic/refunds', { data: asked })
    expect(accepted.toObject()).toMatchObject({ status: 'PROCESSING', out_refund_no: asked.out_refund_no })
    await wechat.advance(3)
    expect(await sdk.open(receiver.received.at(-1)!)).toMatchObject({
      out_refund_no: asked.out_refund_no,
      refund_status: 'SUCCESS',
    })
  })

  it('closes, and reads a refusal', async () => {
    await sdk.order('easywechat-2')
    const closed = await app
      .getClient()
      .post('/v3/pay/transactions/out-trade-no/easywechat-2/close', { data: { mchid: mchid() } })
    expect(closed.getStatusCode()).toBe(204)
    const refused = await query('easywechat-unknown')
    expect(refused.isFailed()).toBe(true)
    expect(refused.toObject()).toMatchObject({ code: 'ORDER_NOT_EXIST' })
  })
})
