import fc from 'fast-check'
import { createAppIdentity, createMerchantIdentity } from '../../../mock-server/simulator/wechat/identity'
import { xmlToRecord } from '../../../mock-server/crypto/xml'
import { signV2, verifyV2 } from '../../../mock-server/wire/v2-signing'
import { toAnswer, type Answer } from '../support/merchant-client'
import { mistake, spoil, toAnyXml, toTarget, type Parts } from '../support/nasty'
import { createRightRequests, type RightRequests } from '../support/right-requests'
import { createWechatWorld, type WechatWorld } from '../support/wechat-world'

/** Requests that are right but for one value, properly signed: they get past every door, into what is behind it. */

const seed = 20_261_122
const runs = 20
const sub = { mchid: '1900000001', appid: '' }
const faults: unknown[] = []

let world: WechatWorld
let right: RightRequests
beforeAll(async () => {
  const [app, subApp] = [createAppIdentity(), createAppIdentity()]
  const subMerchants = [{ mchid: sub.mchid, name: '茶农', appids: [subApp.appid] }]
  world = await createWechatWorld({
    onDefect: (error) => void faults.push(error),
    apps: [app, subApp],
    merchants: [await createMerchantIdentity({ appids: [app.appid], subMerchants })],
    loginsPerMinute: 10_000,
  })
  right = createRightRequests(world, { ...sub, appid: subApp.appid })
  await world.wechat.setStill(true)
  // Bills are about a day on which something was paid.
  await world.wechat.pay(world.mchid, await world.order())
  await world.wechat.advance(40 * 3600)
})
afterAll(() => world.stop())

const isV2 = (path: string): boolean => /^\/(pay|secapi)\//.test(path)
const isV3 = (path: string): boolean => path.startsWith('/v3/')

async function send(method: string, path: string, parts: Parts): Promise<Answer> {
  const target = toTarget(path, parts)
  const body = method === 'GET' ? '' : isV2(path) ? toSignedXml(parts.body ?? {}) : JSON.stringify(parts.body)
  return toAnswer(
    await fetch(world.wechat.url + target, {
      method,
      headers: {
        'content-type': isV2(path) ? 'text/xml' : 'application/json',
        ...(isV3(path) && { authorization: world.merchant.authorize(method, target, body) }),
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
  return toAnyXml({ ...texts, sign: signV2(texts, world.wechat.merchants[0]!.apiKey, 'MD5') })
}

/** Whether the service took it; what it says is in its own shape in any case. */
function isTaken(path: string, answer: Answer): boolean {
  if (isV2(path)) {
    expect(answer.status).toBe(200)
    if (answer.text.startsWith('\ufeff') || answer.text.startsWith('交易时间')) return true
    const fields = xmlToRecord(Buffer.from(answer.text))
    if (fields['return_code'] === 'FAIL') {
      expect({ ...fields }).not.toHaveProperty('sign')
      expect(fields['return_msg']).not.toBe('')
      return false
    }
    expect(verifyV2(fields, world.wechat.merchants[0]!.apiKey)).toBe(true)
    if (fields['result_code'] === 'SUCCESS') return true
    expect(fields['err_code']).toMatch(/^[A-Z_]+$/)
    expect(fields['err_code']).not.toBe('SYSTEMERROR')
    return false
  }
  if (isV3(path)) {
    if (answer.status < 300) return true
    expect(Object.keys(answer.json).filter((name) => name !== 'detail')).toEqual(['code', 'message'])
    // What is no path at all never reaches the door.
    if (answer.status !== 404) expect([...answer.headers.keys()]).toContain('wechatpay-signature')
    expect(answer.json['code']).not.toBe('SIGN_ERROR')
    return false
  }
  expect(answer.status).toBe(200)
  expect(Object.keys(answer.json).length).toBeGreaterThan(0)
  expect(answer.json['errcode']).not.toBe(-1)
  return (answer.json['errcode'] ?? 0) === 0
}

const snapshot = async (): Promise<string> => {
  const pages = ['trades', 'notices', 'refunds'].map((page) => world.control('GET', `/control/${page}?limit=200`))
  return (await Promise.all(pages)).map(({ text }) => text).join()
}

describe('a request that is almost right', () => {
  it('is known for every route of the service', () => {
    const ours = /^\w+ (\/client\/|\/cgi-bin\/mmpayweb-bin\/)/
    expect(world.wechat.routes.filter((route) => !ours.test(route)).toSorted()).toEqual(Object.keys(right).toSorted())
  })

  it.each([
    ['V3', /^\w+ \/v3\//],
    ['V2', /^\w+ \/(pay|secapi)\//],
    ['api.weixin.qq.com', /^\w+ \/(sns|cgi-bin|wxa)\//],
  ])(
    'to %s is taken when it is right; else it is refused in the service’s shape, and nothing changes',
    async (_door, isOfDoor) => {
      for (const [route, make] of Object.entries(right).filter(([one]) => isOfDoor.test(one))) {
        const [method = '', path = ''] = route.split(' ')
        const first = await send(method, path, await make())
        expect({ route, taken: isTaken(path, first), text: first.text }).toMatchObject({ route, taken: true })
        await world.wechat.settled()
        await fc.assert(
          fc.asyncProperty(fc.constant(route), mistake, async (_route, wrong) => {
            const parts = spoil(await make(), wrong)
            const before = await snapshot()
            const answer = await send(method, path, parts)
            expect(faults).toEqual([])
            if (isTaken(path, answer)) await world.wechat.settled()
            else expect(await snapshot()).toBe(before)
          }),
          { seed, numRuns: runs },
        )
      }
      expect(faults).toEqual([])
    },
    120_000,
  )
})
