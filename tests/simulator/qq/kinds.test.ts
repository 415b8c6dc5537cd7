import { recordToXml, xmlToRecord } from '../../../mock-server/crypto/xml'
import { qqNotifyUrl, qqNotifyUrlV2 } from '../../../mock-server/wire/qq'
import { signV2, verifyV2 } from '../../../mock-server/wire/v2-signing'
import { rawGet } from '../support/raw-get'
import { callJson, type Answer } from '../support/merchant-client'
import { createNoticeReceiver, type NoticeReceiver } from '../support/notice-receiver'
import { createQqWorld, realNotifyUrl, subMchid, type QqWorld } from '../support/qq-world'

const payHost = 'https://api.mch.weixin.qq.com'
const scene_info = { payer_client_ip: '203.0.113.12', h5_info: { type: 'Wap' } }
const visitor = { referer: 'https://shop.example/', 'x-forwarded-for': '203.0.113.12', 'user-agent': 'Android QQ/9.0' }

describe('the kinds of orders behind QQ’s proxy', () => {
  let world: QqWorld
  beforeAll(async () => {
    world = await createQqWorld()
  })
  beforeEach(async () => {
    await world.restartQq()
    world.receiver.received.length = 0
    world.receiver.answerWith((response) => response.writeHead(204).end())
  })
  afterAll(() => world.close())

  const checkUrl = async (url: unknown, appid = world.qq.apps[0]!.appid): Promise<unknown> =>
    (await callJson('POST', `${world.qq.url}/client/check-wx-url`, { appid, url })).json['ok']
  const ordersShown = async (): Promise<unknown> =>
    (await callJson('GET', `${world.qq.controlUrl}/control/orders`)).json['orders']

  const noticeAttempts = async (outTradeNo: string): Promise<unknown> => {
    const { json } = await callJson('GET', `${world.wechat.controlUrl}/control/notices`)
    const notices = json['notices'] as { out_trade_no: string; attempts: object[] }[]
    return notices.find((notice) => notice.out_trade_no === outTradeNo)?.attempts
  }

  const wechatAppid = (): string => world.wechat.apps[0]!.appid
  const partner = (outTradeNo: string, over: object = {}): string =>
    JSON.stringify({
      sp_appid: wechatAppid(),
      sp_mchid: world.mchid,
      sub_mchid: subMchid,
      description: '方格笔记本',
      out_trade_no: outTradeNo,
      notify_url: qqNotifyUrl(world.mchid, outTradeNo),
      amount: { total: 3200 },
      scene_info,
      ...over,
    })
  const combined = (outTradeNo: string, over: object = {}): string =>
    JSON.stringify({
      combine_appid: wechatAppid(),
      combine_mchid: world.mchid,
      combine_out_trade_no: outTradeNo,
      scene_info: { ...scene_info, device_id: 'till-0001' },
      sub_orders: [1, 2].map((part) => ({
        mchid: world.mchid,
        out_trade_no: `${outTradeNo}-${part}`,
        description: '方格笔记本',
        attach: 'a',
        amount: { total_amount: 1600, currency: 'CNY' },
      })),
      notify_url: qqNotifyUrl(world.mchid, outTradeNo),
      ...over,
    })

  describe.each([
    {
      kind: 'partner',
      path: '/wxpay/v3/pay/partner/transactions/h5',
      body: partner,
      names: { appid: 'sp_appid', mchid: 'sp_mchid', number: 'out_trade_no' },
      wrongNotifyUrl: (no: string) => qqNotifyUrl(subMchid, no),
    },
    {
      kind: 'combined',
      path: '/wxpay/v3/combine-transactions/h5',
      body: combined,
      names: { appid: 'combine_appid', mchid: 'combine_mchid', number: 'combine_out_trade_no' },
      wrongNotifyUrl: (no: string) => qqNotifyUrl(world.mchid, `${no}-1`),
    },
  ])('$kind', ({ kind, path, body, names, wrongNotifyUrl }) => {
    const order = (over: object = {}, outTradeNo = world.newNumber()): Promise<Answer> =>
      world.orderThroughProxy(outTradeNo, { path, body: body(outTradeNo, over) })

    it('is ordered, signed for WeChat’s own path, and paid; the notification reaches the merchant', async () => {
      const outTradeNo = world.newNumber()
      const { status, json } = await order({}, outTradeNo)
      expect(status).toBe(200)
      expect(await checkUrl(json['h5_url'])).toBe(true)
      expect(await checkUrl(json['h5_url'], '1')).toBe(false)
      expect(await ordersShown()).toMatchObject([{ kind, mchid: world.mchid, out_trade_no: outTradeNo }])
      const page = await rawGet(String(json['h5_url']), visitor)
      expect(page.text).toContain('id="pay"')
      await world.wechat.pay(world.mchid, outTradeNo)
      await world.wechat.settled()
      expect(world.receiver.received.map(({ url }) => url)).toEqual(['/notify/wechat'])
      const { resource } = JSON.parse(world.receiver.received[0]!.body.toString()) as { resource: object }
      expect(resource).toMatchObject({ algorithm: 'AEAD_AES_256_GCM' })
    })

    it('signed for the proxy’s path gets WeChat’s 401', async () => {
      const outTradeNo = world.newNumber()
      const answer = await world.orderThroughProxy(outTradeNo, { path, body: body(outTradeNo), signedTarget: path })
      expect(answer).toMatchObject({ status: 401, json: { code: 'SIGN_ERROR' } })
    })

    it.each<[string, number, (no: string) => object]>([
      ['another merchant', 9030, () => ({ [names.mchid]: '1600000099' })],
      ['the QQ appid', 9030, () => ({ [names.appid]: world.qq.apps[0]!.appid })],
      ['the merchant’s own notify_url', 9031, () => ({ notify_url: realNotifyUrl })],
      ['the notify_url of a V2 order', 9031, () => ({ notify_url: qqNotifyUrlV2 })],
      ['the notify_url of another number', 9031, (no) => ({ notify_url: wrongNotifyUrl(no) })],
      ['no number', 9034, () => ({ [names.number]: undefined })],
      ['a number that is none', 9034, () => ({ [names.mchid]: 1 })],
    ])('with %s is refused', async (_case, errcode, spoil) => {
      const outTradeNo = world.newNumber()
      expect((await order(spoil(outTradeNo), outTradeNo)).json).toMatchObject({ errcode })
      expect(await ordersShown()).toEqual([])
    })

    it('is not taken at the path of a direct order', async () => {
      const outTradeNo = world.newNumber()
      expect((await world.orderThroughProxy(outTradeNo, { body: body(outTradeNo) })).json).toMatchObject({
        errcode: 9034,
      })
    })
  })

  describe('V2', () => {
    const path = '/wxpay/unifiedorder'
    const mwebUrl = 'https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx1&package=1'
    const success = `<xml><return_code><![CDATA[SUCCESS]]></return_code>\n<mweb_url><![CDATA[${mwebUrl}]]></mweb_url>\n</xml>`
    const fields = (outTradeNo: string): Record<string, string> => ({
      appid: wechatAppid(),
      mch_id: world.mchid,
      out_trade_no: outTradeNo,
      notify_url: qqNotifyUrlV2,
      trade_type: 'MWEB',
      sign: 'X',
    })
    const toXml = (record: Readonly<Record<string, string>>): string =>
      `<xml>${Object.entries(record)
        .map(([name, value]) => `<${name}><![CDATA[${value}]]></${name}>`)
        .join('')}</xml>`
    const order = (over: Readonly<Record<string, string>> = {}, outTradeNo = world.newNumber()): Promise<Answer> =>
      world.orderThroughProxy(outTradeNo, { path, body: toXml({ ...fields(outTradeNo), ...over }) })

    // WeChat Pay as a witness: it writes down which bytes came, and answers what the test says.
    let upstream: NoticeReceiver
    let wechatUrl: string
    beforeAll(async () => {
      upstream = await createNoticeReceiver()
      wechatUrl = world.places[payHost]!
    })
    beforeEach(() => {
      world.places[payHost] = upstream.url
      upstream.received.length = 0
      upstream.answerWith((response) => response.writeHead(200, { 'content-type': 'text/plain' }).end(success))
    })
    afterEach(() => {
      world.places[payHost] = wechatUrl
    })
    afterAll(() => upstream.close())

    it('passes the bytes on to WeChat’s own path, and WeChat’s answer back', async () => {
      const outTradeNo = world.newNumber()
      const body = `<?xml version="1.0"?>\n${toXml(fields(outTradeNo))}\n`
      const answer = await world.orderThroughProxy(outTradeNo, { path, body })
      expect(answer).toMatchObject({ status: 200, text: success })
      expect(answer.headers.get('content-type')).toContain('text/plain')
      expect(upstream.received.map(({ url, body: sent }) => [url, sent.toString()])).toEqual([
        ['/pay/unifiedorder', body],
      ])
      expect(await checkUrl(mwebUrl)).toBe(true)
      expect(await checkUrl(`${mwebUrl}&redirect_url=https%3A%2F%2Fshop.example`)).toBe(true)
      expect(await checkUrl(`${mwebUrl}1`)).toBe(false)
      expect(await ordersShown()).toMatchObject([{ kind: 'v2', out_trade_no: outTradeNo, h5_url: mwebUrl }])
    })

    it('is ordered at the real simulator, paid on the middle page, and told to the merchant in V2’s words', async () => {
      world.places[payHost] = wechatUrl
      const { apiKey } = world.wechat.merchants[0]!
      const outTradeNo = world.newNumber()
      const unsigned = {
        ...fields(outTradeNo),
        sign: '',
        nonce_str: 'nonce-1',
        body: '方格笔记本',
        total_fee: '3200',
        spbill_create_ip: '203.0.113.12',
        scene_info: '{"h5_info":{"type":"Wap","wap_url":"https://shop.example","wap_name":"山茶小铺"}}',
      }
      const body = recordToXml({ ...unsigned, sign: signV2(unsigned, apiKey, 'MD5') })
      const answer = await world.orderThroughProxy(outTradeNo, { path, body })
      const ordered = xmlToRecord(Buffer.from(answer.text))
      expect(ordered).toMatchObject({ return_code: 'SUCCESS', result_code: 'SUCCESS', trade_type: 'MWEB' })
      expect(verifyV2(ordered, apiKey)).toBe(true)
      const link = String(ordered['mweb_url'])
      expect(await checkUrl(link)).toBe(true)
      expect((await rawGet(link, visitor)).text).toContain('id="pay"')

      world.receiver.answerWith((response) =>
        response.writeHead(200).end('<xml><return_code>SUCCESS</return_code></xml>'),
      )
      await world.wechat.pay(world.mchid, outTradeNo)
      await world.wechat.settled()
      const [notice, ...more] = world.receiver.received
      expect(more).toEqual([])
      const told = xmlToRecord(notice!.body)
      expect(told).toMatchObject({ out_trade_no: outTradeNo, total_fee: '3200', trade_type: 'MWEB' })
      expect(verifyV2(told, apiKey)).toBe(true)
      expect(await noticeAttempts(outTradeNo)).toMatchObject([{ outcome: 'acknowledged', status: 200 }])
    })

    it('passes a refusal of WeChat’s on, and knows no order then', async () => {
      const refusal =
        '<xml><return_code><![CDATA[FAIL]]></return_code>\n<return_msg><![CDATA[签名错误]]></return_msg>\n</xml>'
      upstream.answerWith((response) => response.writeHead(200).end(refusal))
      expect(await order()).toMatchObject({ status: 200, text: refusal })
      expect(await ordersShown()).toEqual([])
    })

    it.each<[string, number, (no: string) => Record<string, string>]>([
      ['another merchant', 9030, () => ({ mch_id: '1600000099' })],
      ['the QQ appid', 9030, () => ({ appid: world.qq.apps[0]!.appid })],
      ['the merchant’s own notify_url', 9031, () => ({ notify_url: realNotifyUrl })],
      ['the notify_url of a V3 order', 9031, (no) => ({ notify_url: qqNotifyUrl(world.mchid, no) })],
      ['a slash too much in notify_url', 9031, () => ({ notify_url: `${qqNotifyUrlV2}/` })],
      ['no merchant', 9034, () => ({ mch_id: '' })],
    ])('with %s is refused and never reaches WeChat', async (_case, errcode, spoil) => {
      const outTradeNo = world.newNumber()
      expect((await order(spoil(outTradeNo), outTradeNo)).json).toMatchObject({ errcode })
      expect(upstream.received).toEqual([])
    })

    it.each([
      '',
      '{}',
      '<xml><mch_id>1',
      '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><xml><mch_id>&e;</mch_id></xml>',
      '<xml><mch_id><a>1</a></mch_id></xml>',
    ])('with the body %j can’t be read', async (body) => {
      const answer = await world.orderThroughProxy(world.newNumber(), { path, body })
      expect(answer).toMatchObject({ status: 200, json: { errcode: 9034 } })
      expect(upstream.received).toEqual([])
    })

    it('needs a token, as V3 does', async () => {
      const outTradeNo = world.newNumber()
      const body = toXml(fields(outTradeNo))
      expect((await world.orderThroughProxy(outTradeNo, { path, body, token: 'x' })).json).toMatchObject({
        errcode: -3000,
      })
    })

    describe('a notification', () => {
      const notify = (xml: string): Promise<Answer> => callJson('POST', `${world.qq.url}/wxpay/notify`, xml)
      const told = (outTradeNo: string): string =>
        `<xml><mch_id>${world.mchid}</mch_id><out_trade_no>${outTradeNo}</out_trade_no><sign>X</sign></xml>`
      const ok = '<xml><return_code><![CDATA[SUCCESS]]></return_code></xml>'

      it('finds its order by the numbers inside, and the merchant’s answer goes back', async () => {
        world.receiver.answerWith((response) => response.writeHead(200, { 'content-type': 'text/xml' }).end(ok))
        const [one, other] = [world.newNumber(), world.newNumber()]
        await order({}, one)
        await order({}, other)
        const answer = await notify(told(one))
        expect(answer).toMatchObject({ status: 200, text: ok })
        expect(answer.headers.get('content-type')).toBe('text/xml')
        expect(world.receiver.received.map(({ url, body }) => [url, body.toString()])).toEqual([
          ['/notify/wechat', told(one)],
        ])
        const { json } = await callJson('GET', `${world.qq.controlUrl}/control/relays`)
        expect(json['relays']).toMatchObject([{ out_trade_no: one, outcome: 'answered', status: 200 }])
      })

      it('goes to the console’s address where the order names none', async () => {
        await world.restartQq({ apps: [world.newApp({ notifyUrl: 'https://shop.example/from-console' })] })
        const outTradeNo = world.newNumber()
        const query = `appid=${world.qq.apps[0]!.appid}&access_token=${await world.fetchToken()}&real_notify_url=`
        await world.orderThroughProxy(outTradeNo, { path, query, body: toXml(fields(outTradeNo)) })
        await notify(told(outTradeNo))
        expect(world.receiver.received.map(({ url }) => url)).toEqual(['/from-console'])
      })

      it('fails where the merchant is not there', async () => {
        const outTradeNo = world.newNumber()
        await order({}, outTradeNo)
        world.places['https://shop.example'] = 'http://127.0.0.1:1'
        const answer = await notify(told(outTradeNo))
        world.places['https://shop.example'] = world.receiver.url
        expect(answer.status).toBe(504)
        expect(answer.text).toContain('<return_code><![CDATA[FAIL]]></return_code>')
      })

      it.each([
        ['of an order that never came through here', 404, (): string => told('nobody-1')],
        ['without numbers', 400, (): string => '<xml><req_info>x</req_info></xml>'],
        ['that is no XML', 400, (): string => '{"mch_id":"1"}'],
      ])('%s fails in V2’s shape', async (_case, status, body) => {
        const answer = await notify(body())
        expect(answer.status).toBe(status)
        expect(answer.text).toContain('<return_code><![CDATA[FAIL]]></return_code>')
        expect(world.receiver.received).toEqual([])
      })
    })
  })
})
