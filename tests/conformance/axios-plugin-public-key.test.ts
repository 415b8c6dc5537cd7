import { createHostMap } from '../../mock-server/kit/http/host-map'
import {
  createAppIdentity,
  createMerchantIdentity,
  createPlatformIdentity,
} from '../../mock-server/simulator/wechat/identity'
import { createWechatSimulator, type WechatSimulator } from '../../mock-server/simulator/wechat/create-wechat-simulator'
import { createNoticeReceiver, type NoticeReceiver } from '../simulator/support/notice-receiver'
import { createWitness, type Witness } from './axios-v3'

/** wechatpay-axios-plugin, unmodified, for a merchant who was given WeChat Pay's public key instead of certificates. */
describe('wechatpay-axios-plugin in public-key mode', () => {
  let wechat: WechatSimulator
  let receiver: NoticeReceiver
  let witness: Witness

  beforeAll(async () => {
    const app = createAppIdentity()
    const merchant = await createMerchantIdentity({ appids: [app.appid], keyMode: 'public_key' })
    const platform = await createPlatformIdentity()
    receiver = await createNoticeReceiver()
    const hostMap = createHostMap({ 'https://shop.example': receiver.url })
    wechat = await createWechatSimulator({ hostMap, apps: [app], merchants: [merchant], platform })
    witness = createWitness(wechat.url, merchant, merchant.publicKey)
  })
  afterAll(async () => {
    await wechat.close()
    await receiver.close()
  })

  it('gets no certificates, in the words of the service', async () => {
    await expect(witness.at('v3/certificates').get()).rejects.toMatchObject({
      response: {
        status: 404,
        data: {
          code: 'RESOURCE_NOT_EXISTS',
          message: '无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥。',
        },
      },
    })
  })

  it('orders, and verifies and decrypts the notification with the public key', async () => {
    const { mchid, publicKeyId } = wechat.merchants[0]!
    const { appid } = wechat.apps[0]!
    const { data } = await witness.at('v3/pay/transactions/jsapi').post({
      appid,
      mchid,
      description: '明前龙井',
      out_trade_no: 'axios-public-key-1',
      notify_url: 'https://shop.example/notify/wechat',
      amount: { total: 8800 },
      payer: { openid: await wechat.openid(appid, 'payer-1') },
    })
    expect(data).toEqual({ prepay_id: expect.stringMatching(/^wx/) })
    await wechat.pay(mchid, 'axios-public-key-1')
    await wechat.settled()
    const notice = receiver.received.at(-1)!
    expect(notice.headers['wechatpay-serial']).toBe(publicKeyId)
    expect(witness.open(notice.headers, notice.body.toString('utf8'))).toMatchObject({ trade_state: 'SUCCESS' })
  })
})
