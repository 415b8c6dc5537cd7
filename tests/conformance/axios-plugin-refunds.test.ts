import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { createHostMap } from '../../mock-server/kit/http/host-map'
import { createWechatSimulator, type WechatSimulator } from '../../mock-server/simulator/wechat/create-wechat-simulator'
import { createNoticeReceiver, type NoticeReceiver } from '../simulator/support/notice-receiver'
import { castCsvBill, createWitness, type Witness } from './axios-v3'

/** wechatpay-axios-plugin, unmodified: money back, and what the bills say about it. */
describe('wechatpay-axios-plugin, refunds and bills', () => {
  let wechat: WechatSimulator
  let receiver: NoticeReceiver
  let witness: Witness
  let transactionId: string
  const day = '2026-11-20'

  beforeAll(async () => {
    receiver = await createNoticeReceiver()
    wechat = await createWechatSimulator({
      hostMap: createHostMap({ 'https://shop.example': receiver.url }),
      // No midnight comes between a payment and its bill.
      wall: { now: () => Date.parse(`${day}T12:00:00+08:00`) },
    })
    witness = createWitness(wechat.url, wechat.merchants[0]!)
    await witness.learnCertificates()
    const { mchid } = wechat.merchants[0]!
    const { appid } = wechat.apps[0]!
    await witness.at('v3/pay/transactions/jsapi').post({
      appid,
      mchid,
      description: '明前龙井, 罐装',
      out_trade_no: 'axios-refunded',
      notify_url: 'https://shop.example/notify/wechat',
      amount: { total: 8800, currency: 'CNY' },
      payer: { openid: await wechat.openid(appid, 'payer-1') },
    })
    transactionId = (await wechat.pay(mchid, 'axios-refunded'))!.transaction_id
    await wechat.settled()
  })
  afterAll(async () => {
    await wechat.close()
    await receiver.close()
  })

  const refunds = (): ReturnType<Witness['at']> => witness.at('v3/refund/domestic/refunds')
  const asked = (over: object = {}): object => ({
    transaction_id: transactionId,
    out_refund_no: 'axios-refund-1',
    reason: '缺货',
    notify_url: 'https://shop.example/notify/refund',
    amount: { refund: 3000, total: 8800, currency: 'CNY' },
    ...over,
  })

  it('refunds, and verifies the answer', async () => {
    const { data } = await refunds().post(asked())
    expect(data).toMatchObject({ status: 'PROCESSING', amount: { refund: 3000 }, transaction_id: transactionId })
    expect((await refunds().post(asked())).data).toEqual(data)
  })

  it('queries, and verifies and decrypts the notification', async () => {
    await wechat.advance(3)
    const { data } = await witness.at('v3/refund/domestic/refunds/axios-refund-1').get()
    expect(data).toMatchObject({ status: 'SUCCESS', user_received_account: '支付用户零钱' })
    const notice = receiver.received.at(-1)!
    expect(notice.url).toBe('/notify/refund')
    const told = witness.open(notice.headers, notice.body.toString('utf8'))
    const { refund_id, success_time } = data as Record<string, unknown>
    expect(told).toMatchObject({ out_refund_no: 'axios-refund-1', refund_status: 'SUCCESS', refund_id, success_time })
    expect(() => witness.open(notice.headers, notice.body.toString('utf8').replace('退款成功', '退款成攻'))).toThrow(
      /does not verify/,
    )
  })

  it('reads the refusals', async () => {
    await expect(
      refunds().post(
        asked({ out_refund_no: 'axios-refund-2', amount: { refund: 5801, total: 8800, currency: 'CNY' } }),
      ),
    ).rejects.toMatchObject({
      response: { status: 400, data: { code: 'INVALID_REQUEST' } },
    })
    await expect(witness.at('v3/refund/domestic/refunds/axios-unknown').get()).rejects.toMatchObject({
      response: { status: 404, data: { code: 'RESOURCE_NOT_EXISTS' } },
    })
  })

  it('downloads the trade bill, and reads it with its own code; the hash is that of the file', async () => {
    await expect(witness.at('v3/bill/tradebill').get({ params: { bill_date: day } })).rejects.toMatchObject({
      response: { status: 400, data: { code: 'INVALID_REQUEST' } },
    })
    await wechat.advance(36 * 3600)
    for (const tar_type of [undefined, 'GZIP']) {
      const applied = await witness.at('v3/bill/tradebill').get({ params: { bill_date: day, tar_type } })
      const { download_url, hash_value } = applied.data as { download_url: string; hash_value: string }
      const { searchParams } = new URL(download_url)
      const file = await witness.at('v3/billdownload/file').get({ params: searchParams, responseType: 'arraybuffer' })
      const bytes = tar_type === undefined ? (file.data as Buffer) : gunzipSync(file.data as Buffer)
      expect(createHash('sha1').update(bytes).digest('hex')).toBe(hash_value)
      const { rows, summary } = castCsvBill(bytes)
      expect(rows).toMatchObject([
        { 交易状态: 'SUCCESS', 商户订单号: 'axios-refunded', 微信订单号: transactionId, 订单金额: '88.00' },
        { 交易状态: 'REFUND', 商户退款单号: 'axios-refund-1', 退款状态: 'SUCCESS', 退款金额: '30.00' },
      ])
      expect(summary).toMatchObject({ 总交易单数: '2', 订单总金额: '88.00', 退款总金额: '30.00' })
    }
  })

  it('downloads the fund flow bill', async () => {
    const applied = await witness.at('v3/bill/fundflowbill').get({ params: { bill_date: day } })
    const { searchParams } = new URL((applied.data as { download_url: string }).download_url)
    const file = await witness.at('v3/billdownload/file').get({ params: searchParams, responseType: 'arraybuffer' })
    const { rows, summary } = castCsvBill(file.data as Buffer)
    expect(rows.map((row) => row['业务类型'])).toEqual(['交易', '扣除交易手续费', '退款'])
    expect(summary).toMatchObject({ 资金流水总笔数: '3' })
  })
})
