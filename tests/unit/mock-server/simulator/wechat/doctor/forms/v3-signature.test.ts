import { constants, createHash, sign, type KeyObject } from 'node:crypto'
import { formatV3Authorization, v3RequestMessage } from '../../../../../../../mock-server/wire/v3-signing'
import { diagnoseV3Request } from '../../../../../../../mock-server/simulator/wechat/doctor/forms/v3-signature'
import { createTestKeys } from './keys'

const { own, other, platform, stranger, known } = createTestKeys()
const receivedAt = Date.UTC(2026, 10, 20, 6, 0, 0)
const timestamp = String(receivedAt / 1000)
const nonce = '593BEC0C930BF1AFEB40B4A08C8FB242'
const post = '/v3/pay/transactions/jsapi'
const query = '/v3/pay/transactions/out-trade-no/A%7C123456?mchid=1600000001'
const body = '{"description":"龙井 <茶>","attach":"a/b","amount":{"total":1,"currency":"CNY"}}'
const spaced = '{"description": "龙井 <茶>", "attach": "a/b", "amount": {"total": 1, "currency": "CNY"}}'

interface Call {
  readonly method?: string
  readonly target?: string
  readonly body?: string
  readonly signed?: string
  readonly key?: KeyObject
  readonly mchid?: string
  readonly serial?: string
  readonly timestamp?: string
  readonly signature?: string
  readonly authorization?: string
  readonly proxiedTarget?: string
}

/** What a client sends who signs `signed`, which is the right text where it is left out. */
function diagnose(call: Call) {
  const method = call.method ?? 'POST'
  const target = call.target ?? post
  const sent = call.body ?? (method === 'GET' ? '' : body)
  const time = call.timestamp ?? timestamp
  const text = call.signed ?? v3RequestMessage(method, target, time, nonce, sent)
  const signature = call.signature ?? sign('sha256', Buffer.from(text), call.key ?? own.privateKey).toString('base64')
  const authorization =
    call.authorization ??
    formatV3Authorization({
      mchid: call.mchid ?? own.mchid,
      nonce_str: nonce,
      timestamp: time,
      serial_no: call.serial ?? own.serial,
      signature,
    })
  return diagnoseV3Request(
    {
      method,
      target,
      body: sent,
      authorization,
      receivedAt,
      host: '127.0.0.1:4001',
      ...(call.proxiedTarget !== undefined && { proxiedTarget: call.proxiedTarget }),
    },
    known,
  )
}
const text = (over: { method?: string; target?: string; time?: string; body?: string } = {}): string =>
  v3RequestMessage(over.method ?? 'POST', over.target ?? post, over.time ?? timestamp, nonce, over.body ?? body)
