import { createBrowserDoor } from '../../mock-server/local/browser-door'
import { createHostMap } from '../../mock-server/kit/http/host-map'
import { openAuthority, type Authority } from '../../mock-server/tls/authority'
import { createTlsDoor, type TlsDoor } from '../../mock-server/tls/create-tls-door'
import { allTlsNames, localNames, tlsNames } from '../../mock-server/tls/hosts'
import { createQqWorld, realNotifyUrl, type QqWorld } from './support/qq-world'
import { callRaw, createRawListener, type RawListener } from './support/raw-socket'

const signature = [
  'Wechatpay-Timestamp',
  'Wechatpay-Nonce',
  'Wechatpay-Serial',
  'Wechatpay-Signature',
  'Wechatpay-Signature-Type',
]
const signed = ['Request-ID', ...signature]
const refused = ['Request-ID']

/** Those that WeChat Pay spells, in whatever spelling they came. */
const theirs = (names: readonly string[]): readonly string[] =>
  names.filter((name) => /^(wechatpay-|request-id$)/i.test(name))

describe('header names are spelled as WeChat Pay spells them', () => {
  let world: QqWorld
  let authority: Authority
  let tls: TlsDoor
  let listener: RawListener
  beforeAll(async () => {
    world = await createQqWorld()
    listener = await createRawListener()
    world.places['https://shop.example'] = listener.url
    authority = await openAuthority(null, allTlsNames, () => Date.now())
    const { wechat, qq } = world
    tls = await createTlsDoor({
      port: 0,
      proxyPort: 0,
      authority,
      companies: new Map([
        ...tlsNames.wechat.map((name) => [name, wechat.listener] as const),
        ...tlsNames.qq.map((name) => [name, qq.listener] as const),
      ]),
      localNames,
    })
  })
  beforeEach(() => void (listener.received.length = 0))
  afterAll(async () => {
    await tls.close()
    await world.close()
    await listener.close()
  })

  const order = (target: string, body: string, signedTarget = target) => ({
    method: 'POST',
    target,
    body,
    headers: {
      'Content-Type': 'application/json',
      Authorization: world.merchant.authorize('POST', signedTarget, body),
    },
  })
  const get = (target: string) => ({ target, headers: { Authorization: world.merchant.authorize('GET', target, '') } })
  const h5 = '/v3/pay/transactions/h5'
  const newOrder = (over: object = {}) => order(h5, world.orderBody(world.newNumber(), over))
  const proxyTarget = async (): Promise<string> =>
    `/wxpay${h5}?appid=${world.qq.apps[0]!.appid}&access_token=${await world.fetchToken()}&real_notify_url=${encodeURIComponent(realNotifyUrl)}`
  const pay = async (outTradeNo: string): Promise<void> => {
    await world.wechat.pay(world.mchid, outTradeNo)
    await world.wechat.settled()
  }
  const byName = (name: string) => ({ tls: { name, ca: authority.certificate } })

  describe('in answers', () => {
    it('to an order, a query and a close, whose answer is empty', async () => {
      const outTradeNo = world.newNumber()
      const ordered = await callRaw(world.wechat.url, order(h5, world.orderBody(outTradeNo)))
      expect([ordered.status, theirs(ordered.names)]).toEqual([200, signed])
      const path = `/v3/pay/transactions/out-trade-no/${outTradeNo}`
      const queried = await callRaw(world.wechat.url, get(`${path}?mchid=${world.mchid}`))
      expect([queried.status, theirs(queried.names)]).toEqual([200, signed])
      const closed = await callRaw(world.wechat.url, order(`${path}/close`, JSON.stringify({ mchid: world.mchid })))
      expect([closed.status, theirs(closed.names)]).toEqual([204, signed])
    })

    it('that refuse what is signed rightly', async () => {
      const { status, names } = await callRaw(world.wechat.url, newOrder({ amount: { total: 0 } }))
      expect([status, theirs(names)]).toEqual([400, signed])
    })

    it.each([
      ['who shows no signature', 401, { target: '/v3/certificates' }],
      ['whose body is too long', 413, { target: h5, method: 'POST', body: 'x'.repeat(1_048_577) }],
    ])('to someone %s', async (_who, status, call) => {
      const answer = await callRaw(world.wechat.url, call)
      expect([answer.status, theirs(answer.names)]).toEqual([status, refused])
    })

    it.each([
      ['who calls a path that is none', 404, { target: '/v3/nothing' }],
      ['who orders without a signature', 401, { target: h5, method: 'POST', body: '{}' }],
    ])('to someone %s, without Request-ID', async (_who, status, call) => {
      const answer = await callRaw(world.wechat.url, call)
      expect([answer.status, theirs(answer.names)]).toEqual([status, []])
    })

    it('with a bill', async () => {
      const outTradeNo = world.newNumber()
      await world.merchant.post(h5, world.orderBody(outTradeNo, { notify_url: realNotifyUrl }))
      await pay(outTradeNo)
      const day = new Date(world.wechat.now() + 8 * 3_600_000).toISOString().slice(0, 10)
      await world.wechat.advance(2 * 86_400)
      const { text } = await world.merchant.get(`/v3/bill/tradebill?bill_date=${day}`)
      const { pathname, search } = new URL((JSON.parse(text) as { download_url: string }).download_url)
      const { status, names } = await callRaw(world.wechat.url, get(pathname + search))
      expect([status, theirs(names)]).toEqual([200, refused])
    })

    it('under TLS', async () => {
      const name = 'api.mch.weixin.qq.com'
      const answered = await callRaw(tls.url, { ...newOrder(), ...byName(name) })
      expect([answered.status, theirs(answered.names)]).toEqual([200, signed])
      const { status, names } = await callRaw(tls.url, { target: '/v3/certificates', ...byName(name) })
      expect([status, theirs(names)]).toEqual([401, refused])
    })

    it('through QQ’s proxy', async () => {
      const target = await proxyTarget()
      const body = world.orderBody(world.newNumber())
      const answered = await callRaw(world.qq.url, order(target, body, h5))
      expect([answered.status, theirs(answered.names)]).toEqual([200, signed])
      expect(JSON.parse(answered.text)).toHaveProperty('h5_url')
      const wrong = await callRaw(world.qq.url, order(target, body, target))
      expect([wrong.status, theirs(wrong.names)]).toEqual([401, []])
      const overTls = await callRaw(tls.url, { ...order(target, body, h5), ...byName('api.q.qq.com') })
      expect([overTls.status, theirs(overTls.names)]).toEqual([200, signed])
    })

    it('to a phone of the bench', async () => {
      const door = await createBrowserDoor({
        port: 0,
        hostMap: createHostMap({ 'https://api.mch.weixin.qq.com': world.wechat.url }),
        localOrigins: [],
        wechatControl: world.wechat.controlUrl,
        qqControl: world.qq.controlUrl,
        operator: { url: world.wechat.url, token: 'operator' },
        tools: {
          weapp: { appid: 'wx1', user: 'payer-1', wechat: world.wechat.url, qq: world.qq.url },
          qq: { appid: '1', user: 'payer-1', wechat: world.wechat.url, qq: world.qq.url },
        },
        sdkEnvFile: 'none',
        phone: () => Promise.resolve(null),
      })
      const call = newOrder()
      const target = `/world/weapp/https/api.mch.weixin.qq.com${call.target}`
      const { status, names } = await callRaw(door.url, { ...call, target })
      await door.close()
      expect([status, theirs(names)]).toEqual([200, signed])
    })
  })

  describe('in notifications', () => {
    it('to the merchant', async () => {
      const outTradeNo = world.newNumber()
      await world.merchant.post(h5, world.orderBody(outTradeNo, { notify_url: realNotifyUrl }))
      await pay(outTradeNo)
      expect(theirs(listener.received[0] ?? [])).toEqual(signature)
    })

    it('that QQ passes on', async () => {
      const outTradeNo = world.newNumber()
      const target = await proxyTarget()
      const { status } = await callRaw(world.qq.url, order(target, world.orderBody(outTradeNo), h5))
      expect(status).toBe(200)
      await pay(outTradeNo)
      expect(theirs(listener.received[0] ?? [])).toEqual(signature)
    })
  })
})
