import assert from 'node:assert/strict'
import fc from 'fast-check'
import { xmlToRecord } from '../../mock-server/crypto/xml'
import { createAppIdentity, createMerchantIdentity } from '../../mock-server/simulator/wechat/identity'
import { signV2, verifyV2 } from '../../mock-server/wire/v2-signing'
import { toAnswer, type Answer } from '../simulator/support/merchant-client'
import { mistake, spoil, toAnyXml, toTarget, type Parts } from '../simulator/support/nasty'
import { createRightRequests } from '../simulator/support/right-requests'
import { createWechatWorld } from '../simulator/support/wechat-world'
import type { FuzzTarget, FuzzWorld } from './target'

/** Requests that are right but for one value, properly signed: they get past every door, into what is behind it. */

const sub = { mchid: '1900000001', name: '茶农' }

export interface AlmostRightWechat extends FuzzWorld {
  /** The routes of the service's own hosts. */
  readonly served: readonly string[]
}

export const almostRightWechat = { name: 'almost-right-wechat', open } satisfies FuzzTarget

async function open(): Promise<AlmostRightWechat> {
  const defects: unknown[] = []
  const [app, subApp] = [createAppIdentity(), createAppIdentity()]
  const world = await createWechatWorld({
    onDefect: (error) => void defects.push(error),
    apps: [app, subApp],
    merchants: [
      await createMerchantIdentity({ appids: [app.appid], subMerchants: [{ ...sub, appids: [subApp.appid] }] }),
    ],
    loginsPerMinute: 10_000,
  })
  await world.wechat.setStill(true)
  const right = createRightRequests(world, { mchid: sub.mchid, appid: subApp.appid })
  const { apiKey } = world.wechat.merchants[0]!
  // Bills are about a day on which something was paid.
  await world.wechat.pay(world.mchid, await world.order())
  await world.wechat.advance(40 * 3600)

  async function send(method: string, path: string, parts: Parts): Promise<Answer> {
    const target = toTarget(path, parts)
    const body = method === 'GET' ? '' : isV2(path) ? toSignedXml(parts.body ?? {}) : JSON.stringify(parts.body)
    return toAnswer(
      await fetch(world.wechat.url + target, {
        method,
        headers: {
          'content-type': isV2(path) ? 'text/xml' : 'application/json',
          ...(isV3(path) && {
            authorization: world.merchant.authorize(method, target, body),
            'wechatpay-serial': world.wechat.platform.serial,
          }),
        },
        ...(method !== 'GET' && { body }),
      }),
    )
  }

  function toSignedXml(body: Readonly<Record<string, unknown>>): string {
    const all = { appid: world.appid, mch_id: world.mchid, nonce_str: 'n', ...body }
    const texts = Object.fromEntries(
      Object.entries(all).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
    )
    return toAnyXml({ ...texts, sign: signV2(texts, apiKey, 'MD5') })
  }

  const snapshot = async (): Promise<string> => {
    const pages = ['trades', 'notices', 'refunds'].map((page) => world.control('GET', `/control/${page}?limit=200`))
    return (await Promise.all(pages)).map(({ text }) => text).join()
  }

  return {
    served: world.wechat.routes.filter((route) => !elsewhere.test(route) && !notPermitted.test(route)),
    parts: Object.keys(right),

    async check(route, seed, runs) {
      const [method = '', path = ''] = route.split(' ')
      const make = right[route]
      if (make === undefined) throw new Error(`There is no right request for ${route}.`)
      const first = await send(method, path, await make())
      assert.ok(isTaken(path, first, apiKey), `${route} refuses what is right: ${first.text}`)
      await world.wechat.settled()
      await fc.assert(
        fc.asyncProperty(mistake, async (wrong) => {
          const parts = spoil(await make(), wrong)
          const before = await snapshot()
          const answer = await send(method, path, parts)
          assert.deepEqual(defects, [])
          if (isTaken(path, answer, apiKey)) await world.wechat.settled()
          else assert.equal(await snapshot(), before, 'what was refused changed something')
        }),
        { seed, numRuns: runs },
      )
    },

    close: () => world.stop(),
  }
}

/** What the phones' clients ask. */
const elsewhere = /^\w+ (\/client\/|\/cgi-bin\/mmpayweb-bin\/)/
/** Nothing is right there: no merchant has the permission. */
const notPermitted = /\/v3\/profitsharing\/(receivers|return-orders|bills|merchant-configs|orders$)/

const isV2 = (path: string): boolean => /^\/(pay|secapi)\//.test(path)
const isV3 = (path: string): boolean => path.startsWith('/v3/')

/** Whether the service accepted the request. Also checks that the answer, good or bad, has the service's own shape. */
function isTaken(path: string, answer: Answer, apiKey: string): boolean {
  if (isV2(path)) return isTakenByV2(answer, apiKey)
  if (isV3(path)) {
    if (answer.status < 300) return true
    // What is no path at all never reaches the door.
    if (answer.status === 404 && answer.text === '') return false
    assert.deepEqual(
      Object.keys(answer.json).filter((name) => name !== 'detail'),
      ['code', 'message'],
    )
    assert.ok(answer.headers.has('wechatpay-signature'))
    assert.notEqual(answer.json['code'], 'SIGN_ERROR')
    return false
  }
  assert.equal(answer.status, 200)
  assert.ok(Object.keys(answer.json).length > 0)
  assert.notEqual(answer.json['errcode'], -1)
  return (answer.json['errcode'] ?? 0) === 0
}

function isTakenByV2({ status, text }: Answer, apiKey: string): boolean {
  assert.equal(status, 200)
  if (text.startsWith('\ufeff') || text.startsWith('交易时间')) return true
  const fields = xmlToRecord(Buffer.from(text))
  if (fields['return_code'] === 'FAIL') {
    assert.ok(!('sign' in fields))
    assert.notEqual(fields['return_msg'], '')
    return false
  }
  assert.ok(verifyV2(fields, apiKey), `badly signed: ${text}`)
  if (fields['result_code'] === 'SUCCESS') return true
  assert.match(fields['err_code'] ?? '', /^[A-Z_]+$/)
  assert.notEqual(fields['err_code'], 'SYSTEMERROR')
  return false
}