const ofQuery = (target: string): Call => ({
  method: 'GET',
  target: query,
  signed: text({ method: 'GET', target, body: '' }),
})
const ascii = (json: string): string =>
  json.replace(/[^\0-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

describe('the doctor, over a V3 request', () => {
  it.each<[string, string, Call]>([
    ['the query left out', 'QUERY_LEFT_OUT', ofQuery('/v3/pay/transactions/out-trade-no/A%7C123456')],
    ['a decoded path', 'TARGET_DECODED', ofQuery('/v3/pay/transactions/out-trade-no/A|123456?mchid=1600000001')],
    [
      'an unfilled placeholder',
      'PLACEHOLDER_SIGNED',
      ofQuery('/v3/pay/transactions/out-trade-no/{out_trade_no}?mchid=1600000001'),
    ],
    ['the whole address', 'FULL_ADDRESS_SIGNED', { signed: text({ target: `http://127.0.0.1:4001${post}` }) }],
    ['the path behind /wxpay', 'PROXY_TARGET_SIGNED', { signed: text({ target: `/wxpay${post}` }) }],
    [
      "the proxy's address with its query",
      'PROXY_TARGET_SIGNED',
      {
        signed: text({ target: `/wxpay${post}?appid=1&access_token=T` }),
        proxiedTarget: `/wxpay${post}?appid=1&access_token=T`,
      },
    ],
    [
      "WeChat Pay's path with the proxy's query",
      'PROXY_TARGET_SIGNED',
      {
        signed: text({ target: `${post}?appid=1&access_token=T` }),
        proxiedTarget: `/wxpay${post}?appid=1&access_token=T`,
      },
    ],
    ['the path without its prefix', 'PATH_DIFFERS', { signed: text({ target: '/pay/transactions/jsapi' }) }],
    ['another method', 'METHOD_DIFFERS', { signed: text({ method: 'GET' }) }],
    ['compact JSON', 'BODY_RESERIALISED', { body: spaced, signed: text() }],
    ['JSON with blanks', 'BODY_RESERIALISED', { signed: text({ body: spaced }) }],
    ['indented JSON', 'BODY_RESERIALISED', { signed: text({ body: JSON.stringify(JSON.parse(body), null, 2) }) }],
    ['ASCII JSON with blanks', 'BODY_ESCAPED', { signed: text({ body: ascii(spaced) }) }],
    ['escaped slashes', 'BODY_ESCAPED', { signed: text({ body: ascii(body).replace('a/b', 'a\\/b') }) }],
    [
      'sorted keys',
      'BODY_SORTED',
      { signed: text({ body: '{"amount":{"currency":"CNY","total":1},"attach":"a/b","description":"龙井 <茶>"}' }) },
    ],
    ['an empty body', 'BODY_LEFT_OUT', { signed: text({ body: '' }) }],
    ['a body serialised twice', 'BODY_TWICE_SERIALISED', { signed: text({ body: JSON.stringify(body) }) }],
    [
      'a body that is not sent',
      'BODY_SIGNED_BUT_NOT_SENT',
      { method: 'GET', signed: text({ method: 'GET', body: '{}' }) },
    ],
    ['no last line feed', 'LAST_LF_MISSING', { signed: text().slice(0, -1) }],
    [
      'no line of the body',
      'LAST_LF_MISSING',
      { method: 'GET', signed: text({ method: 'GET', body: '' }).slice(0, -1) },
    ],
    ['CR LF', 'CRLF', { signed: text().replace(/\n/g, '\r\n') }],
    ['a written-out \\n', 'LITERAL_LF', { signed: text().replace(/\n/g, '\\n') }],
    ['milliseconds in the text only', 'TIMESTAMP_MS', { signed: text({ time: `${timestamp}000` }) }],
    ['the time taken twice', 'TIMESTAMP_DIFFERS', { signed: text({ time: String(Number(timestamp) - 1) }) }],
  ])('names %s', (_case, finding, call) => {
    const found = diagnose(call)
    expect(found).toMatchObject({ finding, proved: true, group: expect.any(Number) })
    expect(found.received).not.toBe(found.expected)
    const at = found.first_difference!
    expect(found.received!.slice(0, at)).toBe(found.expected!.slice(0, at))
    expect(found.received![at]).not.toBe(found.expected![at])
  })

  it('shows both texts, without the token that stood in the proxied address', () => {
    const proxiedTarget = `/wxpay${post}?appid=1110000000&access_token=TOP-SECRET&real_notify_url=x`
    const found = diagnose({ proxiedTarget, signed: text({ target: proxiedTarget }) })
    expect(found.expected).toBe(text())
    expect(found.received).toContain('access_token=***')
    expect(JSON.stringify(found)).not.toContain('TOP-SECRET')
  })

  it('names two mistakes that were made at once', () => {
    const found = diagnose({ signed: text({ body: spaced }).slice(0, -1) })
    expect(found).toMatchObject({ finding: 'BODY_RESERIALISED', proved: true })
    expect(found.message).toContain('without its last line feed')
  })

  it.each<[string, string, Call]>([
    ["another merchant's key", 'KEY_OF_OTHER_MERCHANT', { key: other.privateKey }],
    ["WeChat Pay's key", 'PLATFORM_KEY', { key: platform.privateKey }],
    ["another merchant's serial", 'MCHID_OF_SERIAL_DIFFERS', { serial: other.serial }],
    ["another merchant's number", 'MCHID_OF_SERIAL_DIFFERS', { mchid: other.mchid }],
    ['a number that nobody has', 'MCHID_UNKNOWN', { mchid: '1999999999', serial: 'FF' }],
    ["the platform certificate's serial", 'SERIAL_OF_PLATFORM', { serial: platform.serial }],
    ['the id of a public key', 'SERIAL_IS_PUBLIC_KEY_ID', { serial: 'PUB_KEY_ID_0116000000012024' }],
    ['a serial that nobody has', 'SERIAL_UNKNOWN', { serial: 'ABCDEF' }],
    ['milliseconds in the header', 'TIMESTAMP_MS', { timestamp: `${timestamp}123` }],
    ['an old timestamp', 'TIMESTAMP_STALE', { timestamp: String(Number(timestamp) - 301) }],
    ['no header', 'AUTHORIZATION_MISSING', { authorization: '' }],
    ['another scheme', 'SCHEME_DIFFERS', { authorization: 'Bearer x' }],
    ['a header without a nonce', 'AUTHORIZATION_MALFORMED', { authorization: 'WECHATPAY2-SHA256-RSA2048 mchid="1"' }],
    [
      'a signature in hex',
      'SIGNATURE_ENCODING',
      { signature: sign('sha256', Buffer.from(text()), own.privateKey).toString('hex') },
    ],
    ['SHA-1', 'DIGEST_DIFFERS', { signature: sign('sha1', Buffer.from(text()), own.privateKey).toString('base64') }],
    ['a digest of a digest', 'DIGEST_TWICE', { signed: createHash('sha256').update(text()).digest('hex') }],
    [
      'PSS',
      'PADDING_PSS',
      {
        signature: sign('sha256', Buffer.from(text()), {
          key: own.privateKey,
          padding: constants.RSA_PKCS1_PSS_PADDING,
        }).toString('base64'),
      },
    ],
  ])('names %s', (_case, finding, call) => {
    expect(diagnose(call)).toMatchObject({ finding, proved: true })
  })

  it.each<[string, Call]>([
    ['a key that nobody here has', { key: stranger }],
    [
      'a signature with one byte changed',
      { signature: `${sign('sha256', Buffer.from(text()), own.privateKey).toString('base64').slice(0, -8)}AAAAAA==` },
    ],
    ['a text that no known mistake gives', { signed: 'something else' }],
    ['a body that was changed after signing', { body: body.replace('1', '2'), signed: text() }],
    ['a right signature', {}],
  ])('cannot tell what is wrong with %s', (_case, call) => {
    expect(diagnose(call)).toMatchObject({ finding: 'UNKNOWN', proved: false })
    expect(diagnose(call).received).toBeUndefined()
  })

  it('does not claim the 300th second, and claims the 301st', () => {
    expect(diagnose({ timestamp: String(Number(timestamp) - 300) }).finding).toBe('UNKNOWN')
    expect(diagnose({ timestamp: String(Number(timestamp) + 301) }).finding).toBe('TIMESTAMP_STALE')
  })

  it.each([
    ['a megabyte of JSON', `{"attach":"${'x'.repeat(1_000_000)}"}`],
    ['arrays in arrays without end', '['.repeat(20_000) + ']'.repeat(20_000)],
    ['no JSON at all', '\u0000\ud800 nothing'],
  ])('ends soon over %s', (_case, sent) => {
    const started = performance.now()
    expect(diagnose({ body: sent, signed: 'something else' })).toMatchObject({ finding: 'UNKNOWN' })
    expect(performance.now() - started).toBeLessThan(10_000)
  })
})
