import { decryptAesGcm } from '../../../../mock-server/crypto/aes-gcm'
import { parsePublicKey, verifyRsaSha256 } from '../../../../mock-server/crypto/rsa'
import { faultNames, type FaultName } from '../../../../mock-server/simulator/wechat/domain/fault-names'
import { v2Paths } from '../../../../mock-server/wire/v2-paths'
import { v3ResponseMessage } from '../../../../mock-server/wire/v3-signing'
import type { Answer } from '../../support/merchant-client'
import type { ReceivedNotice } from '../../support/notice-receiver'
import { createV2Client } from '../../support/v2-client'
import { createWechatWorld, v3, type WechatWorld } from '../../support/wechat-world'

let world: WechatWorld
beforeAll(async () => {
  world = await createWechatWorld()
})
beforeEach(async () => {
  await world.wechat.reset()
  await world.wechat.setStill(true)
  world.receiver.received.length = 0
})
afterAll(() => world.stop())

const put = (name: FaultName, body: object): Promise<Answer> => world.control('PUT', `/control/faults/${name}`, body)
const received = (): readonly ReceivedNotice[] => world.receiver.received
const header = (notice: ReceivedNotice, name: string): string => String(notice.headers[name.toLowerCase()])

function verifies(notice: ReceivedNotice, key: string): boolean {
  const message = v3ResponseMessage(
    header(notice, 'Wechatpay-Timestamp'),
    header(notice, 'Wechatpay-Nonce'),
    notice.body.toString(),
  )
  return verifyRsaSha256(parsePublicKey(key), message, header(notice, 'Wechatpay-Signature'))
}
const isRight = (notice: ReceivedNotice): boolean =>
  header(notice, 'Wechatpay-Serial') === world.wechat.platform.serial &&
  verifies(notice, world.wechat.platform.certificate)

interface Envelope {
  readonly resource: { readonly nonce: string; readonly associated_data: string; readonly ciphertext: string }
}
function decrypt(notice: ReceivedNotice): Record<string, unknown> {
  const { nonce, associated_data, ciphertext } = (JSON.parse(notice.body.toString()) as Envelope).resource
  const key = world.wechat.merchants[0]!.apiV3Key
  return JSON.parse(decryptAesGcm({ key, nonce, associatedData: associated_data }, ciphertext)) as Record<
    string,
    unknown
  >
}

async function paid(over: object = {}): Promise<string> {
  const number = await world.order(world.newNumber(), over)
  await world.wechat.pay(world.mchid, number)
  await world.wechat.settled()
  return number
}
/** What was delivered of one number; the merchant refuses what is not right, as ours does. */
const answerAsAMerchant = (): void =>
  world.receiver.answerWith((response, notice) => response.writeHead(isRight(notice) ? 204 : 401).end())

