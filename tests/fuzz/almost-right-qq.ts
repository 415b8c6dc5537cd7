import assert from 'node:assert/strict'
import fc from 'fast-check'
import { xmlToRecord } from '../../mock-server/crypto/xml'
import { qqNotifyUrl, qqNotifyUrlV2, qqPaths } from '../../mock-server/wire/qq'
import { signV2, verifyV2 } from '../../mock-server/wire/v2-signing'
import { callJson, toAnswer, type Answer } from '../simulator/support/merchant-client'
import { mistake, spoil, toAnyXml, toTarget, type Parts } from '../simulator/support/nasty'
import { createQqWorld, realNotifyUrl, subMchid, type QqWorld } from '../simulator/support/qq-world'
import type { FuzzTarget, FuzzWorld } from './target'

/** Requests to QQ that are right but for one value: each is taken, or refused in QQ's or WeChat Pay's own shape. */

/** Which part refused the request, or that it was accepted. */
export type Side = 'taken' | 'QQ' | 'WeChat Pay'

export interface AlmostRightQq extends FuzzWorld {
  /** The addresses of QQ's servers. */
  readonly served: readonly string[]
  /** Who answered so far, by route. */
  readonly seen: ReadonlyMap<string, ReadonlySet<Side>>
}

export const almostRightQq = { name: 'almost-right-qq', open } satisfies FuzzTarget

async function open(): Promise<AlmostRightQq> {
  const defects: unknown[] = []
  const world = await createQqWorld({ onDefect: (error) => void defects.push(error) })
  world.receiver.answerWith((response) => response.writeHead(204).end())
  await world.restartQq({ loginsPerMinute: 1_000_000 })
  const { apiKey } = world.wechat.merchants[0]!
  const right = createRightRequests(world)
  const seen = new Map<string, Set<Side>>()

  async function send(method: string, path: string, parts: Parts): Promise<Answer & { readonly sent: string }> {
    const target = toTarget(path, parts)
    const texts = textsOf(parts.body ?? {})
    const xml = (): string => toAnyXml({ ...texts, sign: signV2(texts, apiKey, 'MD5') })
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

  /** What either company holds. */
  const snapshot = async (): Promise<string> => {
    const [orders, trades] = await Promise.all([
      callJson('GET', `${world.qq.controlUrl}/control/orders?limit=100`),
      callJson('GET', `${world.wechat.controlUrl}/control/trades?limit=200`),
    ])
    return orders.text + trades.text
  }

  return {
    served: world.qq.routes.filter((route) => !/^\w+ \/client\//.test(route)),
    parts: Object.keys(right),
    seen,

    async check(route, seed, runs) {
      const [method = '', path = ''] = route.split(' ')
      const make = right[route]
      if (make === undefined) throw new Error(`There is no right request for ${route}.`)
      const first = await send(method, path, await make())
      assert.equal(judge(path, first, apiKey), 'taken', `${route} refuses what is right: ${first.text}`)
      const sides = new Set<Side>()
      seen.set(route, sides)
      await fc.assert(
        fc.asyncProperty(mistake, async (wrong) => {
          const parts = spoil(await make(), wrong)
          const before = await snapshot()
          world.receiver.received.length = 0
          const answer = await send(method, path, parts)
          assert.deepEqual(defects, [])
          const side = judge(path, answer, apiKey)
          sides.add(side)
          const passedOn = world.receiver.received.map(({ body }) => body.toString())
          if (side !== 'taken') {
            assert.equal(await snapshot(), before, 'what was refused changed something')
            assert.deepEqual(passedOn, [])
          } else if (path.includes('/notify')) {
            // Byte for byte, whatever is in it: it is for the merchant to believe.
            assert.deepEqual(passedOn, [answer.sent])
          }
        }),
        { seed, numRuns: runs },
      )
    },

    close: () => world.close(),
  }
}

/** What a correct merchant, a phone's shop and WeChat Pay send to each address. */
function createRightRequests(world: QqWorld): Readonly<Record<string, () => Promise<Parts> | Parts>> {
  const app = () => world.qq.apps[0]!
  const scene_info = { payer_client_ip: '203.0.113.12', h5_info: { type: 'Wap' } }
  const proxied = async (body: Record<string, unknown>): Promise<Parts> => ({
    query: { appid: app().appid, access_token: await world.fetchToken(), real_notify_url: realNotifyUrl },
    body,
  })

  return {
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
    [`POST ${qqPaths.proxyH5}`]: () =>
      proxied(JSON.parse(world.orderBody(world.newNumber())) as Record<string, unknown>),
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
}

const isXml = (path: string): boolean => path === qqPaths.proxyUnifiedOrder || path === qqPaths.notifyV2

const textsOf = (body: NonNullable<Parts['body']>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(body).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  )

/** Who took or refused it; what was said is in the shape of who said it. */
function judge(path: string, { status, text, json }: Answer, apiKey: string): Side {
  if (path.includes('/notify')) {
    if (status === 204) return 'taken'
    assert.ok([400, 404].includes(status), `answered ${status}`)
    assert.match(text, /FAIL/)
    return 'QQ'
  }
  if ('errcode' in json && json['errcode'] !== 0) {
    assert.deepEqual(Object.keys(json).toSorted(), ['errcode', 'errmsg'])
    assert.deepEqual([typeof json['errcode'], typeof json['errmsg']], ['number', 'string'])
    assert.equal(status, 200)
    assert.notEqual(json['errcode'], -1)
    return 'QQ'
  }
  if (!path.startsWith('/wxpay/')) {
    assert.equal(status, 200)
    if (path === qqPaths.getToken) assert.equal(typeof json['access_token'], 'string')
    else assert.equal(json['errcode'], 0)
    return 'taken'
  }
  if (isXml(path)) {
    const fields = xmlToRecord(Buffer.from(text))
    assert.equal(status, 200)
    if (fields['return_code'] !== 'SUCCESS') return 'WeChat Pay'
    assert.ok(verifyV2(fields, apiKey), `badly signed: ${text}`)
    if (fields['result_code'] === 'SUCCESS') return 'taken'
    assert.match(fields['err_code'] ?? '', /^[A-Z_]+$/)
    assert.notEqual(fields['err_code'], 'SYSTEMERROR')
    return 'WeChat Pay'
  }
  if (status === 200) {
    assert.match(String(json['h5_url']), /checkmweb/)
    return 'taken'
  }
  assert.match(String(json['code']), /^[A-Z_]+$/)
  assert.equal(typeof json['message'], 'string')
  assert.ok(!['SIGN_ERROR', 'SYSTEM_ERROR'].includes(String(json['code'])), text)
  return 'WeChat Pay'
}
