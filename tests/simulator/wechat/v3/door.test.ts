import { createConnection } from 'node:net'
import { readCertificate } from '../../../../mock-server/crypto/read-certificate'
import { verifyRsaSha256 } from '../../../../mock-server/crypto/rsa'
import { v3ResponseMessage } from '../../../../mock-server/wire/v3-signing'
import { createMerchantIdentity } from '../../../../mock-server/simulator/wechat/identity'
import { createMerchantClient, type Answer, type Spoil } from '../../support/merchant-client'
import { createWechatWorld, v3, type WechatWorld } from '../../support/wechat-world'

describe('the door of the V3 API', () => {
  let world: WechatWorld
  beforeAll(async () => {
    world = await createWechatWorld()
  })
  afterAll(() => world.stop())

  function isSigned({ headers, text }: Answer): boolean {
    const signature = headers.get('wechatpay-signature')
    if (signature === null) return false
    const { publicKey } = readCertificate(world.wechat.platform.certificate)
    const message = v3ResponseMessage(headers.get('wechatpay-timestamp')!, headers.get('wechatpay-nonce')!, text)
    return verifyRsaSha256(publicKey, message, signature)
  }

  it('opens to a signed request and signs its answer', async () => {
    const answer = await world.merchant.get(v3.certificates)
    expect(answer.status).toBe(200)
    expect(isSigned(answer)).toBe(true)
    const header = (name: string): string | null => answer.headers.get(name)
    expect(header('wechatpay-serial')).toBe(world.wechat.platform.serial)
    expect(header('wechatpay-signature-type')).toBe('WECHATPAY2-SHA256-RSA2048')
    expect(Math.abs(Number(header('wechatpay-timestamp')) - Date.now() / 1000)).toBeLessThan(300)
    expect(header('content-type')).toBe('application/json; charset=utf-8')
    expect(header('cache-control')).toBe('no-cache, must-revalidate')
    expect(header('request-id')).toMatch(/^08[0-9A-F]+-0$/)
  })

  it('signs an answer without a body', async () => {
    const answer = await world.close(world.newNumber())
    expect(answer).toMatchObject({ status: 204, text: '' })
    expect(isSigned(answer)).toBe(true)
  })

  it('signs a refusal of business too, with its internal number in Request-ID', async () => {
    const answer = await world.query(world.newNumber())
    expect(answer.status).toBe(404)
    expect(isSigned(answer)).toBe(true)
    expect(answer.headers.get('request-id')).toMatch(/-268512771$/)
  })

  it('looks at the path and query that were sent, escapes included', async () => {
    const target = `/v3/pay/transactions/out-trade-no/order%2A1234?mchid=${world.mchid}&x=%7e`
    expect((await world.merchant.get(target)).status).toBe(404)
    expect((await world.merchant.get(target, { signedTarget: target.replace('%2A', '*') })).status).toBe(401)
  })

  it('takes a serial in lower case', async () => {
    const serial = world.wechat.merchants[0]!.serial.toLowerCase()
    expect((await world.merchant.get(v3.certificates, { serial })).status).toBe(200)
  })

  /** Client and door read the same clock: on a busy machine a second would pass between them. */
  const stopTheWallClock = (): void => void jest.spyOn(Date, 'now').mockReturnValue(Date.now())
  afterEach(() => jest.restoreAllMocks())

  it.each([299, -299])('takes a request that is %d seconds old', async (ageSec) => {
    stopTheWallClock()
    expect((await world.merchant.get(v3.certificates, { ageSec })).status).toBe(200)
  })

  it('goes on taking requests when virtual time is a day ahead', async () => {
    await world.wechat.advance(86_400)
    const answer = await world.merchant.get(v3.certificates)
    expect(answer.status).toBe(200)
    expect(Math.abs(Number(answer.headers.get('wechatpay-timestamp')) - Date.now() / 1000)).toBeLessThan(300)
  })

  const malformed = 'Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》'
  const scheme = 'Http头Authorization认证类型不正确'
  const tooOld = 'Http头Authorization中的timestamp与发起请求的时间不得超过5分钟'
  const flip = (signature: string): string => (signature.startsWith('A') ? 'B' : 'A') + signature.slice(1)
  const broken = 'WECHATPAY2-SHA256-RSA2048 mchid="1",nonce_str="1",timestamp="1",serial_no="1"'

  it.each<[string, Spoil, string]>([
    ['without a header', { authorization: null }, malformed],
    ['with an empty header', { authorization: '' }, malformed],
    ['with an attribute missing', { authorization: broken }, malformed],
    ['with an attribute twice', { authorization: `${broken},signature="1",signature="1"` }, malformed],
    ['of another scheme', { authorization: 'WECHATPAY2-SM2-WITH-SM3 mchid="1"' }, scheme],
    ['of the scheme Bearer', { authorization: 'Bearer x' }, scheme],
    ['301 seconds old', { ageSec: 301 }, tooOld],
    ['301 seconds early', { ageSec: -301 }, tooOld],
    ['with one character of the signature changed', { signature: flip }, '签名错误'],
    ['with a signature that is no base64', { signature: () => 'WECHATPAY/SIGNTEST/x' }, '签名错误'],
    ['signed for another path', { signedTarget: '/v3/certificate' }, '签名错误'],
    ['signed without its query', { signedTarget: '/v3/certificates' }, '签名错误'],
  ])('refuses a request %s with 401, unsigned', async (_case, spoil, message) => {
    stopTheWallClock()
    const answer = await world.merchant.get('/v3/certificates?algorithm_type=RSA', spoil)
    expect(answer.status).toBe(401)
    expect(answer.json).toMatchObject({ code: 'SIGN_ERROR', message })
    expect(answer.headers.get('wechatpay-signature')).toBeNull()
    expect(answer.headers.get('request-id')).toMatch(/-268443699$/)
  })

  it('refuses a body with one byte changed, and says what it checked', async () => {
    const body = JSON.stringify(world.jsapiOrder(world.newNumber()))
    const answer = await world.merchant.post(v3.jsapi, body, { signedBody: body.replace('8800', '8801') })
    expect(answer.status).toBe(401)
    const { detail } = answer.json as { detail: { sign_information: Record<string, unknown> } }
    expect(detail).toMatchObject({
      detail: { issue: 'sign not match' },
      field: 'signature',
      location: 'authorization',
      sign_information: { method: 'POST', url: v3.jsapi },
    })
    expect(detail.sign_information['truncated_sign_message']).toMatch(
      /^POST\n\/v3\/pay\/transactions\/jsapi\n\d{10}\nnonce\d+\n\{"appid"\n$/,
    )
    const [, , timestamp, nonce] = String(detail.sign_information['truncated_sign_message']).split('\n')
    const length = Buffer.byteLength(`POST\n${v3.jsapi}\n${timestamp}\n${nonce}\n${body}\n`)
    expect(detail.sign_information['sign_message_length']).toBe(length)
  })

  it('says it in the older shape where it is told to', async () => {
    const { apps, merchants, platform } = world.wechat
    const older = await createWechatWorld({ apps, merchants, platform, signErrorDetail: 'flat' })
    const answer = await older.merchant.get(v3.certificates, { signedTarget: '/x' })
    await older.stop()
    expect(answer).toMatchObject({
      status: 401,
      json: {
        code: 'SIGN_ERROR',
        message: '错误的签名，验签失败',
        detail: {
          issue: 'sign not match',
          field: 'signature',
          sign_information: { method: 'GET', url: v3.certificates },
        },
      },
    })
  })

  it('refuses another merchant’s key under this merchant’s number', async () => {
    const stranger = await createMerchantIdentity({ appids: [world.appid] })
    const client = createMerchantClient(world.wechat.url, {
      ...stranger,
      mchid: world.mchid,
      serial: world.wechat.merchants[0]!.serial,
    })
    expect(await client.get(v3.certificates)).toMatchObject({ status: 401, json: { message: '签名错误' } })
  })

  it('answers 500 to an unknown serial, unsigned, as the real service does', async () => {
    const answer = await world.merchant.get(v3.certificates, { serial: 'AB12' })
    expect(answer).toMatchObject({ status: 500, json: { code: 'SYSTEM_ERROR', message: '系统繁忙,请稍后重试' } })
    expect(answer.headers.get('wechatpay-signature')).toBeNull()
  })

  it('answers 401 to an unknown serial where it is told to', async () => {
    const other = await createWechatWorld({ unknownSerial: 401 })
    const answer = await other.merchant.get(v3.certificates, { serial: 'AB12' })
    await other.stop()
    expect(answer).toMatchObject({ status: 401, json: { code: 'SIGN_ERROR', message: '商户证书序列号有误。' } })
  })

  it('answers 401 to an unknown merchant, unsigned, with no more than that the signature is wrong', async () => {
    const answer = await world.merchant.get(v3.certificates, { mchid: '1900000000', serial: 'AB12' })
    expect(answer).toMatchObject({ status: 401, json: { code: 'SIGN_ERROR', message: '签名错误' } })
    expect(answer.headers.get('wechatpay-signature')).toBeNull()
  })

  describe('with bad input', () => {
    it.each<[string, string | object]>([
      ['a truncated body', '{"appid":"wx'],
      ['no body', ''],
      ['a list', '[]'],
      ['null', 'null'],
      ['a number', '1'],
      ['a text', '"x"'],
    ])('refuses %s as PARAM_ERROR, signed', async (_case, body) => {
      const answer = await world.merchant.post(v3.jsapi, body)
      expect(answer).toMatchObject({ status: 400, json: { code: 'PARAM_ERROR' } })
      expect(isSigned(answer)).toBe(true)
    })

    it('refuses signed bytes that are no UTF-8', async () => {
      const bytes = Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])
      const answer = await world.merchant.post(v3.jsapi, bytes)
      const text = '请求内容传入了非UTF8参数'
      expect(answer).toMatchObject({ status: 400, json: { code: 'INVALID_REQUEST', message: text } })
      expect(isSigned(answer)).toBe(true)
    })

    it('survives half a megabyte of brackets', async () => {
      const answer = await world.merchant.post(v3.jsapi, '['.repeat(500_000) + ']'.repeat(500_000))
      expect(answer).toMatchObject({ status: 400, json: { code: 'PARAM_ERROR' } })
    })

    it('refuses three megabytes with 413', async () => {
      const answer = await world.merchant.post(v3.jsapi, 'x'.repeat(3_000_000), { authorization: 'x' })
      expect(answer).toMatchObject({ status: 413, json: { code: 'PARAM_ERROR' } })
    })

    it.each([
      ['a broken escape', '/v3/pay/transactions/id/%zz'],
      ['a lone per cent sign', '/%'],
      ['a number of 5000 characters', `/v3/pay/transactions/id/${'a'.repeat(5000)}`],
    ])('answers a 4xx in its own shape to %s in the path', async (_case, target) => {
      const answer = await world.merchant.get(target)
      expect(answer.status).toBeGreaterThanOrEqual(400)
      expect(answer.status).toBeLessThan(500)
      expect(answer.json).toMatchObject({ code: expect.any(String), message: expect.any(String) })
    })

    it.each([
      ['bytes that are no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
      ['a null byte', Buffer.from('{"appid":"\u0000"}')],
    ])('survives %s', async (_case, body) => {
      const answer = await fetch(world.wechat.url + v3.jsapi, { method: 'POST', body, headers: { authorization: 'x' } })
      expect(answer.status).toBe(401)
      expect((await world.merchant.get(v3.certificates)).status).toBe(200)
    })

    it.each([
      ['what is not HTTP', 'BROKEN\r\n\r\n', 400],
      [
        'the same header twice',
        `GET ${v3.certificates} HTTP/1.1\r\nHost: x\r\nUser-Agent: x\r\nAccept: */*\r\nAuthorization: a\r\nAuthorization: b\r\nConnection: close\r\n\r\n`,
        401,
      ],
    ])('survives %s', async (_case, text, status) => {
      const head = await sendRaw(Number(new URL(world.wechat.url).port), text)
      expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
      expect((await world.merchant.get(v3.certificates)).status).toBe(200)
    })
  })
})

function sendRaw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = createConnection(port, '127.0.0.1', () => socket.write(text))
    socket.setEncoding('utf8')
    socket.on('data', (part: string) => (answer += part))
    socket.on('error', reject)
    socket.on('close', () => resolve(answer))
  })
}
