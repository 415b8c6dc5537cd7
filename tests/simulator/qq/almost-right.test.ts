import fc from 'fast-check'
import { xmlToRecord } from '../../../mock-server/crypto/xml'
import { qqNotifyUrl, qqNotifyUrlV2, qqPaths } from '../../../mock-server/wire/qq'
import { signV2, verifyV2 } from '../../../mock-server/wire/v2-signing'
import { callJson, toAnswer, type Answer } from '../support/merchant-client'
import { mistake, spoil, toAnyXml, toTarget, type Parts } from '../support/nasty'
import { createQqWorld, realNotifyUrl, subMchid, type QqWorld } from '../support/qq-world'

/** Requests to QQ that are right but for one value: each is taken, or refused in QQ's or WeChat Pay's own shape. */

const seed = 20_261_122
const runs = 60
const faults: unknown[] = []

let world: QqWorld
beforeAll(async () => {
  world = await createQqWorld({ onDefect: (error) => void faults.push(error) })
  world.receiver.answerWith((response) => response.writeHead(204).end())
  await world.restartQq({ loginsPerMinute: 1_000_000 })
})
afterAll(() => world.close())

const app = () => world.qq.apps[0]!
const apiKey = () => world.wechat.merchants[0]!.apiKey
const isXml = (path: string): boolean => path === qqPaths.proxyUnifiedOrder || path === qqPaths.notifyV2
const scene_info = { payer_client_ip: '203.0.113.12', h5_info: { type: 'Wap' } }

const proxied = async (body: Record<string, unknown>): Promise<Parts> => ({
  query: { appid: app().appid, access_token: await world.fetchToken(), real_notify_url: realNotifyUrl },
  body,
})

/** What a correct merchant, a phone's shop and WeChat Pay send to each address. */
const right: Readonly<Record<string, () => Promise<Parts> | Parts>> = {
  [`GET ${qqPaths.getToken}`]: () => ({ query: Object.fromEntries(new URLSearchParams(world.credentials())) }),
  async [`GET ${qqPaths.jscode2session}`]() {
    const { appid, secret } = app()
    const login = await callJson('POST', `${world.qq.url}/client/login`, { appid, user: 'payer-1' })
    return { query: { appid, secret, js_code: String(login.json['code']), grant_type: 'authorization_code' } }
  },
  [`POST ${qqPaths.proxyUnifiedOrder}`]: () =>
    proxied({
      appid: world.wechat.apps[0]!.appid,
      mch_id: world.mchid,
      nonce_str: 'n',
      body: '方格笔记本',
      out_trade_no: world.newNumber(),
      total_fee: '3200',
      spbill_create_ip: '203.0.113.12',
      notify_url: qqNotifyUrlV2,
      trade_type: 'MWEB',
      scene_info: JSON.stringify({ h5_info: { type: 'Wap', wap_url: 'https://shop.example', wap_name: '小铺' } }),
    }),
  [`POST ${qqPaths.proxyH5}`]: () => proxied(JSON.parse(world.orderBody(world.newNumber())) as Record<string, unknown>),
  [`POST ${qqPaths.proxyPartnerH5}`]() {
    const {
      appid: sp_appid,
      mchid: sp_mchid,
      ...rest
    } = JSON.parse(world.orderBody(world.newNumber())) as Parts['body'] & object
    return proxied({ ...rest, sp_appid, sp_mchid, sub_mchid: subMchid })
  },
  [`POST ${qqPaths.proxyCombinedH5}`]() {
    const number = world.newNumber()
    return proxied({
      combine_appid: world.wechat.apps[0]!.appid,
      combine_mchid: world.mchid,
      combine_out_trade_no: number,
      scene_info: { ...scene_info, device_id: 'till-0001' },
      sub_orders: [1, 2].map((part) => ({
        mchid: world.mchid,
        out_trade_no: `${number}-${part}`,
        description: '方格笔记本',
        attach: 'a',
        amount: { total_amount: 1600, currency: 'CNY' },
      })),
      notify_url: qqNotifyUrl(world.mchid, number),
    })
  },
  async 'POST /wxpay/v3/notify/:mchid/:outTradeNo'() {
    const outTradeNo = world.newNumber()
    await world.orderThroughProxy(outTradeNo)
    return { params: { mchid: world.mchid, outTradeNo }, body: { id: 'EV-1', resource: { nonce: 'n' } } }
  },
  async [`POST ${qqPaths.notifyV2}`]() {
    const outTradeNo = world.newNumber()
    await world.orderThroughProxy(outTradeNo)
    return { body: { return_code: 'SUCCESS', mch_id: world.mchid, out_trade_no: outTradeNo, total_fee: '3200' } }
  },
}