describe('a fault of the notifications', () => {
  beforeEach(answerAsAMerchant)

  it.each<[FaultName, (bad: ReceivedNotice) => void]>([
    ['wrong-signature', (bad) => expect(verifies(bad, world.wechat.platform.certificate)).toBe(false)],
    ['unknown-serial', (bad) => expect(header(bad, 'Wechatpay-Serial')).not.toBe(world.wechat.platform.serial)],
    ['wrong-serial', (bad) => expect(header(bad, 'Wechatpay-Serial')).toBe(world.wechat.merchants[0]!.serial)],
    [
      'other-key-mode',
      (bad) => {
        expect(header(bad, 'Wechatpay-Serial')).toBe(world.wechat.merchants[0]!.publicKeyId)
        expect(verifies(bad, world.wechat.merchants[0]!.publicKey)).toBe(true)
      },
    ],
    ['signtest-probe', (bad) => expect(header(bad, 'Wechatpay-Signature')).toMatch(/^WECHATPAY\/SIGNTEST\//)],
  ])('%s strikes as often as asked, and the schedule heals it', async (name, check) => {
    expect((await put(name, { on: true, times: 1 })).status).toBe(200)
    const number = await paid()
    check(received()[0]!)
    // A probe is followed by the right one at once, as in life.
    await world.wechat.advance(name === 'signtest-probe' ? 0.001 : 15)
    expect(received()).toHaveLength(2)
    expect(isRight(received()[1]!)).toBe(true)
    const [notice] = await world.noticesOf(number)
    expect(notice).toMatchObject({
      next_attempt_at: null,
      attempts: [
        { faults: [name], outcome: 'refused', status: 401 },
        { faults: [], outcome: 'acknowledged' },
      ],
    })
    await paid()
    expect(received().slice(2).every(isRight)).toBe(true)
  })

  it('stale-timestamp is signed ten minutes ago, and signed well', async () => {
    await put('stale-timestamp', { on: true })
    await paid()
    const [bad] = received()
    expect(verifies(bad!, world.wechat.platform.certificate)).toBe(true)
    const age = Date.now() / 1000 - Number(header(bad!, 'Wechatpay-Timestamp'))
    expect(age).toBeGreaterThan(599)
  })

  it('corrupt-ciphertext is signed well and cannot be decrypted', async () => {
    await put('corrupt-ciphertext', { on: true, times: 1 })
    const number = await paid()
    expect(isRight(received()[0]!)).toBe(true)
    expect(() => decrypt(received()[0]!)).toThrow()
    const [notice] = await world.noticesOf(number)
    expect(notice!.attempts[0]).toMatchObject({ body: received()[0]!.body.toString() })
    // What is kept to be sent again is the right one.
    await world.control('POST', `/control/notices/${notice!.id}/resend`)
    expect(decrypt(received()[1]!)).toMatchObject({ out_trade_no: number })
  })

  it('surprise-fields are inside and outside, and all else is as ever', async () => {
    await put('surprise-fields', { on: true })
    const number = await paid()
    expect(isRight(received()[0]!)).toBe(true)
    expect(JSON.parse(received()[0]!.body.toString())).toHaveProperty('surprise_field')
    expect(decrypt(received()[0]!)).toMatchObject({ surprise_field: {}, out_trade_no: number, trade_state: 'SUCCESS' })
  })

  it('duplicate-notices brings the same bytes twice', async () => {
    await put('duplicate-notices', { on: true })
    const number = await paid()
    const [first, second, ...rest] = received()
    expect(rest).toEqual([])
    expect(second!.body.equals(first!.body)).toBe(true)
    expect(header(second!, 'Wechatpay-Signature')).toBe(header(first!, 'Wechatpay-Signature'))
    expect((await world.noticesOf(number))[0]!.attempts).toHaveLength(2)
  })

  it('double-notices brings two at the same time, each with a signature of its own', async () => {
    await put('double-notices', { on: true })
    const waiting: (() => void)[] = []
    // Nobody is answered before both are there.
    world.receiver.answerWith((response) => {
      waiting.push(() => response.writeHead(204).end())
      if (waiting.length === 2) for (const answer of waiting) answer()
    })
    await paid()
    const [first, second] = received()
    expect(second!.body.equals(first!.body)).toBe(true)
    expect(header(second!, 'Wechatpay-Nonce')).not.toBe(header(first!, 'Wechatpay-Nonce'))
    expect(received().every(isRight)).toBe(true)
  })

  it('delay-notices makes each delivery late by its value in seconds', async () => {
    await put('delay-notices', { on: true, value: 90 })
    world.receiver.answerWith((response) => response.writeHead(500).end())
    const number = await paid()
    const created = Date.parse((await world.noticesOf(number))[0]!.create_time)
    await world.wechat.advance(89)
    expect(received()).toHaveLength(0)
    await world.wechat.advance(1)
    expect(received()).toHaveLength(1)
    // The next one is due after 15 s, and late again.
    await world.wechat.advance(15 + 90)
    const seconds = (await world.noticesOf(number))[0]!.attempts.map(({ at }) => (Date.parse(at) - created) / 1000)
    expect(seconds).toEqual([90, 195])
  })

  it('reorder-notices lets a later one go first', async () => {
    const first = await world.order()
    await put('reorder-notices', { on: true, mchid: world.mchid, out_trade_no: first })
    await world.wechat.pay(world.mchid, first)
    await world.wechat.settled()
    expect(received()).toHaveLength(0)
    const second = await paid()
    await world.wechat.advance(5)
    expect(received().map((notice) => decrypt(notice)['out_trade_no'])).toEqual([second, first])
  })

  it('reorder-notices waits a minute at most', async () => {
    await put('reorder-notices', { on: true })
    await paid()
    await world.wechat.advance(59)
    expect(received()).toHaveLength(0)
    await world.wechat.advance(1)
    expect(received()).toHaveLength(1)
  })

  it('strikes one trade and leaves the others alone', async () => {
    const struck = await world.order()
    await put('drop-notices', { on: true, mchid: world.mchid, out_trade_no: struck })
    await world.wechat.pay(world.mchid, struck)
    const other = await paid()
    expect(received().map((notice) => decrypt(notice)['out_trade_no'])).toEqual([other])
    await put('drop-notices', { on: false, mchid: world.mchid, out_trade_no: struck })
    await world.wechat.advance(15)
    expect(received()).toHaveLength(2)
  })
})

describe('a fault of the API', () => {
  it.each<[FaultName, number, string]>([
    ['api-error', 500, 'SYSTEM_ERROR'],
    ['api-limited', 429, 'FREQUENCY_LIMITED'],
  ])('%s answers in the service’s words, signed, and does nothing', async (name, status, code) => {
    await put(name, { on: true, times: 1 })
    const number = world.newNumber()
    const refused = await world.merchant.post(v3.jsapi, world.jsapiOrder(number))
    expect(refused).toMatchObject({ status, json: { code } })
    expect(refused.headers.get('wechatpay-signature')).not.toBeNull()
    expect(await world.query(number)).toMatchObject({ status: 404 })
    expect((await world.merchant.post(v3.jsapi, world.jsapiOrder(number))).status).toBe(200)
  })

  it('api-bad-gateway is no JSON', async () => {
    await put('api-bad-gateway', { on: true, times: 1 })
    const answer = await world.merchant.post(v3.jsapi, world.jsapiOrder(world.newNumber()))
    expect(answer.status).toBe(502)
    expect(answer.headers.get('content-type')).toMatch(/^text\/html/)
  })

  it('api-reset does nothing, api-lost-answer does it: both break the connection', async () => {
    const before = world.newNumber()
    await put('api-reset', { on: true, times: 1 })
    await expect(world.merchant.post(v3.jsapi, world.jsapiOrder(before))).rejects.toThrow()
    expect(await world.query(before)).toMatchObject({ status: 404 })
    const after = world.newNumber()
    await put('api-lost-answer', { on: true, times: 1 })
    await expect(world.merchant.post(v3.jsapi, world.jsapiOrder(after))).rejects.toThrow()
    expect(await world.query(after)).toMatchObject({ status: 200, json: { trade_state: 'NOTPAY' } })
  })

  it('api-wrong-signature and api-other-key-mode do it, and a strict client sees that something is wrong', async () => {
    const signed = (answer: Answer, key: string): boolean =>
      verifyRsaSha256(
        parsePublicKey(key),
        v3ResponseMessage(
          answer.headers.get('wechatpay-timestamp')!,
          answer.headers.get('wechatpay-nonce')!,
          answer.text,
        ),
        answer.headers.get('wechatpay-signature')!,
      )
    const number = await world.order()
    expect(signed(await world.query(number), world.wechat.platform.certificate)).toBe(true)
    await put('api-wrong-signature', { on: true, times: 1 })
    expect(signed(await world.query(number), world.wechat.platform.certificate)).toBe(false)
    await put('api-other-key-mode', { on: true, times: 1 })
    const other = await world.query(number)
    expect(other.headers.get('wechatpay-serial')).toBe(world.wechat.merchants[0]!.publicKeyId)
    expect(signed(other, world.wechat.merchants[0]!.publicKey)).toBe(true)
  })

  it('api-slow is cut off by the end of the simulator, and then nothing is done', async () => {
    const slow = await createWechatWorld()
    await slow.control('PUT', '/control/faults/api-slow', { on: true, value: 60 })
    const sent = slow.merchant.post(v3.jsapi, slow.jsapiOrder(slow.newNumber()))
    const failed = expect(sent).rejects.toThrow()
    await new Promise<void>((arrived) => setImmediate(arrived))
    await slow.stop()
    await failed
  })

  it('strikes only the trade that it was set for', async () => {
    const struck = world.newNumber()
    await put('api-error', { on: true, mchid: world.mchid, out_trade_no: struck })
    expect((await world.query(await world.order())).status).toBe(200)
    expect((await world.merchant.post(v3.jsapi, world.jsapiOrder(struck))).status).toBe(500)
    expect((await world.query(struck)).status).toBe(500)
  })

  it('strikes its trade by whichever number a call names it, and no other', async () => {
    const [struck, other] = [await paid(), await paid()]
    const transactionId = async (number: string): Promise<string> =>
      String((await world.query(number)).json['transaction_id'])
    const refund = (transaction_id: string, out_refund_no: string): Promise<Answer> =>
      world.merchant.post('/v3/refund/domestic/refunds', {
        transaction_id,
        out_refund_no,
        amount: { refund: 1, total: 8800, currency: 'CNY' },
      })
    const [id, otherId] = [await transactionId(struck), await transactionId(other)]
    const made = await refund(id, 'by-id-1')
    expect(made.status).toBe(200)
    const v2 = createV2Client(world)
    await put('api-error', { on: true, mchid: world.mchid, out_trade_no: struck })
    expect((await refund(id, 'by-id-2')).status).toBe(500)
    expect((await refund(otherId, 'by-id-3')).status).toBe(200)
    const get = async (target: string): Promise<number> => (await world.merchant.get(target)).status
    expect(await get(`/v3/pay/transactions/id/${id}?mchid=${world.mchid}`)).toBe(500)
    expect(await get(`/v3/pay/transactions/id/${otherId}?mchid=${world.mchid}`)).toBe(200)
    expect(await get('/v3/refund/domestic/refunds/by-id-1')).toBe(500)
    expect(await get('/v3/refund/domestic/refunds/by-id-2')).toBe(404)
    expect(await get('/v3/refund/domestic/refunds/by-id-3')).toBe(200)
    const systemError = { fields: { err_code: 'SYSTEMERROR' } }
    expect(await v2.call(v2Paths.query, { transaction_id: id })).toMatchObject(systemError)
    expect(await v2.call(v2Paths.query, { transaction_id: otherId })).toMatchObject({
      fields: { result_code: 'SUCCESS' },
    })
    for (const named of [{ refund_id: String(made.json['refund_id']) }, { out_refund_no: 'by-id-1' }])
      expect(await v2.call(v2Paths.refundQuery, named)).toMatchObject(systemError)
  })
})

describe('an order that asks for a fault', () => {
  beforeEach(answerAsAMerchant)

  it.each(Object.entries(faultNames).filter(([, { where }]) => where === 'notice'))(
    'gets %s by its amount, and its notice arrives in the end',
    async (name, { code }) => {
      const number = await paid({ amount: { total: 666_600 + code } })
      await world.wechat.advance(600)
      const [notice] = await world.noticesOf(number)
      expect(notice!.next_attempt_at).toBeNull()
      const marked = notice!.attempts.flatMap((attempt) => (attempt as unknown as { faults: string[] }).faults)
      if (name === 'delay-notices' || name === 'reorder-notices') expect(marked).toEqual([])
      else expect(marked).toContain(name)
    },
  )

  it('gets it by words in its description, as often as they say', async () => {
    const number = await paid({ description: '茶 [drop-notices=3]' })
    await world.wechat.advance(15 + 15 + 30)
    const [notice] = await world.noticesOf(number)
    expect(notice!.attempts.map(({ outcome }) => outcome)).toEqual(['dropped', 'dropped', 'dropped', 'acknowledged'])
  })

  it('gets a fault of the API at its first call, once', async () => {
    const number = world.newNumber()
    const order = world.jsapiOrder(number, { amount: { total: 666_600 + faultNames['api-error'].code } })
    expect((await world.merchant.post(v3.jsapi, order)).status).toBe(500)
    expect((await world.merchant.post(v3.jsapi, order)).status).toBe(200)
    expect((await world.merchant.post(v3.jsapi, order)).status).toBe(200)
  })

  it('leaves ordinary amounts and words alone', async () => {
    const number = await paid({ amount: { total: 666_600 }, description: 'tea [green] [drop]' })
    expect((await world.noticesOf(number))[0]!.attempts).toMatchObject([{ outcome: 'acknowledged', faults: [] }])
  })
})

describe('the switches', () => {
  it.each<[string, FaultName | 'nonsense', object, number, string]>([
    ['an unknown fault', 'nonsense', { on: true }, 404, 'FAULT_UNKNOWN'],
    ['no on', 'drop-notices', {}, 400, 'ON_INVALID'],
    ['a number without its merchant', 'drop-notices', { on: true, out_trade_no: 'x' }, 400, 'TRADE_INVALID'],
    ['no times at all', 'drop-notices', { on: true, times: 0 }, 400, 'TIMES_INVALID'],
    ['half a time', 'drop-notices', { on: true, times: 1.5 }, 400, 'TIMES_INVALID'],
    ['a value where there is none', 'drop-notices', { on: true, value: 3 }, 400, 'VALUE_INVALID'],
    ['a value below its range', 'delay-notices', { on: true, value: -1 }, 400, 'VALUE_INVALID'],
    ['a value above its range', 'api-slow', { on: true, value: 61 }, 400, 'VALUE_INVALID'],
  ])('refuse %s', async (_case, name, body, status, code) => {
    expect(await world.control('PUT', `/control/faults/${name}`, body)).toMatchObject({ status, json: { code } })
  })

  it('are shown with what they do and for whom', async () => {
    await put('delay-notices', { on: true, mchid: world.mchid, out_trade_no: 'order-x', times: 2, value: 30 })
    const { json } = await world.control('GET', '/control/faults')
    expect(json['faults']).toContainEqual(
      expect.objectContaining({
        name: 'delay-notices',
        on: false,
        does: expect.any(String),
        rules: [{ trade: { mchid: world.mchid, out_trade_no: 'order-x' }, remaining: 2, value: 30 }],
      }),
    )
  })

  it('are off after a reset', async () => {
    await put('drop-notices', { on: true })
    await world.control('POST', '/control/reset')
    const { json } = await world.control('GET', '/control/faults')
    expect((json['faults'] as { on: boolean }[]).some(({ on }) => on)).toBe(false)
  })
})

describe('probes that come by themselves', () => {
  it('precede every Nth notification', async () => {
    const probing = await createWechatWorld({ signTestEvery: 2 })
    try {
      for (let count = 0; count < 4; count += 1) await probing.wechat.pay(probing.mchid, await probing.order())
      await probing.wechat.settled()
      const probes = probing.receiver.received.filter((notice) =>
        header(notice, 'Wechatpay-Signature').startsWith('WECHATPAY/SIGNTEST/'),
      )
      expect(probes).toHaveLength(2)
      expect(probing.receiver.received).toHaveLength(6)
    } finally {
      await probing.stop()
    }
  })
})
