import { createMerchantIdentity } from '../../mock-server/simulator/wechat/identity'
import { formatV3Authorization } from '../../mock-server/wire/v3-signing'
import type { MerchantClient } from '../simulator/support/merchant-client'
import { callRaw, type RawAnswer } from '../simulator/support/raw-socket'
import { createWechatWorld, type WechatWorld } from '../simulator/support/wechat-world'
import { recordedAnswers, type RecordedAnswer, type RecordedCall, type Refusal } from './recorded-answers'

/** The real gateway's answers, as others recorded them, asked of the simulator with a bare socket. */
describe('the simulator answers as the real gateway did:', () => {
  let world: WechatWorld
  let inKeyMode: WechatWorld

  beforeAll(async () => {
    world = await createWechatWorld()
    const { apps, platform } = world.wechat
    const newcomer = await createMerchantIdentity({ appids: [apps[0]!.appid], keyMode: 'public_key' })
    inKeyMode = await createWechatWorld({ apps, platform, merchants: [newcomer] })
  })
  afterAll(async () => {
    await world.stop()
    await inKeyMode.stop()
  })

  it.each(recordedAnswers)('$name', async ({ asked, answered }) => {
    const answer = await ask(asked)
    expect({ status: answer.status, ...theirs(answer, answered) }).toEqual({
      status: answered.status,
      headers: answered.headers === undefined ? {} : matching(answered.headers),
      unwanted: [],
      body: typeof answered.body === 'string' ? answered.body : matchingRefusal(answered.body),
    })
  })

  it('says of each row who saw the answer', () => {
    expect(recordedAnswers.filter(({ seen }) => seen.length < 10)).toEqual([])
    const names = recordedAnswers.map(({ name }) => name)
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
  })

  async function ask(call: RecordedCall): Promise<RawAnswer> {
    const of = call.publicKeyMode ? inKeyMode : world
    const number = of.newNumber()
    if (call.after) await send(of, call.after, number)
    return send(of, call, number)
  }

  function send(of: WechatWorld, call: RecordedCall, number: string): Promise<RawAnswer> {
    const { method = 'GET', authorised, without } = call
    const fill = (text: string): string => text.replace('{mchid}', of.mchid).replace('{number}', number)
    const target = fill(call.target)
    const body =
      call.text !== undefined ? fill(call.text) : call.body ? JSON.stringify(rightBody(of, call, number)) : ''
    return callRaw(of.wechat.url, {
      method,
      target,
      body,
      headers: {
        'User-Agent': without === 'User-Agent' ? null : 'curl/8.5.0',
        Accept: 'application/json',
        'Content-Type': call.text === undefined ? 'application/json' : 'text/xml',
        Authorization: authorizationOf(authorised, of.merchant, method, target, body),
      },
    })
  }
})

/** What a merchant would send there. */
function rightBody(world: WechatWorld, { target, body }: RecordedCall, number: string): object {
  if (target.endsWith('/close')) return { mchid: world.mchid, ...body }
  if (target.endsWith('/refunds'))
    return { out_trade_no: number, out_refund_no: number, amount: { refund: 1, total: 1, currency: 'CNY' }, ...body }
  const { appid, mchid, ...order } = world.h5Order(number) as Record<string, unknown>
  if (!target.includes('/partner/')) return { appid, mchid, ...order, ...body }
  const { scene_info: _, ...partnerOrder } = order
  return { sp_appid: appid, sp_mchid: mchid, sub_mchid: '1900000109', ...partnerOrder, ...body }
}

function authorizationOf(
  authorised: RecordedCall['authorised'],
  client: MerchantClient,
  method: string,
  target: string,
  body: string,
): string | null {
  switch (authorised) {
    case 'not':
      return null
    case 'bearer':
      return 'Bearer x'
    case 'merchant':
      return client.authorize(method, target, body)
    case 'other-text':
      return client.authorize(method, target, body, { signedTarget: `${target}x` })
    case 'stranger':
    case 'stranger-2019':
      return formatV3Authorization({
        mchid: '1900000000',
        nonce_str: '593BEC0C930BF1AFEB40B4A08C8FB242',
        timestamp: authorised === 'stranger' ? String(Math.floor(Date.now() / 1000)) : '1554208460',
        serial_no: '1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C',
        signature: Buffer.alloc(256, 7).toString('base64'),
      })
  }
}

/** Of an answer, what the record speaks of. */
function theirs({ headers, text }: RawAnswer, answered: RecordedAnswer['answered']): object {
  const told = Object.keys(answered.headers ?? {})
  return {
    headers: Object.fromEntries(
      headers.map(([name, value]) => [spelled(name, told), value] as const).filter(([name]) => told.includes(name)),
    ),
    unwanted: headers.map(([name]) => name).filter((name) => answered.without?.some((pattern) => pattern.test(name))),
    body: typeof answered.body === 'string' ? text : parsed(text),
  }
}

/** WeChat Pay's own names are looked up by their spelling, HTTP's own mean the same in any. */
function spelled(name: string, told: readonly string[]): string {
  if (/^(wechatpay-|request-id$)/i.test(name)) return name
  return told.find((one) => one.toLowerCase() === name.toLowerCase()) ?? name
}

function parsed(text: string): unknown {
  return text.startsWith('{') ? JSON.parse(text) : text
}

const asWritten = (wanted: string | RegExp | null): unknown =>
  wanted === null ? expect.any(String) : typeof wanted === 'string' ? wanted : expect.stringMatching(wanted)

function matching(headers: NonNullable<RecordedAnswer['answered']['headers']>): object {
  return Object.fromEntries(Object.entries(headers).map(([name, wanted]) => [name, asWritten(wanted)]))
}

function matchingRefusal({ code, message, detail }: Refusal): unknown {
  return expect.objectContaining({ code, message: asWritten(message), ...(detail && { detail: within(detail) }) })
}

/** Other fields may stand beside those of the record, at any depth. */
function within(fields: object): unknown {
  const entries = Object.entries(fields) as [string, unknown][]
  return expect.objectContaining(
    Object.fromEntries(
      entries.map(([name, value]) => [
        name,
        typeof value === 'object' && value !== null && !Array.isArray(value) ? within(value) : value,
      ]),
    ),
  )
}