const textsOf = (body: NonNullable<Parts['body']>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(body).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  )

async function send(method: string, path: string, parts: Parts): Promise<Answer & { readonly sent: string }> {
  const target = toTarget(path, parts)
  const texts = textsOf(parts.body ?? {})
  const xml = (): string => toAnyXml({ ...texts, sign: signV2(texts, apiKey(), 'MD5') })
  const sent = method === 'GET' ? '' : isXml(path) ? xml() : JSON.stringify(parts.body)
  const answer = await fetch(world.qq.url + target, {
    method,
    headers: {
      'content-type': isXml(path) ? 'text/xml' : 'application/json',
      // WeChat Pay's own path is what the merchant signs.
      ...(!isXml(path) && { authorization: world.merchant.authorize(method, path.replace(/^\/wxpay/, ''), sent) }),
    },
    ...(method !== 'GET' && { body: sent }),
  })
  return { ...(await toAnswer(answer)), sent }
}

type Side = 'taken' | 'QQ' | 'WeChat Pay'

/** Who took or refused it; what was said is in the shape of who said it. */
function judge(path: string, { status, text, json }: Answer): Side {
  if (path.includes('/notify')) {
    if (status === 204) return 'taken'
    expect([400, 404]).toContain(status)
    expect(text).toContain('FAIL')
    return 'QQ'
  }
  if ('errcode' in json && json['errcode'] !== 0) {
    expect(json).toEqual({ errcode: expect.any(Number), errmsg: expect.any(String) })
    expect([status, json['errcode'] === -1]).toEqual([200, false])
    return 'QQ'
  }
  if (!path.startsWith('/wxpay/')) {
    expect(status).toBe(200)
    expect(json).toMatchObject(path === qqPaths.getToken ? { access_token: expect.any(String) } : { errcode: 0 })
    return 'taken'
  }
  if (isXml(path)) {
    const fields = xmlToRecord(Buffer.from(text))
    expect(status).toBe(200)
    if (fields['return_code'] !== 'SUCCESS') return 'WeChat Pay'
    expect(verifyV2(fields, apiKey())).toBe(true)
    if (fields['result_code'] === 'SUCCESS') return 'taken'
    expect(fields['err_code']).toMatch(/^[A-Z_]+$/)
    expect(fields['err_code']).not.toBe('SYSTEMERROR')
    return 'WeChat Pay'
  }
  if (status === 200) {
    expect(json).toMatchObject({ h5_url: expect.stringContaining('checkmweb') })
    return 'taken'
  }
  expect(json).toMatchObject({ code: expect.stringMatching(/^[A-Z_]+$/), message: expect.any(String) })
  expect(['SIGN_ERROR', 'SYSTEM_ERROR']).not.toContain(json['code'])
  return 'WeChat Pay'
}

/** What either company holds. */
const snapshot = async (): Promise<string> => {
  const [orders, trades] = await Promise.all([
    callJson('GET', `${world.qq.controlUrl}/control/orders?limit=100`),
    callJson('GET', `${world.wechat.controlUrl}/control/trades?limit=200`),
  ])
  return orders.text + trades.text
}

it('there is one for every address of QQ’s servers', () => {
  const ofServers = world.qq.routes.filter((route) => !/^\w+ \/client\//.test(route))
  expect(ofServers.toSorted()).toEqual(Object.keys(right).toSorted())
})

it.each(Object.entries(right))(
  '%s: right is taken; else it is refused, and nothing changes',
  async (route, make) => {
    const [method = '', path = ''] = route.split(' ')
    expect(judge(path, await send(method, path, await make()))).toBe('taken')
    const seen = new Set<Side>()
    await fc.assert(
      fc.asyncProperty(mistake, async (wrong) => {
        const parts = spoil(await make(), wrong)
        const before = await snapshot()
        world.receiver.received.length = 0
        const answer = await send(method, path, parts)
        expect(faults).toEqual([])
        const side = judge(path, answer)
        seen.add(side)
        if (side !== 'taken') {
          expect(await snapshot()).toBe(before)
          expect(world.receiver.received).toEqual([])
        } else if (path.includes('/notify')) {
          // Byte for byte, whatever is in it: it is for the merchant to believe.
          expect(world.receiver.received.map(({ body }) => body.toString())).toEqual([answer.sent])
        }
      }),
      { seed, numRuns: runs },
    )
    // Mistakes that nobody finds are no test.
    const isProxied = path.startsWith('/wxpay/') && !path.includes('/notify')
    expect([...seen]).toEqual(expect.arrayContaining(isProxied ? ['QQ', 'WeChat Pay'] : ['QQ']))
  },
  120_000,
)
