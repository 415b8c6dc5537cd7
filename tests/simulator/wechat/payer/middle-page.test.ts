import { callJson, type Answer } from '../../support/merchant-client'
import { rawGet } from '../../support/raw-get'
import { createWechatWorld, v3, type WechatWorld } from '../../support/wechat-world'

const payerIp = '203.0.113.13'
const safari = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 Version/17.6 Safari/604.1'

describe('the H5 middle page', () => {
  let world: WechatWorld
  beforeAll(async () => {
    world = await createWechatWorld()
  })
  afterAll(() => world.stop())

  const visitor = { referer: 'https://shop.example/pages/checkout', 'x-forwarded-for': payerIp, 'user-agent': safari }

  const onAndroid = { ...visitor, 'user-agent': 'Mozilla/5.0 (Linux; Android 14) Chrome/126.0 Mobile' }

  async function orderLink(outTradeNo = world.newNumber(), ip = payerIp): Promise<string> {
    const scene_info = { payer_client_ip: ip, h5_info: { type: 'Wap' } }
    const { json } = await world.merchant.post(v3.h5, world.h5Order(outTradeNo, { scene_info }))
    return json['h5_url'] as string
  }
  const errorOf = (html: string): string => /<p id="error"[^>]*>([^<]*)<\/p>/.exec(html)?.[1] ?? ''
  const open = async (link: string, headers: Record<string, string> = visitor) => {
    const { status, text, headers: answered } = await rawGet(link, headers)
    return { status, html: text, headers: answered, error: errorOf(text), canPay: text.includes('id="pay"') }
  }
  async function act(
    step: 'pay' | 'cancel',
    link: string,
    headers: Record<string, string> = visitor,
    over: object = {},
  ): Promise<Answer> {
    const { searchParams } = new URL(link)
    const body = { prepay_id: searchParams.get('prepay_id'), package: searchParams.get('package'), ...over }
    return callJson('POST', `${world.wechat.url}/cgi-bin/mmpayweb-bin/checkmweb/${step}`, body, headers)
  }

  it('shows whom, how much and for what, and pays', async () => {
    const outTradeNo = world.newNumber()
    const link = await orderLink(outTradeNo)
    const page = await open(link)
    expect(page).toMatchObject({ status: 200, error: '', canPay: true })
    expect(page.html).toContain(world.wechat.merchants[0]!.name)
    expect(page.html).toContain('¥88.00')
    expect(page.html).toContain(outTradeNo)
    expect(page.html).toContain('本地模拟的中间页，不会真实扣款')
    expect(page.html).toContain('完成后返回商户页面')
    expect((await act('pay', link)).json).toEqual({ transaction_id: expect.stringMatching(/^42/) })
    expect((await world.query(outTradeNo)).json).toMatchObject({
      trade_state: 'SUCCESS',
      trade_type: 'MWEB',
      payer: { openid: world.openid },
    })
  })

  it('answers a client without a window in data, and judges the Referer that the window would send', async () => {
    const outTradeNo = world.newNumber()
    const link = await orderLink(outTradeNo)
    const ask = (url: string, referer: string, headers: Record<string, string> = { 'x-forwarded-for': payerIp }) =>
      callJson('POST', `${world.wechat.url}/client/h5-page`, { url, referer }, headers)
    const { searchParams } = new URL(link)
    expect(await ask(link, visitor.referer)).toMatchObject({
      status: 200,
      json: {
        payee: world.wechat.merchants[0]!.name,
        total: 8800,
        out_trade_no: outTradeNo,
        prepay_id: searchParams.get('prepay_id'),
        package: searchParams.get('package'),
      },
    })
    expect(await ask(link, 'https://elsewhere.example/')).toMatchObject({
      status: 403,
      json: { code: 268443816, message: '商家存在未配置的参数，请联系商家解决' },
    })
    expect(await ask(link, '')).toMatchObject({ status: 403, json: { code: 268443815 } })
    expect(await ask(link, visitor.referer, { 'x-forwarded-for': '203.0.113.99' })).toMatchObject({ status: 403 })
    expect(await ask(link.replace(/package=\d+/, 'package=1'), visitor.referer)).toMatchObject({ status: 403 })
    expect(await ask('http://127.0.0.1/elsewhere', visitor.referer)).toMatchObject({ status: 403 })
    expect(await ask('no address', visitor.referer)).toMatchObject({ status: 403 })
  })

  it('says inside QQ that the way back leads to QQ', async () => {
    const page = await open(await orderLink(), { ...visitor, 'user-agent': `${safari} QQ/9.0.95` })
    expect(page.html).toContain('完成后返回 QQ')
  })

  it('leaves the order as it is when it is cancelled', async () => {
    const outTradeNo = world.newNumber()
    const link = await orderLink(outTradeNo)
    expect((await act('cancel', link)).status).toBe(200)
    expect((await world.query(outTradeNo)).json).toMatchObject({ trade_state: 'NOTPAY' })
    expect((await act('pay', link)).status).toBe(200)
  })

  it('loads nothing from elsewhere, and may be framed by this machine only', async () => {
    const { html, headers } = await open(await orderLink())
    expect(html).not.toMatch(/(src|href)=/)
    const policy = String(headers['content-security-policy'])
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toContain('unsafe-inline')
    expect(policy).toContain('frame-ancestors http://127.0.0.1:* http://localhost:*')
    expect(headers['cache-control']).toBe('no-store')
  })

  it.each([
    'https://shop.example/',
    'http://127.0.0.1:4000/x',
    'http://localhost:4000',
    'https://shop.example:8443/',
    'shop.example://',
  ])('opens from the registered page %s', async (referer) => {
    expect(await open(await orderLink(), { ...visitor, referer })).toMatchObject({ error: '', canPay: true })
  })

  const without = (name: keyof typeof visitor): Record<string, string> =>
    Object.fromEntries(Object.entries(visitor).filter(([key]) => key !== name))
  const unregistered = '商家存在未配置的参数，请联系商家解决'

  it('shows the internal number of a refusal that has one', async () => {
    const numberOf = (html: string): string | undefined => /<p class="note">(\d+)<\/p>/.exec(html)?.[1]
    const link = await orderLink()
    expect(numberOf((await open(link, without('referer'))).html)).toBe('268443815')
    expect(numberOf((await open(link, { ...visitor, referer: 'https://evil.example/' })).html)).toBe('268443816')
    expect(numberOf((await open(link, { ...visitor, 'x-forwarded-for': '203.0.113.99' })).html)).toBe('268498465')
    expect(numberOf((await open(link, { ...visitor, 'user-agent': 'MicroMessenger/8.0' })).html)).toBeUndefined()
    await world.wechat.advance(301)
    expect(numberOf((await open(link)).html)).toBe('268498468')
  })

  it.each<[string, () => Record<string, string>, string]>([
    ['without a Referer', () => without('referer'), '商家参数格式有误，请联系商家解决'],
    ['from a page of somebody else', () => ({ ...visitor, referer: 'https://evil.example/' }), unregistered],
    [
      'from a name that begins alike',
      () => ({ ...visitor, referer: 'https://shop.example.evil.example/' }),
      unregistered,
    ],
    [
      'from a sub-domain that is not registered',
      () => ({ ...visitor, referer: 'https://a.shop.example/' }),
      unregistered,
    ],
    [
      'from another address than it was ordered for',
      () => ({ ...visitor, 'x-forwarded-for': '203.0.113.99' }),
      '网络环境未能通过安全验证，请稍后再试',
    ],
    [
      'inside WeChat',
      () => ({ ...visitor, 'user-agent': `${safari} MicroMessenger/8.0.50` }),
      '请在微信外打开订单，进行支付',
    ],
  ])('refuses to open %s', async (_case, headers, error) => {
    expect(await open(await orderLink(), headers())).toMatchObject({ error, canPay: false })
  })

  it('refuses an order that was made for 127.0.0.1, as in life', async () => {
    const outTradeNo = world.newNumber()
    const link = await orderLink(outTradeNo, '127.0.0.1')
    const error = '由于商家传入的H5交易参数有误'
    expect(await open(link)).toMatchObject({ error, canPay: false })
    expect(await act('pay', link, { ...visitor, 'x-forwarded-for': '127.0.0.1' })).toMatchObject({
      status: 403,
      json: { message: error },
    })
    expect((await world.query(outTradeNo)).json).toMatchObject({ trade_state: 'NOTPAY' })
  })

  describe('with a redirect_url', () => {
    const withRedirect = async (redirectUrl: string): Promise<string> =>
      `${await orderLink()}&redirect_url=${encodeURIComponent(redirectUrl)}`

    it('of a registered domain goes back there', async () => {
      const page = await open(await withRedirect('https://shop.example/pages/result/index?orderNo=1&x=<script>'))
      expect(page.canPay).toBe(true)
      expect(page.html).toContain('"redirectUrl":"https://shop.example/pages/result/index?orderNo=1&x=\\u003cscript>"')
    })
    it.each([
      'https://shop.example/pages/result/index',
      'https://shop.example/pages/result/index?orderNo=1&x=2',
      encodeURI('https://shop.example/结果'),
    ])('that was not encoded (%s) does not open', async (redirectUrl) => {
      const link = `${await orderLink()}&redirect_url=${redirectUrl}`
      expect(await open(link)).toMatchObject({ error: '签名验证失败', canPay: false })
      expect(await open(link, onAndroid)).toMatchObject({ error: '系统繁忙', canPay: false })
    })
    it.each([
      'https://evil.example/',
      'javascript://shop.example/%0aalert(1)',
      'shop.example',
      '//evil.example',
      'data:text/html,x',
    ])('of %s does not open', async (redirectUrl) => {
      expect(await open(await withRedirect(redirectUrl))).toMatchObject({ error: unregistered, canPay: false })
    })
  })

  describe('in the course of time', () => {
    const tooOld = '支付请求已失效，请重新发起支付'

    it('pays for five minutes, and a fresh link for five more', async () => {
      const outTradeNo = world.newNumber()
      const first = await orderLink(outTradeNo)
      await world.wechat.advance(299)
      expect(await open(first)).toMatchObject({ error: '', canPay: true })
      await world.wechat.advance(2)
      expect(await open(first)).toMatchObject({ error: tooOld, canPay: false })
      expect(await act('pay', first)).toMatchObject({ status: 403, json: { message: tooOld } })
      const second = await orderLink(outTradeNo)
      expect((await act('pay', second)).status).toBe(200)
    })

    it('looks at the order again when the button is pressed', async () => {
      const outTradeNo = world.newNumber()
      const link = await orderLink(outTradeNo)
      await open(link)
      await world.close(outTradeNo)
      expect(await act('pay', link)).toMatchObject({ status: 403, json: { message: '订单已关闭' } })
    })

    it('takes the money once', async () => {
      const link = await orderLink()
      const answers = await Promise.all([act('pay', link), act('pay', link), act('pay', link)])
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 403, 403])
      expect(await open(link)).toMatchObject({ error: '该订单已支付', canPay: false })
    })

    it('looks at the payer’s address again when the button is pressed', async () => {
      const answer = await act('pay', await orderLink(), { ...visitor, 'x-forwarded-for': '203.0.113.99' })
      expect(answer).toMatchObject({ status: 403, json: { message: '网络环境未能通过安全验证，请稍后再试' } })
    })
  })

  it.each([
    ['another package', (link: string) => link.replace(/package=\d+/, 'package=1')],
    ['a prepay_id of nobody', (link: string) => link.replace(/prepay_id=\w+/, 'prepay_id=wx1')],
    ['nothing', (link: string) => link.split('?')[0]!],
    ['its end cut off', (link: string) => link.slice(0, -3)],
    ['its package cut off', (link: string) => link.replace(/&package=.*/, '')],
  ])('refuses a link with %s, in the words of the platform', async (_case, spoil) => {
    const link = await orderLink()
    expect(await open(spoil(link))).toMatchObject({ error: '签名验证失败', canPay: false })
    expect(await open(spoil(link), onAndroid)).toMatchObject({ error: '系统繁忙', canPay: false })
    expect(await open(link)).toMatchObject({ error: '', canPay: true })
  })

  describe('for one payer', () => {
    const asUser = (step: 'pay' | 'cancel', link: string, user: string, headers = visitor): Promise<Answer> =>
      act(step, link, headers, { user })

    it('takes the second WeChat user for a wrong signature', async () => {
      const outTradeNo = world.newNumber()
      const link = await orderLink(outTradeNo)
      expect((await asUser('cancel', link, 'payer-1')).status).toBe(200)
      for (const step of ['pay', 'cancel'] as const) {
        expect(await asUser(step, link, 'payer-2')).toMatchObject({
          status: 403,
          json: { code: null, message: '签名验证失败' },
        })
        expect((await asUser(step, link, 'payer-2', onAndroid)).json).toMatchObject({ message: '系统繁忙' })
      }
      expect((await world.query(outTradeNo)).json).toMatchObject({ trade_state: 'NOTPAY' })
      expect((await asUser('pay', link, 'payer-1')).status).toBe(200)
    })

    it('lets the second user pay through a link of their own', async () => {
      const outTradeNo = world.newNumber()
      await asUser('cancel', await orderLink(outTradeNo), 'payer-1')
      expect((await asUser('pay', await orderLink(outTradeNo), 'payer-2')).status).toBe(200)
    })

    it('is paid by one of two who press at the same time', async () => {
      const link = await orderLink()
      const users = ['payer-1', 'payer-2', 'payer-3']
      const answers = await Promise.all(users.map((user) => asUser('pay', link, user)))
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 403, 403])
    })
  })

  it('refuses the prepay_id of a wallet order', async () => {
    const { json } = await world.merchant.post(v3.jsapi, world.jsapiOrder(world.newNumber()))
    const link = `${world.wechat.url}/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=${String(json['prepay_id'])}&package=1`
    expect((await open(link)).canPay).toBe(false)
  })

  it('escapes what the merchant wrote', async () => {
    const outTradeNo = world.newNumber()
    const page = await open(
      `${await orderLink(outTradeNo)}&redirect_url=${encodeURIComponent('https://shop.example/</script>')}`,
    )
    expect(page.html.match(/<\/script>/g)).toHaveLength(1)
  })

  it.each(['{', '[]', '{}', '{"prepay_id":1,"package":2}'])('survives the body %p', async (body) => {
    const answer = await callJson('POST', `${world.wechat.url}/cgi-bin/mmpayweb-bin/checkmweb/pay`, body)
    expect(answer.status).toBe(403)
  })

  it('believes nobody’s X-Forwarded-For where it is told so', async () => {
    const strict = await createWechatWorld({ trustLoopbackForwarded: false, loopbackPayerIp: payerIp })
    const order = async () => {
      const { json } = await strict.merchant.post(v3.h5, strict.h5Order(strict.newNumber()))
      return json['h5_url'] as string
    }
    expect(await open(await order(), { ...visitor, 'x-forwarded-for': '203.0.113.99' })).toMatchObject({ error: '' })
    await strict.stop()
  })
})

describe('addresses that are handed out', () => {
  it.each([
    ['127.0.0.1', 'http://127.0.0.1:PORT'],
    ['localhost', 'http://localhost:PORT'],
    ['api.mch.weixin.qq.com', 'https://wx.tenpay.com'],
    ['evil.example', 'https://wx.tenpay.com'],
  ])('begin, for who called %s, with %s', async (host, expected) => {
    const world = await createWechatWorld({ handedOutBase: 'https://wx.tenpay.com' })
    const { port } = new URL(world.wechat.url)
    const body = JSON.stringify(world.h5Order(world.newNumber()))
    const { request } = await import('node:http')
    const text = await new Promise<string>((resolve) => {
      const outgoing = request(
        world.wechat.url + v3.h5,
        {
          method: 'POST',
          headers: { host: `${host}:${port}`, authorization: world.merchant.authorize('POST', v3.h5, body) },
        },
        (answer) => {
          let read = ''
          answer.on('data', (chunk: Buffer) => (read += chunk.toString('utf8')))
          answer.on('end', () => resolve(read))
        },
      )
      outgoing.end(body)
    })
    await world.stop()
    expect(new URL((JSON.parse(text) as { h5_url: string }).h5_url).origin).toBe(expected.replace('PORT', port))
  })
})
