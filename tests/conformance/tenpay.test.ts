import type Payment from 'tenpay'
import { createHostMap } from '../../mock-server/kit/http/host-map'
import { createWechatSimulator, type WechatSimulator } from '../../mock-server/simulator/wechat/create-wechat-simulator'
import { createNoticeReceiver, type NoticeReceiver } from '../simulator/support/notice-receiver'
import { notifyUrl, refundNotifyUrl, v2Order, v2Refund } from './outside-sdk'
import { connectTenpay, receive } from './tenpay'

/** tenpay, unmodified, from the order to the bill. */
describe('tenpay', () => {
  let wechat: WechatSimulator
  let receiver: NoticeReceiver
  let sdk: Payment

  beforeAll(async () => {
    receiver = await createNoticeReceiver()
    receiver.answerWith((response) => response.end('<xml><return_code>SUCCESS</return_code></xml>'))
    wechat = await createWechatSimulator({
      hostMap: createHostMap({ 'https://shop.example': receiver.url }),
      // No midnight comes between a payment and its bill.
      wall: { now: () => Date.parse('2026-11-20T12:00:00+08:00') },
    })
    sdk = connectTenpay(wechat)
  })
  afterAll(async () => {
    await wechat.close()
    await receiver.close()
  })

  it.each(['MD5', 'HMAC-SHA256'])('orders with %s, and signs a pay call that the wallet accepts', async (sign_type) => {
    const ordered = await sdk.unifiedOrder({ ...(await v2Order(wechat, `tenpay-${sign_type}`)), sign_type })
    const {
      appId: appid,
      timestamp: _,
      ...call
    } = sdk.getPayParamsByPrepay({ prepay_id: ordered['prepay_id']! }, sign_type)
    const opened = await fetch(`${wechat.url}/client/cashier`, {
      method: 'POST',
      body: JSON.stringify({ appid, user: 'payer-1', ...call }),
    })
    expect(opened.status).toBe(200)
  })

  async function payFor(type: string) {
    const number = `tenpay-${type}`
    expect(await sdk.orderQuery({ out_trade_no: number })).toMatchObject({ trade_state: 'NOTPAY' })
    const paid = await wechat.pay(wechat.merchants[0]!.mchid, number)
    await wechat.settled()
    const notice = receiver.received.at(-1)!
    expect(notifyUrl.endsWith(notice.url)).toBe(true)
    expect(await sdk.orderQuery({ out_trade_no: number, sign_type: type })).toMatchObject({ trade_state: 'SUCCESS' })
    return { number, paid, notice }
  }

  it('opens the notification of a payment ordered with MD5, and queries', async () => {
    const { number, paid, notice } = await payFor('MD5')
    expect(await receive(sdk, 'pay', notice.body)).toMatchObject({
      out_trade_no: number,
      transaction_id: paid!.transaction_id,
    })
  })

  it('queries a payment ordered with HMAC-SHA256, and takes its notification for one of MD5', async () => {
    const { notice } = await payFor('HMAC-SHA256')
    // The method is read from `sign_type`, which the one notification that was published does not have.
    await expect(receive(sdk, 'pay', notice.body)).rejects.toThrow('签名错误')
  })

  it('refunds, opens the notification of the refund, and queries it', async () => {
    const accepted = await sdk.refund(v2Refund('tenpay-MD5', 'r-tenpay-1'))
    expect(accepted).toMatchObject({ out_refund_no: 'r-tenpay-1', refund_fee: '800' })
    await wechat.advance(3)
    const notice = receiver.received.at(-1)!
    expect(refundNotifyUrl.endsWith(notice.url)).toBe(true)
    const told = await receive(sdk, 'refund', notice.body)
    expect(told.req_info).toMatchObject({ refund_status: 'SUCCESS', refund_id: accepted['refund_id'] })
    expect(await sdk.refundQuery({ out_refund_no: 'r-tenpay-1' })).toMatchObject({ refund_status_0: 'SUCCESS' })
  })

  it('closes after five minutes, and reads the refusal before', async () => {
    await sdk.unifiedOrder(await v2Order(wechat, 'tenpay-closed'))
    await expect(sdk.closeOrder({ out_trade_no: 'tenpay-closed' })).rejects.toThrow('TRADE_STATE_ERROR')
    await wechat.advance(301)
    expect(await sdk.closeOrder({ out_trade_no: 'tenpay-closed' })).toMatchObject({ result_code: 'SUCCESS' })
  })

  it('downloads the bill', async () => {
    await wechat.advance(36 * 3600)
    const { list_data } = await sdk.downloadBill({ bill_date: '20261120' }, true)
    expect(list_data.map((row) => row[6]).sort()).toEqual(['tenpay-HMAC-SHA256', 'tenpay-MD5', 'tenpay-MD5'])
  })
})
