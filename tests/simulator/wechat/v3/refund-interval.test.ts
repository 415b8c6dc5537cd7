import { v2Paths } from '../../../../mock-server/wire/v2-paths'
import { createV2Client, type V2Client } from '../../support/v2-client'
import { createWechatWorld, type WechatWorld } from '../../support/wechat-world'

/** Two partial refunds of one order are a minute apart, whichever protocols ask for them. */

const refunds = '/v3/refund/domestic/refunds'

let world: WechatWorld
let v2: V2Client
beforeAll(async () => {
  world = await createWechatWorld()
  v2 = createV2Client(world)
  await world.control('POST', '/control/clock/stop', {})
})
afterAll(() => world.stop())

async function paid(): Promise<string> {
  const number = await world.order()
  await world.wechat.pay(world.mchid, number)
  return number
}

/** Status and code of the answers of both protocols. */
interface Protocol {
  ask(out_trade_no: string, out_refund_no: string, fen: number): Promise<readonly unknown[]>
  readonly accepted: readonly unknown[]
  readonly limited: readonly unknown[]
}

const protocols: Readonly<Record<'V2' | 'V3', Protocol>> = {
  V3: {
    async ask(out_trade_no, out_refund_no, refund) {
      const amount = { refund, total: 8800, currency: 'CNY' }
      const { status, json } = await world.merchant.post(refunds, { out_trade_no, out_refund_no, amount })
      return [status, json['code'], json['status']]
    },
    accepted: [200, undefined, 'PROCESSING'],
    limited: [429, 'FREQUENCY_LIMITED', undefined],
  },
  V2: {
    async ask(out_trade_no, out_refund_no, fen) {
      const amounts = { total_fee: '8800', refund_fee: String(fen) }
      const reply = await v2.call(v2Paths.refund, { out_trade_no, out_refund_no, ...amounts })
      expect(v2.isSigned(reply)).toBe(true)
      return [reply.fields['result_code'], reply.fields['err_code'], reply.fields['err_code_des']]
    },
    accepted: ['SUCCESS', undefined, undefined],
    limited: ['FAIL', 'FREQUENCY_LIMITED', '频率限制'],
  },
}

describe.each([
  ['V3', 'V3'],
  ['V2', 'V2'],
  ['V3', 'V2'],
  ['V2', 'V3'],
] as const)('a partial refund of %s, and another of %s', (first, second) => {
  const [one, other] = [protocols[first], protocols[second]]
  const named = (number: string, part: string): string => `${first}-${second}-${number}-${part}`

  it('is limited for a minute, and taken after it under the same number', async () => {
    const number = await paid()
    expect(await one.ask(number, named(number, 'a'), 100)).toEqual(one.accepted)
    expect(await other.ask(number, named(number, 'b'), 100)).toEqual(other.limited)
    await world.wechat.advance(59)
    expect(await other.ask(number, named(number, 'b'), 100)).toEqual(other.limited)
    await world.wechat.advance(1)
    expect(await other.ask(number, named(number, 'b'), 100)).toEqual(other.accepted)
    // A refusal has reserved nothing: what is left can be given back to the fen.
    await world.wechat.advance(60)
    expect(await one.ask(number, named(number, 'c'), 8600)).toEqual(one.accepted)
  })

  it('leaves a repetition, a whole refund and another order alone', async () => {
    const [number, elsewhere, whole] = [await paid(), await paid(), await paid()]
    const { json } = await world.merchant.post(refunds, {
      ...{ out_trade_no: whole, out_refund_no: named(whole, 'a') },
      amount: { refund: 100, total: 8800, currency: 'CNY' },
    })
    await world.control('POST', `/control/refunds/${world.mchid}/${named(whole, 'a')}/finish`, { outcome: 'CLOSED' })
    expect(json['status']).toBe('PROCESSING')
    expect(await other.ask(whole, named(whole, 'b'), 8800)).toEqual(other.accepted)
    expect(await one.ask(number, named(number, 'a'), 100)).toEqual(one.accepted)
    expect(await one.ask(number, named(number, 'a'), 100)).toEqual(one.accepted)
    expect(await other.ask(elsewhere, named(elsewhere, 'a'), 100)).toEqual(other.accepted)
  })
})

it('lets only one of two partial refunds through that come at once', async () => {
  const number = await paid()
  const both = await Promise.all(['a', 'b'].map((part) => protocols.V3.ask(number, `once-${number}-${part}`, 100)))
  expect(both.map(([status]) => status).sort()).toEqual([200, 429])
})

it('waits for nothing where the option is 0', async () => {
  const quick = await createWechatWorld({ refundIntervalMs: 0 })
  try {
    const number = await quick.order()
    await quick.wechat.pay(quick.mchid, number)
    for (const part of ['a', 'b']) {
      const amount = { refund: 1, total: 8800, currency: 'CNY' }
      const answer = await quick.merchant.post(refunds, { out_trade_no: number, out_refund_no: part, amount })
      expect(answer.status).toBe(200)
    }
  } finally {
    await quick.stop()
  }
})
