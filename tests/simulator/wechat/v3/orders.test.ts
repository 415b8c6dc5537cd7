import { createWechatWorld, v3, type WechatWorld } from '../../support/wechat-world'

const minuteSec = 60
const hourSec = 3600
const daySec = 86_400

describe('orders', () => {
  let world: WechatWorld
  beforeAll(async () => {
    world = await createWechatWorld()
  })
  afterEach(async () => {
    await world.wechat.reset()
    await world.wechat.openid(world.appid, 'payer-1')
    await world.wechat.openid(world.appid, 'payer-2')
  })
  afterAll(() => world.stop())

  /** An instant of virtual time, in Beijing time as merchants write it. */
  async function inSeconds(seconds: number): Promise<string> {
    const { json } = await world.control('GET', '/control/clock')
    return `${new Date(Date.parse(String(json['now'])) + seconds * 1000 + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`
  }
  const jsapi = (outTradeNo: string, over: object = {}) =>
    world.merchant.post(v3.jsapi, world.jsapiOrder(outTradeNo, over))
  const h5 = (outTradeNo: string, over: object = {}) => world.merchant.post(v3.h5, world.h5Order(outTradeNo, over))
  const scene = { payer_client_ip: '203.0.113.13', h5_info: { type: 'Wap' } }

  it('answers a prepay_id of 36 characters', async () => {
    const { status, json } = await jsapi(world.newNumber())
    expect(status).toBe(200)
    expect(json).toEqual({ prepay_id: expect.stringMatching(/^wx\w{34}$/) })
  })

  it('answers an h5_url under the address that was called', async () => {
    const { json } = await h5(world.newNumber())
    const url = new URL(json['h5_url'] as string)
    expect(url.origin).toBe(world.wechat.url)
    expect(url.pathname).toBe('/cgi-bin/mmpayweb-bin/checkmweb')
    expect([...url.searchParams.keys()]).toEqual(['prepay_id', 'package'])
    expect(url.searchParams.get('package')).toMatch(/^\d+$/)
  })

  it('takes everything that the manual lists', async () => {
    const answer = await jsapi(world.newNumber(), {
      time_expire: await inSeconds(hourSec),
      attach: '自定义数据',
      goods_tag: 'WXG',
      support_fapiao: true,
      detail: {
        cost_price: 8800,
        invoice_id: '微信123',
        goods_detail: [{ merchant_goods_id: '1246464644', goods_name: '茶', quantity: 1, unit_price: 8800 }],
      },
      scene_info: {
        payer_client_ip: '14.23.150.211',
        device_id: '013467007045764',
        store_info: { id: '0001', name: '腾讯大厦分店', area_code: '440305', address: '广东省深圳市南山区' },
      },
      settle_info: { profit_sharing: false },
    })
    expect(answer.status).toBe(200)
  })

  describe('that are not as the manual says', () => {
    const required = (path: string, label: string): string =>
      `输入源“${path}”映射到字段“${label}”必填性规则校验失败，此字段为必填项`
    const text = (path: string, label: string, what: string): string =>
      `输入源“${path}”映射到值字段“${label}”字符串规则校验失败，${what}`
    const regex = '^https?://([^\\s/?#\\[\\]\\@]+\\@)?([^\\s/?#\\@:]+)(?::\\d{2,5})?([^\\s?#\\[\\]]*)$'

    it.each<[string, object, string, unknown]>([
      ['no appid', { appid: undefined }, required('/body/appid', '公众账号ID'), { location: 'body', value: '' }],
      ['an empty appid', { appid: '' }, required('/body/appid', '公众账号ID'), { location: 'body', value: '' }],
      [
        'no description',
        { description: undefined },
        required('/body/description', '商品描述'),
        { location: 'body', value: '' },
      ],
      ['no amount', { amount: undefined }, required('/body/amount', '订单金额'), { location: 'body', value: '' }],
      ['no total', { amount: {} }, required('/body/amount/total', '总金额'), { location: 'body', value: '' }],
      ['no payer', { payer: undefined }, required('/body/payer', '支付者'), { location: 'body', value: '' }],
      [
        'a description of 128 characters',
        { description: '茶'.repeat(128) },
        text('/body/description', '商品描述', '字节数 384，大于最大值 127'),
        { location: 'body', value: 384 },
      ],
      [
        'an empty attach',
        { attach: '' },
        text('/body/attach', '附加数据', '字节数 0，小于最小值 1'),
        { location: 'body', value: 0 },
      ],
      [
        'a notify_url with a query',
        { notify_url: 'https://shop.example/notify?x=1' },
        text('/body/notify_url', '通知地址', `字符串必须匹配正则表达式“${regex}”`),
        { location: 'body', value: 'https://shop.example/notify?x=1' },
      ],
      [
        'a notify_url with a blank in front',
        { notify_url: ' https://shop.example/notify' },
        text('/body/notify_url', '通知地址', `字符串必须匹配正则表达式“${regex}”`),
        { location: 'body', value: ' https://shop.example/notify' },
      ],
      [
        'a total of 0',
        { amount: { total: 0 } },
        '输入源“/body/amount/total”映射到数值字段“总金额”规则校验失败，值低于最小值 1',
        { location: 'body', value: 0 },
      ],
      [
        'a total of −1',
        { amount: { total: -1 } },
        '输入源“/body/amount/total”映射到数值字段“总金额”规则校验失败，值低于最小值 1',
        { location: 'body', value: -1 },
      ],
      [
        'a field of its own',
        { price: 1, payer: { openid: 'x', name: 'y' } },
        '请求中含有未在API文档中定义的参数',
        { location: null, value: ['/body/price', '/body/payer/name'] },
      ],
    ])('refuses %s in the words of the service', async (_case, over, message, detail) => {
      const outTradeNo = world.newNumber()
      const answer = await jsapi(outTradeNo, over)
      expect(answer.status).toBe(400)
      expect(answer.json).toEqual({ code: 'PARAM_ERROR', detail, message })
      expect((await world.query(outTradeNo)).status).toBe(404)
    })

    it.each<[string, object]>([
      ['a total in a string', { amount: { total: '8800' } }],
      ['a total in yuan', { amount: { total: 88.5 } }],
      ['a total of 1e300', { amount: { total: 1e300 } }],
      ['a total of true', { amount: { total: true } }],
      ['another currency', { amount: { total: 1, currency: 'USD' } }],
      ['an amount that is a list', { amount: [1] }],
      ['a description that is a number', { description: 1 }],
      ['a time_expire that is no time', { time_expire: 'tomorrow' }],
      ['a time_expire without an offset', { time_expire: '2030-01-01T00:00:00' }],
      ['a time_expire that is no day', { time_expire: '2030-13-41T00:00:00+08:00' }],
      [
        'a number of goods with a space',
        { detail: { goods_detail: [{ merchant_goods_id: 'a b', quantity: 1, unit_price: 1 }] } },
      ],
      ['a way to pay that nobody knows', { limit_pay: ['no_money'] }],
      ['goods without a price', { detail: { goods_detail: [{ merchant_goods_id: 'x', quantity: 1 }] } }],
    ])('refuses %s', async (_case, over) => {
      expect(await jsapi(world.newNumber(), over)).toMatchObject({ status: 400, json: { code: 'PARAM_ERROR' } })
    })

    it.each(['short', 'x'.repeat(33), 'a b c d e f', '订单订单订单订单'])(
      'refuses the number %p',
      async (outTradeNo) => {
        expect(await jsapi(outTradeNo)).toMatchObject({ status: 400, json: { code: 'PARAM_ERROR' } })
      },
    )

    it.each(['abcdef', 'x'.repeat(32), 'A-b_c|d*9'])('takes the number %p', async (outTradeNo) => {
      expect((await jsapi(outTradeNo)).status).toBe(200)
    })

    it.each<[string, object]>([
      ['no scene_info', { scene_info: undefined }],
      ['no h5_info', { scene_info: { payer_client_ip: '203.0.113.13' } }],
      ['no payer_client_ip', { scene_info: { h5_info: { type: 'Wap' } } }],
      ['no type', { scene_info: { ...scene, h5_info: {} } }],
      ['a payer', { payer: { openid: 'x' } }],
    ])('refuses a browser order with %s', async (_case, over) => {
      expect(await h5(world.newNumber(), over)).toMatchObject({ status: 400, json: { code: 'PARAM_ERROR' } })
    })

    it('takes a browser order from 127.0.0.1, which then cannot be paid', async () => {
      expect((await h5(world.newNumber(), { scene_info: { ...scene, payer_client_ip: '127.0.0.1' } })).status).toBe(200)
    })
  })

  it.each<[string, object, string, string]>([
    ['an app that is not bound', { appid: 'wx0000000000000000' }, 'APPID_MCHID_NOT_MATCH', 'appid和mch_id不匹配'],
    [
      'another merchant in the body',
      { mchid: '1900000109' },
      'INVALID_REQUEST',
      'http header中的mchid与post payload中的mchid不匹配',
    ],
    ['an openid that nobody has', { payer: { openid: 'o'.padEnd(28, 'x') } }, 'PARAM_ERROR', '无效的openid'],
  ])('refuses %s', async (_case, over, code, message) => {
    expect(await jsapi(world.newNumber(), over)).toMatchObject({ status: 400, json: { code, message } })
  })

  it('refuses an openid of another app', async () => {
    const openid = await world.wechat.openid('wx0000000000000000', 'payer-1')
    expect(await jsapi(world.newNumber(), { payer: { openid } })).toMatchObject({
      status: 400,
      json: { message: 'appid与openid不匹配' },
    })
  })

  describe('under a number that is known', () => {
    it('answer the same prepay_id again for the same content, whatever the order of its keys', async () => {
      const outTradeNo = world.newNumber()
      const first = await jsapi(outTradeNo)
      const entries = Object.entries(world.jsapiOrder(outTradeNo)).reverse()
      const again = await world.merchant.post(v3.jsapi, Object.fromEntries(entries))
      expect(again.json).toEqual(first.json)
    })

    it('answer a fresh h5_url of the same prepay_id', async () => {
      const outTradeNo = world.newNumber()
      const [first, second] = [await h5(outTradeNo), await h5(outTradeNo)]
      const query = (answer: typeof first) => new URL(answer.json['h5_url'] as string).searchParams
      expect(query(second).get('prepay_id')).toBe(query(first).get('prepay_id'))
      expect(query(second).get('package')).not.toBe(query(first).get('package'))
    })

    const reentry = { status: 400, json: { code: 'INVALID_REQUEST', message: '请求重入时，参数与首次请求时不一致' } }

    it.each<[string, object]>([
      ['amount', { amount: { total: 8801, currency: 'CNY' } }],
      ['description', { description: 'other' }],
      ['attach', { attach: 'x' }],
      ['notify_url', { notify_url: 'https://shop.example/other' }],
      ['time_expire', { time_expire: '2099-01-01T00:00:00+08:00' }],
    ])('are refused with another %s', async (_field, over) => {
      const outTradeNo = await world.order()
      expect(await jsapi(outTradeNo, over)).toMatchObject(reentry)
      expect((await jsapi(outTradeNo)).status).toBe(200)
    })

    it('are refused for another payer', async () => {
      const outTradeNo = await world.order()
      const openid = await world.wechat.openid(world.appid, 'payer-2')
      expect(await jsapi(outTradeNo, { payer: { openid } })).toMatchObject(reentry)
    })

    it('are refused as used for another product', async () => {
      const outTradeNo = await world.order()
      expect(await h5(outTradeNo)).toMatchObject({
        status: 403,
        json: { code: 'OUT_TRADE_NO_USED', message: '商户订单号重复' },
      })
    })

    it('are refused once paid', async () => {
      const outTradeNo = await world.order()
      await world.wechat.pay(world.mchid, outTradeNo)
      expect(await jsapi(outTradeNo)).toMatchObject({
        status: 400,
        json: { code: 'ORDERPAID', message: '该订单已支付' },
      })
    })

    it('are refused once closed', async () => {
      const outTradeNo = await world.order()
      await world.close(outTradeNo)
      expect(await jsapi(outTradeNo)).toMatchObject({ status: 400, json: { code: 'ORDER_CLOSED' } })
    })

    it('are refused after time_expire, although the order is not closed', async () => {
      const over = { time_expire: await inSeconds(10 * minuteSec) }
      const outTradeNo = await world.order(world.newNumber(), over)
      await world.wechat.advance(10 * minuteSec)
      expect(await jsapi(outTradeNo, over)).toMatchObject({ status: 400, json: { message: '该订单已失效' } })
      expect((await world.query(outTradeNo)).json).toMatchObject({ trade_state: 'NOTPAY' })
    })

    it('never make two orders, however many arrive at once', async () => {
      const outTradeNo = world.newNumber()
      const answers = await Promise.all(Array.from({ length: 20 }, () => jsapi(outTradeNo)))
      expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
      expect((await world.control('GET', '/control/trades')).json['trades']).toHaveLength(1)
    })
  })

  describe('asked about', () => {
    it('show little until they are paid', async () => {
      const outTradeNo = await world.order(world.newNumber(), { attach: 'x' })
      expect((await world.query(outTradeNo)).json).toEqual({
        amount: { currency: 'CNY', total: 8800 },
        appid: world.appid,
        mchid: world.mchid,
        out_trade_no: outTradeNo,
        promotion_detail: [],
        trade_state: 'NOTPAY',
        trade_state_desc: expect.any(String),
      })
    })

    it('show the payment, by both numbers', async () => {
      const outTradeNo = await world.order(world.newNumber(), { attach: '自定义数据' })
      const { transaction_id } = (await world.wechat.pay(world.mchid, outTradeNo))!
      expect(transaction_id).toMatch(/^42\d{26}$/)
      const { json, text } = await world.query(outTradeNo)
      expect(json).toMatchObject({
        amount: { currency: 'CNY', payer_currency: 'CNY', payer_total: 8800, total: 8800 },
        attach: '自定义数据',
        bank_type: 'OTHERS',
        payer: { openid: world.openid },
        success_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$/),
        trade_state: 'SUCCESS',
        trade_state_desc: '支付成功',
        trade_type: 'JSAPI',
        transaction_id,
      })
      expect(Object.keys(json)).toEqual(Object.keys(json).sort())
      const byId = await world.merchant.get(`/v3/pay/transactions/id/${transaction_id}?mchid=${world.mchid}`)
      expect(byId.text).toBe(text)
    })

    it('say MWEB of a browser order', async () => {
      const outTradeNo = world.newNumber()
      await h5(outTradeNo)
      await world.wechat.pay(world.mchid, outTradeNo)
      expect((await world.query(outTradeNo)).json).toMatchObject({ trade_type: 'MWEB' })
    })

    it.each<[string, string, number, string]>([
      ['an unknown number', '/v3/pay/transactions/out-trade-no/unknown-1?mchid=MCHID', 404, 'ORDER_NOT_EXIST'],
      ['an unknown transaction', '/v3/pay/transactions/id/4200000000?mchid=MCHID', 404, 'ORDER_NOT_EXIST'],
      ['no mchid', '/v3/pay/transactions/out-trade-no/unknown-1', 400, 'PARAM_ERROR'],
      ['another mchid', '/v3/pay/transactions/out-trade-no/unknown-1?mchid=1900000109', 400, 'INVALID_REQUEST'],
      ['a number that cannot be', '/v3/pay/transactions/out-trade-no/x?mchid=MCHID', 400, 'PARAM_ERROR'],
    ])('refuse %s', async (_case, target, status, code) => {
      const answer = await world.merchant.get(target.replace('MCHID', world.mchid))
      expect(answer).toMatchObject({ status, json: { code } })
    })
  })

  describe('closed', () => {
    it('are closed once and for all, and closing again changes nothing', async () => {
      const outTradeNo = await world.order()
      expect((await world.close(outTradeNo)).status).toBe(204)
      expect((await world.close(outTradeNo)).status).toBe(204)
      expect((await world.query(outTradeNo)).json).toMatchObject({
        trade_state: 'CLOSED',
        trade_state_desc: '订单已关闭',
      })
      expect(await world.wechat.pay(world.mchid, outTradeNo)).toBeNull()
    })

    it('can’t be once they are paid', async () => {
      const outTradeNo = await world.order()
      await world.wechat.pay(world.mchid, outTradeNo)
      expect(await world.close(outTradeNo)).toMatchObject({ status: 400, json: { code: 'ORDER_PAID' } })
      expect((await world.query(outTradeNo)).json).toMatchObject({ trade_state: 'SUCCESS' })
    })

    it('burn a number that was never ordered', async () => {
      const outTradeNo = world.newNumber()
      expect((await world.close(outTradeNo)).status).toBe(204)
      expect(await jsapi(outTradeNo)).toMatchObject({ json: { message: '请求重入时，参数与首次请求时不一致' } })
      expect((await world.query(outTradeNo)).status).toBe(404)
    })

    it('name the merchant in the body', async () => {
      const outTradeNo = await world.order()
      expect((await world.merchant.post(v3.close(outTradeNo), {})).status).toBe(400)
      expect((await world.merchant.post(v3.close(outTradeNo), { mchid: '1900000109' })).status).toBe(400)
      expect((await world.query(outTradeNo)).json).toMatchObject({ trade_state: 'NOTPAY' })
    })
  })

  describe('in the course of time', () => {
    const payStatus = async (outTradeNo: string): Promise<number> =>
      (await world.control('POST', `/control/trades/${world.mchid}/${outTradeNo}/pay`, {})).status

    it('close themselves after seven days, not a second earlier', async () => {
      const outTradeNo = await world.order()
      await world.wechat.advance(7 * daySec - 5)
      expect((await world.query(outTradeNo)).json).toMatchObject({ trade_state: 'NOTPAY' })
      await world.wechat.advance(6)
      expect((await world.query(outTradeNo)).json).toMatchObject({ trade_state: 'CLOSED' })
    })

    it('have a prepay_id for two hours, and another one when ordered again', async () => {
      const outTradeNo = world.newNumber()
      const first = await jsapi(outTradeNo)
      await world.wechat.advance(2 * hourSec - 5)
      expect((await jsapi(outTradeNo)).json).toEqual(first.json)
      await world.wechat.advance(6)
      expect(await payStatus(outTradeNo)).toBe(409)
      expect((await jsapi(outTradeNo)).json).not.toEqual(first.json)
      expect(await payStatus(outTradeNo)).toBe(200)
    })

    it('can be paid until time_expire', async () => {
      const outTradeNo = await world.order(world.newNumber(), { time_expire: await inSeconds(10 * minuteSec) })
      await world.wechat.advance(10 * minuteSec)
      expect(await payStatus(outTradeNo)).toBe(409)
      expect((await world.query(outTradeNo)).json).toMatchObject({ trade_state: 'NOTPAY' })
    })

    it('have at least a minute, whatever time_expire says', async () => {
      const outTradeNo = await world.order(world.newNumber(), { time_expire: '2020-01-01T00:00:00+08:00' })
      await world.wechat.advance(55)
      expect(await payStatus(outTradeNo)).toBe(200)
    })

    it('have at most 90 days', async () => {
      const outTradeNo = await world.order(world.newNumber(), { time_expire: '2099-01-01T00:00:00+08:00' })
      const { json } = await world.control('GET', `/control/trades/${world.mchid}/${outTradeNo}`)
      const lives = Date.parse(String(json['time_expire'])) - Date.parse(String(json['create_time']))
      expect(Math.round(lives / 1000 / daySec)).toBe(90)
    })
  })
})
