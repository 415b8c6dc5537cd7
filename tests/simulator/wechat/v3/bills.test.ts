import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { createAppIdentity, createMerchantIdentity } from '../../../../mock-server/simulator/wechat/identity'
import { createMerchantClient, type Answer, type MerchantClient } from '../../support/merchant-client'
import { createWechatWorld, type WechatWorld } from '../../support/wechat-world'

const refunds = '/v3/refund/domestic/refunds'
const subMchid = '1900000001'
const otherMchid = '1600000002'
const appid = createAppIdentity().appid

/** A file by its titles, and its sums by theirs. */
function parse(file: string): { rows: Record<string, string>[]; sums: Record<string, string> } {
  const lines = file.slice(1).trimEnd().split('\r\n')
  const cells = (line = ''): string[] => line.slice(1).split(',`')
  const toRow = (titles: string[], line = ''): Record<string, string> =>
    Object.fromEntries(cells(line).map((cell, index) => [titles[index], cell]))
  const titles = lines[0]!.split(',')
  return {
    rows: lines.slice(1, -2).map((line) => toRow(titles, line)),
    sums: toRow(lines.at(-2)!.split(','), lines.at(-1)),
  }
}

describe('bills', () => {
  let world: WechatWorld
  let other: MerchantClient
  const clock = Date.parse('2026-11-20T12:00:00+08:00')
  beforeAll(async () => {
    const merchants = [
      await createMerchantIdentity({
        appids: [appid],
        subMerchants: [{ mchid: subMchid, name: '茶农', appids: [] }],
      }),
      await createMerchantIdentity({ appids: [appid], mchid: otherMchid }),
    ]
    // The day is known, so that the bills are.
    world = await createWechatWorld({
      apps: [{ appid, secret: 's' }],
      merchants,
      refundTakesMs: 60_000,
      wall: { now: () => clock },
    })
    await world.control('POST', '/control/clock/stop', {})
    other = createMerchantClient(world.wechat.url, merchants[1]!)
    await sell()
  })
  afterAll(() => world.stop())

  /** The 20th: three payments, one of a sub merchant, one unpaid order; two refunds, one of them abnormal. */
  async function sell(): Promise<void> {
    const pay = (number: string) => world.wechat.pay(world.mchid, number)
    const refund = (body: object) =>
      world.merchant.post(refunds, { ...body, notify_url: 'https://shop.example/notify/refund' })
    await world.order('order-a1', { attach: 'box, red', amount: { total: 10_000 } })
    await pay('order-a1')
    await world.wechat.advance(60)
    await world.order('order-unpaid')
    await world.merchant.post('/v3/pay/partner/transactions/jsapi', {
      sp_appid: appid,
      sp_mchid: world.mchid,
      sub_mchid: subMchid,
      description: '白瓷盖碗',
      out_trade_no: 'order-sub',
      notify_url: 'https://shop.example/notify/wechat',
      amount: { total: 6800 },
      payer: { sp_openid: world.openid },
    })
    await pay('order-sub')
    await world.wechat.advance(60)
    await refund({
      out_trade_no: 'order-a1',
      out_refund_no: 'refund-1',
      amount: { refund: 2500, total: 10_000, currency: 'CNY' },
    })
    await world.wechat.advance(60)
    await world.control('PUT', '/control/faults/refund-abnormal', { on: true, times: 1 })
    await refund({
      out_trade_no: 'order-a1',
      out_refund_no: 'refund-2',
      amount: { refund: 1000, total: 10_000, currency: 'CNY' },
    })
    await world.wechat.advance(60)
    await world.order('order-a2', { amount: { total: 100 } })
    await pay('order-a2')
  }

  const setClock = (now: string): Promise<Answer> =>
    world.control('POST', '/control/clock/set', { now: `${now}+08:00` })
  const apply = (query: string, client = world.merchant): Promise<Answer> => client.get(`/v3/bill/tradebill?${query}`)
  const targetOf = (answer: Answer): string => {
    const url = new URL(String(answer.json['download_url']))
    expect(url.origin).toBe(world.wechat.url)
    return url.pathname + url.search
  }
  const download = async (answer: Answer, client = world.merchant): Promise<Answer> => client.get(targetOf(answer))
  /** The file that a query leads to; its hash is checked. */
  async function fetchBill(path: string): Promise<ReturnType<typeof parse>> {
    const applied = await world.merchant.get(path)
    expect(applied).toMatchObject({ status: 200, json: { hash_type: 'SHA1' } })
    const target = targetOf(applied)
    const answer = await fetch(world.wechat.url + target, {
      headers: { authorization: world.merchant.authorize('GET', target, '') },
    })
    expect(answer.headers.get('wechatpay-signature')).toBeNull()
    expect(answer.headers.get('request-id')).toMatch(/-0$/)
    const bytes = Buffer.from(await answer.arrayBuffer())
    expect(bytes.subarray(0, 3).toString('hex')).toBe('efbbbf')
    expect(createHash('sha1').update(bytes).digest('hex')).toBe(applied.json['hash_value'])
    return parse(bytes.toString('utf8'))
  }

  it('do not exist on their day, are being made in the morning, and exist from ten', async () => {
    expect(await apply('bill_date=2026-11-20')).toMatchObject({ status: 400, json: { code: 'INVALID_REQUEST' } })
    await setClock('2026-11-21T09:59:59')
    expect(await apply('bill_date=2026-11-20')).toMatchObject({
      status: 400,
      json: { code: 'STATEMENT_CREATING', message: '账单生成中' },
    })
    await setClock('2026-11-21T10:00:00')
    expect((await apply('bill_date=2026-11-20')).status).toBe(200)
    expect(await apply('bill_date=2026-11-19')).toMatchObject({
      status: 400,
      json: { code: 'NO_STATEMENT_EXIST', message: '请求的账单文件不存在' },
    })
  })

  it('list what was paid and what was refunded that day, in order, in yuan', async () => {
    const { rows, sums } = await fetchBill('/v3/bill/tradebill?bill_date=2026-11-20')
    const { transaction_id } = (await world.query('order-a1')).json
    expect(rows.map((row) => [row['商户订单号'], row['交易状态'], row['交易时间']])).toEqual([
      ['order-a1', 'SUCCESS', '2026-11-20 12:00:00'],
      ['order-sub', 'SUCCESS', '2026-11-20 12:01:00'],
      ['order-a1', 'REFUND', '2026-11-20 12:02:00'],
      ['order-a1', 'REFUND', '2026-11-20 12:03:00'],
      ['order-a2', 'SUCCESS', '2026-11-20 12:04:00'],
    ])
    expect(rows[0]).toMatchObject({
      公众账号ID: appid,
      商户号: world.mchid,
      特约商户号: '0',
      微信订单号: transaction_id,
      用户标识: world.openid,
      交易类型: 'JSAPI',
      应结订单金额: '100.00',
      商户数据包: 'box\\  red',
      手续费: '0.60000',
      费率: '0.60%',
    })
    expect(rows[1]).toMatchObject({ 特约商户号: subMchid, 应结订单金额: '68.00' })
    expect(rows[2]).toMatchObject({
      商户退款单号: 'refund-1',
      退款状态: 'SUCCESS',
      退款金额: '25.00',
      手续费: '-0.15000',
    })
    expect(rows[3]).toMatchObject({ 商户退款单号: 'refund-2', 退款状态: 'CHANGE', 退款金额: '10.00' })
    expect(sums).toEqual({
      总交易单数: '5',
      应结订单总金额: '169.00',
      退款总金额: '35.00',
      充值券退款总金额: '0.00',
      手续费总金额: '0.81000',
      订单总金额: '169.00',
      申请退款总金额: '35.00',
    })
  })

  it('come as payments alone, as refunds alone, and for one sub merchant', async () => {
    const day = '/v3/bill/tradebill?bill_date=2026-11-20'
    const success = await fetchBill(`${day}&bill_type=SUCCESS`)
    expect(success.rows.map((row) => row['商户订单号'])).toEqual(['order-a1', 'order-sub', 'order-a2'])
    expect(success.rows[0]).not.toHaveProperty('退款金额')
    const refunded = await fetchBill(`${day}&bill_type=REFUND`)
    expect(refunded.rows.map((row) => [row['退款申请时间'], row['退款成功时间']])).toEqual([
      ['2026-11-20 12:02:00', '2026-11-20 12:03:00'],
      ['2026-11-20 12:03:00', ''],
    ])
    const sub = await fetchBill(`${day}&sub_mchid=${subMchid}`)
    expect(sub.rows.map((row) => row['商户订单号'])).toEqual(['order-sub'])
    expect(await apply('bill_date=2026-11-20&sub_mchid=1900009999')).toMatchObject({
      status: 403,
      json: { code: 'NO_AUTH', message: '受理关系不存在' },
    })
    expect(await apply('bill_date=2026-11-20', other)).toMatchObject({
      status: 400,
      json: { code: 'NO_STATEMENT_EXIST' },
    })
  })

  it('tell of the account: income, fees and refunds, with the balance after each', async () => {
    const { rows, sums } = await fetchBill('/v3/bill/fundflowbill?bill_date=2026-11-20')
    expect(rows.map((row) => [row['业务类型'], row['收支金额(元)'], row['账户结余(元)'], row['业务凭证号']])).toEqual([
      ['交易', '100.00', '100.00', 'order-a1'],
      ['扣除交易手续费', '0.60', '99.40', 'order-a1'],
      ['退款', '24.85', '74.55', 'refund-1'],
      ['退款', '9.94', '64.61', 'refund-2'],
      ['交易', '1.00', '65.61', 'order-a2'],
      ['扣除交易手续费', '0.01', '65.60', 'order-a2'],
    ])
    expect(sums).toEqual({ 资金流水总笔数: '6', 收入笔数: '2', 收入金额: '101.00', 支出笔数: '4', 支出金额: '35.40' })
    for (const account of ['OPERATION', 'FEES'])
      expect(
        await world.merchant.get(`/v3/bill/fundflowbill?bill_date=2026-11-20&account_type=${account}`),
      ).toMatchObject({
        status: 400,
        json: { code: 'NO_STATEMENT_EXIST' },
      })
  })

  it('come compressed; the hash is that of what is inside', async () => {
    const applied = await apply('bill_date=2026-11-20&tar_type=GZIP')
    const target = targetOf(applied)
    expect(target).toMatch(/&tartype=gzip$/)
    const answer = await fetch(world.wechat.url + target, {
      headers: { authorization: world.merchant.authorize('GET', target, '') },
    })
    const inside = gunzipSync(Buffer.from(await answer.arrayBuffer()))
    expect(createHash('sha1').update(inside).digest('hex')).toBe(applied.json['hash_value'])
    const plain = await apply('bill_date=2026-11-20')
    expect(plain.json['hash_value']).toBe(applied.json['hash_value'])
  })

  it('stay as they were, whatever becomes of a refund; the next day’s bill tells what came back', async () => {
    const before = (await apply('bill_date=2026-11-20')).json['hash_value']
    await world.control('POST', `/control/refunds/${world.mchid}/refund-2/finish`, { outcome: 'CLOSED' })
    expect((await apply('bill_date=2026-11-20')).json['hash_value']).toBe(before)
    await setClock('2026-11-22T10:00:00')
    const { rows } = await fetchBill('/v3/bill/fundflowbill?bill_date=2026-11-21')
    expect(rows).toMatchObject([
      { 业务类型: '退款关闭', 收支类型: '收入', '收支金额(元)': '9.94', '账户结余(元)': '75.54' },
    ])
  })

  it('are handed out for five minutes, to the merchant who applied, who signs once more', async () => {
    const applied = await apply('bill_date=2026-11-20')
    const target = targetOf(applied)
    expect((await fetch(world.wechat.url + target)).status).toBe(401)
    expect(await download(applied, other)).toMatchObject({ status: 403, json: { code: 'NO_AUTH' } })
    await world.wechat.advance(299)
    expect((await download(applied)).status).toBe(200)
    await world.wechat.advance(1)
    expect(await download(applied)).toMatchObject({ status: 400, json: { code: 'INVALID_REQUEST' } })
    expect((await world.merchant.get('/v3/billdownload/file?token=unknown')).json).toMatchObject({
      code: 'INVALID_REQUEST',
    })
    expect((await world.merchant.get('/v3/billdownload/file')).json).toMatchObject({ code: 'PARAM_ERROR' })
  })

  it.each([
    ['bill_type=ALL', 'PARAM_ERROR'],
    ['bill_date=20261120', 'PARAM_ERROR'],
    ['bill_date=2026-02-30', 'INVALID_REQUEST'],
    ['bill_date=2030-01-01', 'INVALID_REQUEST'],
    ['bill_date=2026-11-20&bill_type=all', 'PARAM_ERROR'],
    ['bill_date=2026-11-20&tar_type=ZIP', 'PARAM_ERROR'],
  ])('refuse the query "%s" with %s', async (query, code) => {
    const location = 'query'
    expect(await apply(query)).toMatchObject({ status: 400, json: { code, detail: { location } } })
  })

  it('are kept for three months', async () => {
    await setClock('2027-02-20T12:00:00')
    expect((await apply('bill_date=2026-11-20')).status).toBe(200)
    await setClock('2027-02-21T00:00:00')
    expect(await apply('bill_date=2026-11-20')).toMatchObject({ status: 400, json: { code: 'INVALID_REQUEST' } })
  })

  it('are no longer handed out after a reset', async () => {
    const target = targetOf(await world.merchant.get('/v3/bill/fundflowbill?bill_date=2026-11-21'))
    expect((await world.merchant.get(target)).status).toBe(200)
    await world.control('POST', '/control/reset', {})
    expect(await world.merchant.get(target)).toMatchObject({
      status: 400,
      json: { code: 'INVALID_REQUEST', message: '下载地址无效或已过期，请重新申请账单' },
    })
  })
})
