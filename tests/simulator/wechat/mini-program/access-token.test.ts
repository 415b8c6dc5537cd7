import { createAppIdentity } from '../../../../mock-server/simulator/wechat/identity'
import { callJson } from '../../support/merchant-client'
import { createMiniProgram, type MiniProgram } from '../../support/mini-program'
import { createWechatWorld, type WechatWorld } from '../../support/wechat-world'

/** Any call that needs a token. */
const probe = '/wxa/sec/order/is_trade_managed'

describe('the server tokens of a mini program', () => {
  let world: WechatWorld
  let shop: MiniProgram
  let other: MiniProgram
  beforeAll(async () => {
    const noon = Date.parse('2026-11-20T12:00:00+08:00')
    const apps = [createAppIdentity(), { ...createAppIdentity(), isTradeManaged: false }]
    world = await createWechatWorld({ apps, wall: { now: () => noon } })
    shop = createMiniProgram(world, 0)
    other = createMiniProgram(world, 1)
  })
  afterEach(() => world.wechat.reset())
  afterAll(() => world.stop())

  const tokenOf = (answer: { json: Record<string, unknown> }): string => String(answer.json['access_token'])
  const works = async (token: string | undefined): Promise<unknown> =>
    (await shop.post(probe, token, { appid: shop.credentials['appid'] })).json['errcode']

  it('are given for two hours and work as long', async () => {
    const answer = await shop.plainToken()
    expect(answer.json).toEqual({ access_token: expect.stringMatching(/^\w{100,512}$/), expires_in: 7200 })
    await world.wechat.advance(7199)
    expect(await works(tokenOf(answer))).toBe(0)
    await world.wechat.advance(1)
    expect(await works(tokenOf(answer))).toBe(42001)
  })

  it('must be there, and known', async () => {
    expect(await works(undefined)).toBe(41001)
    expect(await works('80_nobody')).toBe(40001)
  })

  it.each<[string, number, Record<string, string | undefined>]>([
    ['a wrong grant_type', 40002, { grant_type: 'authorization_code' }],
    ['no appid', 41002, { appid: undefined }],
    ['no secret', 41004, { secret: undefined }],
    ['an unknown appid', 40013, { appid: 'wx0000000000000000' }],
    ['a wrong secret', 40001, { secret: 'x' }],
  ])('are refused for %s, the plain and the stable one', async (_case, errcode, over) => {
    for (const answer of [await shop.plainToken(over), await shop.stableToken(over)]) {
      expect(answer.status).toBe(200)
      expect(answer.json).toMatchObject({ errcode })
    }
  })

  it('a plain one goes on for five minutes after another one was fetched', async () => {
    const first = tokenOf(await shop.plainToken())
    const second = tokenOf(await shop.plainToken())
    await world.wechat.advance(299)
    expect(await works(first)).toBe(0)
    await world.wechat.advance(1)
    expect(await works(first)).toBe(40001)
    expect(await works(second)).toBe(0)
  })

  it('a stable one stays the same and counts down, until its last five minutes', async () => {
    const first = await shop.stableToken()
    await world.wechat.advance(6899)
    expect((await shop.stableToken()).json).toEqual({ access_token: tokenOf(first), expires_in: 301 })
    await world.wechat.advance(1)
    const second = await shop.stableToken()
    expect(second.json).toEqual({ access_token: expect.not.stringMatching(tokenOf(first)), expires_in: 7200 })
    await world.wechat.advance(299)
    expect(await works(tokenOf(first))).toBe(0)
    await world.wechat.advance(1)
    expect(await works(tokenOf(first))).toBe(42001)
    expect(await works(tokenOf(second))).toBe(0)
  })

  it('force_refresh ends the former one at once, and the plain one is untouched', async () => {
    const plain = tokenOf(await shop.plainToken())
    const first = tokenOf(await shop.stableToken())
    const second = tokenOf(await shop.stableToken({ force_refresh: true }))
    expect(await works(first)).toBe(40001)
    expect(await works(second)).toBe(0)
    expect(await works(plain)).toBe(0)
    expect(tokenOf(await shop.stableToken())).toBe(second)
  })

  it('force_refresh within thirty seconds refreshes nothing', async () => {
    const first = tokenOf(await shop.stableToken({ force_refresh: true }))
    await world.wechat.advance(29)
    expect(tokenOf(await shop.stableToken({ force_refresh: true }))).toBe(first)
    await world.wechat.advance(1)
    expect(tokenOf(await shop.stableToken({ force_refresh: true }))).not.toBe(first)
  })

  it('force_refresh is obeyed twenty times a day', async () => {
    for (let count = 0; count < 20; count += 1) {
      expect((await shop.stableToken({ force_refresh: true })).json).toHaveProperty('access_token')
      await world.wechat.advance(30)
    }
    expect((await shop.stableToken({ force_refresh: true })).json).toMatchObject({ errcode: 45009 })
    expect((await shop.stableToken()).json).toHaveProperty('access_token')
    expect((await other.stableToken({ force_refresh: true })).json).toHaveProperty('access_token')
    await world.wechat.advance(12 * 3600)
    expect((await shop.stableToken({ force_refresh: true })).json).toHaveProperty('access_token')
  })

  it.each(['{', '[]', 'grant_type=client_credential', { force_refresh: 'true' }, { appid: 1 }])(
    'a stable one is not given for the body %j',
    async (body) => {
      const url = `${world.wechat.url}/cgi-bin/stable_token`
      const sent = typeof body === 'string' ? body : { grant_type: 'client_credential', ...shop.credentials, ...body }
      expect((await callJson('POST', url, sent)).json).toMatchObject({ errcode: 47001 })
    },
  )

  it('say whether an app is under the shipping rule, of the very app only', async () => {
    const token = await other.token()
    const ask = async (appid: unknown) => (await other.post(probe, token, { appid })).json
    expect(await ask(other.credentials['appid'])).toEqual({ errcode: 0, errmsg: 'ok', is_trade_managed: false })
    expect(await ask(shop.credentials['appid'])).toMatchObject({ errcode: 40013 })
    expect(await ask(undefined)).toMatchObject({ errcode: 47001 })
    const mine = await shop.post(probe, await shop.token(), { appid: shop.credentials['appid'] })
    expect(mine.json).toMatchObject({ is_trade_managed: true })
  })

  it('are forgotten on reset', async () => {
    const token = await shop.token()
    await world.wechat.reset()
    expect(await works(token)).toBe(40001)
  })

  it('leave unknown paths unknown, in the shape of this host', async () => {
    for (const path of ['/wxa/nothing', '/sns/nothing', '/cgi-bin/nothing']) {
      const answer = await shop.get(path)
      expect(answer).toMatchObject({ status: 404, json: { errcode: 40066 } })
    }
    expect(await shop.get('/v3/nothing')).toMatchObject({ status: 404, text: '' })
  })

  it('answer a body that is too large, and a broken address, in the shape of this host', async () => {
    const token = await shop.token()
    expect(await shop.post(probe, token, 'x'.repeat(1_048_577))).toMatchObject({
      status: 413,
      json: { errcode: 47001 },
    })
    expect(await shop.post('/wxa/%zz', token, {})).toMatchObject({ status: 400, json: { errcode: 47001 } })
  })

  describe('the phone number', () => {
    const number = '/wxa/business/getuserphonenumber'

    it('is given once for a code of the button', async () => {
      const token = await shop.token()
      const code = await shop.phoneCode()
      const { json } = await shop.post(number, token, { code })
      expect(json).toEqual({
        errcode: 0,
        errmsg: 'ok',
        phone_info: {
          phoneNumber: expect.stringMatching(/^1380013\d{4}$/),
          purePhoneNumber: (json['phone_info'] as { phoneNumber: string }).phoneNumber,
          countryCode: '86',
          watermark: { timestamp: expect.any(Number), appid: shop.credentials['appid'] },
        },
      })
      expect((await shop.post(number, token, { code })).json).toMatchObject({ errcode: 40029 })
      expect((await shop.post(number, token, { code: await shop.phoneCode() })).json).toMatchObject({
        phone_info: json['phone_info'],
      })
    })

    it('is not given for another kind of code, another app’s, an old one, or none', async () => {
      const token = await shop.token()
      const codes = [await shop.login(), await other.phoneCode(), undefined]
      for (const code of codes)
        expect((await shop.post(number, token, { code })).json).toMatchObject({ errcode: 40029 })
      const old = await shop.phoneCode()
      await world.wechat.advance(300)
      expect((await shop.post(number, token, { code: old })).json).toMatchObject({ errcode: 40029 })
    })

    it('is not given without a token, nor for a body of another shape', async () => {
      const code = await shop.phoneCode()
      expect((await shop.post(number, undefined, { code })).json).toMatchObject({ errcode: 41001 })
      expect((await shop.post(number, await shop.token(), '{')).json).toMatchObject({ errcode: 47001 })
      expect((await shop.post(number, await shop.token(), { code: 1 })).json).toMatchObject({ errcode: 47001 })
      expect((await shop.post(number, await shop.token(), { code })).json).toMatchObject({ errcode: 0 })
    })
  })
})
