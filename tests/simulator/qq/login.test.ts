import { callJson, type Answer } from '../support/merchant-client'
import { rawGet } from '../support/raw-get'
import { createQqWorld, type QqWorld } from '../support/qq-world'

describe('QQ sign-in, token and control', () => {
  let world: QqWorld

  beforeAll(async () => {
    world = await createQqWorld()
  })
  beforeEach(async () => {
    await world.restartQq()
    world.receiver.answerWith((response) => response.writeHead(204).end())
    world.receiver.received.length = 0
  })
  afterAll(() => world.close())

  describe('the server token', () => {
    it('is given for two hours', async () => {
      const { status, json } = await callJson('GET', `${world.qq.url}/api/getToken?${world.credentials()}`)
      expect(status).toBe(200)
      expect(json).toEqual({ access_token: expect.stringMatching(/^\w{32,512}$/), expires_in: 7200 })
    })

    it.each([
      ['a wrong secret', { secret: 'x' }, 40001],
      ['a wrong grant_type', { grant_type: 'password' }, 40002],
      ['an unknown appid', { appid: '1' }, 40013],
    ])('is refused for %s', async (_case, over, errcode) => {
      const { status, json } = await callJson('GET', `${world.qq.url}/api/getToken?${world.credentials(over)}`)
      expect(status).toBe(200)
      expect(json).toMatchObject({ errcode, errmsg: expect.any(String) })
    })

    it('goes on for five minutes after another one was fetched, and not a second longer', async () => {
      const first = await world.fetchToken()
      await world.fetchToken()
      await world.qq.advance(299)
      expect((await world.orderThroughProxy(world.newNumber(), { token: first })).json).toHaveProperty('h5_url')
      await world.qq.advance(2)
      expect((await world.orderThroughProxy(world.newNumber(), { token: first })).json).toMatchObject({
        errcode: -3000,
      })
    })

    it('that was replaced twice ends five minutes after the first time', async () => {
      const first = await world.fetchToken()
      await world.fetchToken()
      await world.qq.advance(200)
      const third = await world.fetchToken()
      await world.qq.advance(101)
      expect((await world.orderThroughProxy(world.newNumber(), { token: first })).json).toMatchObject({
        errcode: -3000,
      })
      expect((await world.orderThroughProxy(world.newNumber(), { token: third })).json).toHaveProperty('h5_url')
    })

    it('that expires within the five minutes is not made older by another one', async () => {
      const first = await world.fetchToken()
      await world.qq.advance(7100)
      await world.fetchToken()
      await world.qq.advance(101)
      expect((await world.orderThroughProxy(world.newNumber(), { token: first })).json).toMatchObject({
        errcode: -3000,
      })
    })

    it('of one mini program does not touch that of another', async () => {
      await world.restartQq({ apps: [world.newApp(), world.newApp()] })
      const mine = await world.fetchToken()
      const { appid, secret } = world.qq.apps[1]!
      await callJson('GET', `${world.qq.url}/api/getToken?${world.credentials({ appid, secret })}`)
      await world.qq.advance(301)
      expect((await world.orderThroughProxy(world.newNumber(), { token: mine })).json).toHaveProperty('h5_url')
    })

    it('ends after two hours', async () => {
      const token = await world.fetchToken()
      await world.qq.advance(7201)
      expect((await world.orderThroughProxy(world.newNumber(), { token })).json).toMatchObject({ errcode: -3000 })
    })
  })

  describe('sign-in', () => {
    const login = async (user = 'payer-1'): Promise<string> => {
      const { json } = await callJson('POST', `${world.qq.url}/client/login`, { appid: world.qq.apps[0]!.appid, user })
      return json['code'] as string
    }
    const exchange = (code: string, over: Record<string, string> = {}): Promise<Answer> =>
      callJson(
        'GET',
        `${world.qq.url}/sns/jscode2session?${world.credentials({ grant_type: 'authorization_code', js_code: code, ...over })}`,
      )

    it('answers an openid of 32 upper-case hex digits, the same each time', async () => {
      const first = await exchange(await login())
      expect(first.json).toMatchObject({
        openid: expect.stringMatching(/^[0-9A-F]{32}$/),
        session_key: expect.any(String),
      })
      expect((await exchange(await login())).json['openid']).toBe(first.json['openid'])
      expect((await exchange(await login('payer-2'))).json['openid']).not.toBe(first.json['openid'])
    })
    it('takes a code once', async () => {
      const code = await login()
      await exchange(code)
      expect((await exchange(code)).json).toMatchObject({ errcode: 40029 })
    })
    it('takes a code for five minutes', async () => {
      const code = await login()
      await world.qq.advance(300)
      expect((await exchange(code)).json).toMatchObject({ errcode: 40029 })
    })
    it('refuses a wrong secret and keeps the code', async () => {
      const code = await login()
      expect((await exchange(code, { secret: 'x' })).json).toMatchObject({ errcode: 40001 })
      expect((await exchange(code)).json).toHaveProperty('openid')
    })
    it('allows one person a hundred sign-ins a minute', async () => {
      const noon = Date.parse('2026-11-20T12:00:00+08:00')
      await world.restartQq({ clock: { now: () => noon } })
      const answers = []
      for (let count = 0; count < 101; count += 1) answers.push(await exchange(await login()))
      expect(answers[99]!.json).toHaveProperty('openid')
      expect(answers[100]!.json).toMatchObject({ errcode: 45011 })
      const code = await login()
      expect((await exchange(code)).json).toMatchObject({ errcode: 45011 })
      expect((await exchange(await login('payer-2'))).json).toHaveProperty('openid')
      await world.qq.advance(60)
      expect((await exchange(code)).json).toHaveProperty('openid')
    })
    it('does not take the code of another mini program, and the right one still can', async () => {
      await world.restartQq({ apps: [world.newApp(), world.newApp()] })
      const code = await login()
      const { appid, secret } = world.qq.apps[1]!
      expect((await exchange(code, { appid, secret })).json).toMatchObject({ errcode: 40029 })
      expect((await exchange(code)).json).toHaveProperty('openid')
    })
    it('answers one unionid in all apps of an account, and none elsewhere', async () => {
      expect((await exchange(await login())).json).not.toHaveProperty('unionid')
      const inOne = { openPlatform: 'tea-house' }
      await world.restartQq({ apps: [world.newApp(inOne), world.newApp(inOne)] })
      const here = (await exchange(await login())).json
      const { appid, secret } = world.qq.apps[1]!
      const { json } = await callJson('POST', `${world.qq.url}/client/login`, { appid, user: 'payer-1' })
      const there = (await exchange(String(json['code']), { appid, secret })).json
      expect(here['unionid']).toMatch(/^UID_[0-9A-F]{32}$/)
      expect(there['unionid']).toBe(here['unionid'])
      expect(there['openid']).not.toBe(here['openid'])
    })
    it('answers -1 while QQ is busy', async () => {
      const code = await login()
      await callJson('PUT', `${world.qq.controlUrl}/control/faults/qq-busy`, { on: true })
      expect((await exchange(code)).json).toMatchObject({ errcode: -1 })
      await callJson('POST', `${world.qq.controlUrl}/control/reset`, {})
      expect((await exchange(await login())).json).toHaveProperty('openid')
    })
    it.each([
      ['an unknown appid', { appid: '1', user: 'payer-1' }],
      ['a user with a blank', { user: 'a b' }],
      ['no user', {}],
    ])('gives no code for %s', async (_case, body) => {
      const answer = await callJson('POST', `${world.qq.url}/client/login`, { appid: world.qq.apps[0]!.appid, ...body })
      expect(answer.status).toBe(400)
      expect(answer.json).not.toHaveProperty('code')
    })
  })

  describe('the control API', () => {
    it('lists apps without their secrets, and orders newest first, in pages', async () => {
      const numbersMade = [world.newNumber(), world.newNumber(), world.newNumber()]
      for (const outTradeNo of numbersMade) await world.orderThroughProxy(outTradeNo)
      const apps = await callJson('GET', `${world.qq.controlUrl}/control/apps`)
      expect(apps.text).not.toContain(world.qq.apps[0]!.secret)
      const first = (await callJson('GET', `${world.qq.controlUrl}/control/orders?limit=2`)).json
      const second = (
        await callJson('GET', `${world.qq.controlUrl}/control/orders?limit=2&before=${String(first['next'])}`)
      ).json
      const listed = [...(first['orders'] as object[]), ...(second['orders'] as object[])]
      expect(listed).toMatchObject([...numbersMade].reverse().map((out_trade_no) => ({ out_trade_no })))
      expect(second['next']).toBeNull()
    })

    it('forgets everything on reset', async () => {
      await world.orderThroughProxy(world.newNumber())
      await callJson('POST', `${world.qq.controlUrl}/control/reset`, {})
      expect((await callJson('GET', `${world.qq.controlUrl}/control/orders`)).json).toEqual({ orders: [], next: null })
    })

    it.each([
      ['another Host', { host: 'evil.example' }],
      ['the Origin of another page', { origin: 'https://evil.example' }],
    ])('refuses %s', async (_case, headers) => {
      const answer = await rawGet(`${world.qq.controlUrl}/control/apps`, headers)
      expect(answer.status).toBe(403)
      expect(JSON.parse(answer.text)).toEqual({ code: 'FORBIDDEN', message: expect.any(String) })
    })

    it.each([{ seconds: 0 }, { seconds: -1 }, { seconds: '60' }, { seconds: 1e300 }, {}])(
      'does not advance by %j',
      async (body) => {
        expect((await callJson('POST', `${world.qq.controlUrl}/control/clock/advance`, body)).status).toBe(400)
      },
    )

    it.each(['limit=0', 'limit=x', 'limit=999', 'before=x'])('refuses a page of %s', async (query) => {
      expect((await callJson('GET', `${world.qq.controlUrl}/control/orders?${query}`)).status).toBe(400)
    })
  })
})
