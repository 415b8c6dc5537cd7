import { createHmac } from 'node:crypto'
import { createAppIdentity } from '../../../../mock-server/simulator/wechat/identity'
import { callJson } from '../../support/merchant-client'
import { createMiniProgram, type MiniProgram } from '../../support/mini-program'
import { createWechatWorld, type WechatWorld } from '../../support/wechat-world'

const noon = Date.parse('2026-11-20T12:00:00+08:00')

describe('WeChat login', () => {
  let world: WechatWorld
  let shop: MiniProgram
  let sister: MiniProgram
  let stranger: MiniProgram
  beforeAll(async () => {
    const inOne = { openPlatform: 'tea-house' }
    world = await createWechatWorld({
      // Minutes are counted, so time stands still unless a test moves it.
      wall: { now: () => noon },
      loginsPerMinute: 3,
      apps: [{ ...createAppIdentity(), ...inOne }, { ...createAppIdentity(), ...inOne }, createAppIdentity()],
    })
    ;[shop, sister, stranger] = [0, 1, 2].map((index) => createMiniProgram(world, index)) as [
      MiniProgram,
      MiniProgram,
      MiniProgram,
    ]
  })
  afterEach(() => world.wechat.reset())
  afterAll(() => world.stop())

  it('answers an openid of the app and a session key', async () => {
    const { status, json } = await stranger.exchange(await stranger.login())
    expect(status).toBe(200)
    expect(json).toEqual({
      openid: expect.stringMatching(/^o[\w-]{27}$/),
      session_key: expect.stringMatching(/^[\w+/]{22}==$/),
    })
    expect((await stranger.exchange(await stranger.login())).json['openid']).toBe(json['openid'])
    expect((await stranger.exchange(await stranger.login('payer-2'))).json['openid']).not.toBe(json['openid'])
  })

  it('answers one unionid in all apps of an open platform account, and none elsewhere', async () => {
    const here = (await shop.exchange(await shop.login())).json
    const there = (await sister.exchange(await sister.login())).json
    expect(here['unionid']).toMatch(/^o[\w-]{27}$/)
    expect(there['unionid']).toBe(here['unionid'])
    expect(there['openid']).not.toBe(here['openid'])
    expect((await shop.exchange(await shop.login('payer-2'))).json['unionid']).not.toBe(here['unionid'])
  })

  it.each<[string, number, Record<string, string | undefined>]>([
    ['no appid', 41002, { appid: undefined }],
    ['no secret', 41004, { secret: undefined }],
    ['no code', 41008, { js_code: undefined }],
    ['no grant_type', 40002, { grant_type: undefined }],
    ['the grant_type of a token', 40002, { grant_type: 'client_credential' }],
    ['an unknown appid', 40013, { appid: 'wx0000000000000000' }],
    ['a wrong secret', 40125, { secret: 'x' }],
    ['a code of nobody', 40029, { js_code: '0x' }],
  ])('refuses %s and leaves the code good', async (_case, errcode, over) => {
    const code = await shop.login()
    const refused = await shop.exchange(code, over)
    expect(refused.status).toBe(200)
    expect(refused.json).toEqual({
      errcode,
      errmsg: expect.stringMatching(/, rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$/),
    })
    expect((await shop.exchange(code)).json).toHaveProperty('openid')
  })

  it('takes a code once', async () => {
    const code = await shop.login()
    await shop.exchange(code)
    expect((await shop.exchange(code)).json).toMatchObject({
      errcode: 40163,
      errmsg: expect.stringMatching(/^code been used/),
    })
  })

  it('takes a code once, even from two who ask at the same time', async () => {
    const code = await shop.login()
    const answers = await Promise.all([shop.exchange(code), shop.exchange(code), shop.exchange(code)])
    expect(answers.filter(({ json }) => 'openid' in json)).toHaveLength(1)
  })

  it('takes a code for five minutes', async () => {
    const [early, late] = [await shop.login(), await shop.login()]
    await world.wechat.advance(299)
    expect((await shop.exchange(early)).json).toHaveProperty('openid')
    await world.wechat.advance(1)
    expect((await shop.exchange(late)).json).toMatchObject({ errcode: 40029 })
  })

  it('does not take the code of another app, and the right app still can', async () => {
    const code = await shop.login()
    expect((await stranger.exchange(code)).json).toMatchObject({ errcode: 40029 })
    expect((await shop.exchange(code)).json).toHaveProperty('openid')
  })

  it('does not take the code of a phone number', async () => {
    expect((await shop.exchange(await shop.phoneCode())).json).toMatchObject({ errcode: 40029 })
  })

  it('limits the sign-ins of one person in a minute, not those of another, nor those in the next minute', async () => {
    for (let count = 0; count < 3; count += 1)
      expect((await shop.exchange(await shop.login())).json).toHaveProperty('openid')
    const code = await shop.login()
    expect((await shop.exchange(code)).json).toMatchObject({
      errcode: 45011,
      errmsg: expect.stringMatching(/^api minute-quota reach limit/),
    })
    expect((await shop.exchange(await shop.login('payer-2'))).json).toHaveProperty('openid')
    await world.wechat.advance(60)
    expect((await shop.exchange(code)).json).toHaveProperty('openid')
  })

  it('lets nobody in who is blocked, until he is no more', async () => {
    const code = await shop.login('rogue')
    expect((await world.control('PUT', '/control/users/rogue', { blocked: true })).json).toEqual({ blocked: ['rogue'] })
    expect((await shop.exchange(code)).json).toMatchObject({ errcode: 40226 })
    expect((await shop.exchange(await shop.login())).json).toHaveProperty('openid')
    await world.control('PUT', '/control/users/rogue', { blocked: false })
    expect((await world.control('GET', '/control/users')).json).toEqual({ blocked: [] })
    expect((await shop.exchange(code)).json).toHaveProperty('openid')
  })

  it.each([
    ['/control/users/rogue', { blocked: 'yes' }, 'BLOCKED_INVALID'],
    ['/control/users/a%20b', { blocked: true }, 'USER_INVALID'],
  ])('does not block by PUT %s %j', async (path, body, code) => {
    expect(await world.control('PUT', path, body)).toMatchObject({ status: 400, json: { code } })
  })

  it('answers -1 while it is busy, and the code is good afterwards', async () => {
    const code = await shop.login()
    await world.control('PUT', '/control/faults/wechat-busy', { on: true })
    expect((await shop.exchange(code)).json).toMatchObject({ errcode: -1 })
    await world.control('PUT', '/control/faults/wechat-busy', { on: false })
    expect((await shop.exchange(code)).json).toHaveProperty('openid')
  })

  it.each(['/client/login', '/client/phone-code'])('gives no code at %s to a stranger', async (path) => {
    for (const body of [
      { appid: 'wx1', user: 'payer-1' },
      { ...shop.credentials, user: 'a b' },
      { appid: shop.credentials['appid'] },
      '{',
    ]) {
      const answer = await callJson('POST', world.wechat.url + path, body)
      expect(answer.status).toBe(400)
      expect(answer.json).not.toHaveProperty('code')
    }
  })

  describe('a session', () => {
    const check = async (openid: unknown, key: string, over: Record<string, string | undefined> = {}) =>
      shop.get('/wxa/checksession', {
        access_token: await shop.token(),
        openid: String(openid),
        signature: createHmac('sha256', key).update('').digest('hex'),
        sig_method: 'hmac_sha256',
        ...over,
      })

    it('is good while its key is the last one', async () => {
      const first = (await shop.exchange(await shop.login())).json
      expect((await check(first['openid'], String(first['session_key']))).json).toEqual({ errcode: 0, errmsg: 'ok' })
      const second = (await shop.exchange(await shop.login())).json
      expect((await check(first['openid'], String(first['session_key']))).json).toMatchObject({ errcode: 87009 })
      expect((await check(first['openid'], String(second['session_key']))).json).toMatchObject({ errcode: 0 })
    })

    it.each<[string, number, Record<string, string | undefined>]>([
      ['no token', 41001, { access_token: undefined }],
      ['another method', 87008, { sig_method: 'md5' }],
      ['no signature', 87009, { signature: undefined }],
      ['an openid of nobody', 40003, { openid: 'o1' }],
    ])('is not vouched for with %s', async (_case, errcode, over) => {
      const { openid, session_key } = (await shop.exchange(await shop.login())).json
      expect((await check(openid, String(session_key), over)).json).toMatchObject({ errcode })
    })

    it('of another app, or of somebody who never signed in, is unknown', async () => {
      const { openid, session_key } = (await sister.exchange(await sister.login())).json
      expect((await check(openid, String(session_key))).json).toMatchObject({ errcode: 40003 })
      const known = await world.wechat.openid(String(shop.credentials['appid']), 'payer-3')
      expect((await check(known, 'x')).json).toMatchObject({ errcode: 87007 })
    })
  })
})
