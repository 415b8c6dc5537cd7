/** @jest-environment jsdom */
import { openFixture, type Answers, type FixturePhone } from './fixture'

const never = (): Promise<never> => new Promise(() => undefined)

describe.each(['weapp', 'qq'] as const)('requests of the %s phone', (platform) => {
  let fixture: FixturePhone
  const open = async (answers: Answers): Promise<void> => {
    fixture = await openFixture(platform, answers)
  }
  const request = (options: Record<string, unknown> = {}): Promise<void> =>
    fixture.call('request', { url: 'https://shop.example/thing', ...options })
  afterEach(() => {
    jest.useRealTimers()
    fixture.phone.close()
  })

  it('calls success for every HTTP status', async () => {
    await open({ '/thing': { status: 503, body: '{"code":"BUSY"}' } })
    await request({ method: 'POST', data: { a: 1 }, header: { Authorization: 'Bearer t', Referer: 'mine' } })
    expect(await fixture.result()).toMatchObject({ statusCode: 503, data: { code: 'BUSY' }, errMsg: 'request:ok' })
    expect(fixture.requests[0]).toMatchObject({
      method: 'POST',
      body: '{"a":1}',
      headers: { authorization: 'Bearer t', 'content-type': 'application/json' },
    })
    expect(fixture.requests[0]?.headers['referer']).toBeUndefined()
  })

  it('puts the data of a GET into its query and leaves text that is not JSON alone', async () => {
    await open({ '/thing': { body: 'plain' } })
    await request({ data: { q: '中 文', n: 2 } })
    expect(await fixture.result()).toMatchObject({ data: 'plain' })
    expect(fixture.requests[0]?.url).toBe('https://shop.example/thing?q=%E4%B8%AD%20%E6%96%87&n=2')
  })

  it.each([
    ['an address without a scheme', { url: 'shop.example' }, 'request:fail invalid url "shop.example"'],
    ['a host for servers only', { url: 'https://api.q.qq.com/sns' }, 'request:fail url not in domain list'],
    ['what was aborted', { url: 'https://shop.example/never', abort: true }, 'request:fail abort'],
  ])('fails %s', async (_what, options, errMsg) => {
    await open({ '/never': never })
    await request(options)
    expect(await fixture.result()).toMatchObject({ errMsg })
  })

  it('fails without an answer, with and without a network', async () => {
    await open({ '/thing': () => Promise.reject(new Error('refused')) })
    await request()
    expect((await fixture.result())['errMsg']).toMatch(/^request:fail .*ERR_CONNECTION_REFUSED/)
    fixture.phone.setNetwork('none')
    await request()
    await fixture.phone.waitFor(() => fixture.phone.find('#result')?.textContent?.includes('ERR_INTERNET_DISCONNECTED'))
  })

  it('times out when the app says so', async () => {
    await open({ '/thing': never })
    jest.useFakeTimers()
    await request({ timeout: 3000 })
    await jest.advanceTimersByTimeAsync(2999)
    expect(fixture.phone.find('#result')?.textContent).toBe('')
    await jest.advanceTimersByTimeAsync(2)
    expect(fixture.phone.find('#result')?.textContent).toContain('request:fail timeout')
  })

  it('interrupts what still runs five seconds into the background, and lets nothing start there', async () => {
    await open({ '/thing': never })
    jest.useFakeTimers()
    await request()
    fixture.phone.hide()
    await jest.advanceTimersByTimeAsync(4999)
    fixture.phone.show()
    fixture.phone.hide()
    await jest.advanceTimersByTimeAsync(4999)
    expect(fixture.notes()).not.toContain('fail')
    await jest.advanceTimersByTimeAsync(2)
    fixture.phone.show()
    await jest.advanceTimersByTimeAsync(1)
    expect(fixture.phone.find('#result')?.textContent).toContain('request:fail interrupted')
  })

  it('drops the answer to an app that was killed', async () => {
    let answer: (value: { status: number; headers: object; body: string }) => void = () => undefined
    await open({ '/thing': () => new Promise((resolve) => (answer = resolve as typeof answer)) })
    await request()
    fixture.notes()
    fixture.phone.kill()
    answer({ status: 200, headers: {}, body: '{}' })
    await fixture.phone.idle()
    expect(fixture.notes()).toEqual([])
  })

  it('asks its own host for a login code', async () => {
    await open({ '/client/login': { body: '{"code":"c-1"}' } })
    await fixture.call('login')
    expect(await fixture.result()).toEqual({ code: 'c-1', errMsg: 'login:ok' })
    const server = platform === 'weapp' ? 'https://api.weixin.qq.com' : 'https://api.q.qq.com'
    expect(fixture.requests[0]).toMatchObject({
      url: `${server}/client/login`,
      body: '{"appid":"wx0123456789abcdef","user":"payer-1"}',
    })
  })
})
