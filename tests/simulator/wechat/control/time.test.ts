import { createWechatWorld, type WechatWorld } from '../../support/wechat-world'

/** 15s 15s 30s 3m 10m 20m 30m 30m 30m 60m 3h 3h 3h 6h 6h */
const scheduleSec = [15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10_800, 10_800, 10_800, 21_600, 21_600]

describe('virtual time', () => {
  let world: WechatWorld
  beforeAll(async () => {
    world = await createWechatWorld()
  })
  beforeEach(async () => {
    await world.wechat.reset()
    world.receiver.received.length = 0
    world.receiver.answerWith((response) => response.writeHead(204).end())
  })
  afterAll(() => world.stop())

  const clock = async (step: string, body?: object): Promise<Record<string, unknown>> =>
    (await world.control(step === '' ? 'GET' : 'POST', `/control/clock${step}`, body)).json

  it('stands still, moves by hand, and runs on from there', async () => {
    expect(await clock('/stop')).toMatchObject({ still: true })
    const { now } = await clock('')
    await new Promise<void>((later) => setImmediate(later))
    expect(await clock('')).toMatchObject({ now, still: true })
    const stood = world.wechat.now()
    await clock('/advance', { seconds: 3600 })
    expect(world.wechat.now()).toBe(stood + 3_600_000)
    expect(await clock('/run')).toMatchObject({ still: false })
    expect(world.wechat.now()).toBeGreaterThanOrEqual(stood + 3_600_000)
  })

  it('is set to a later instant, and never to an earlier one', async () => {
    await clock('/stop')
    const later = new Date(world.wechat.now() + 86_400_000).toISOString()
    await clock('/set', { now: later })
    expect(world.wechat.now()).toBe(Date.parse(later))
    const back = await world.control('POST', '/control/clock/set', { now: new Date(0).toISOString() })
    expect(back).toMatchObject({ status: 409, json: { code: 'TIME_GOES_ON' } })
    expect(world.wechat.now()).toBe(Date.parse(later))
  })

  it.each([{}, { now: 'noon' }, { now: 1 }, { now: '2999-01-01T00:00:00Z' }])('is not set to %j', async (body) => {
    expect(await world.control('POST', '/control/clock/set', body)).toMatchObject({
      status: 400,
      json: { code: 'NOW_INVALID' },
    })
  })

  it('runs every attempt at exactly its instant: fourteen refusals, then a 204', async () => {
    await clock('/stop')
    let calls = 0
    world.receiver.answerWith((response) => response.writeHead((calls += 1) <= 14 ? 500 : 204).end())
    const number = await world.order()
    const paidAt = world.wechat.now()
    await world.wechat.pay(world.mchid, number)
    await world.wechat.advance(24 * 3600 + 240)
    const [notice] = await world.noticesOf(number)
    const seconds = notice!.attempts.map(({ at }) => (Date.parse(at) - Math.floor(paidAt / 1000) * 1000) / 1000)
    const expected = scheduleSec.slice(0, 14).reduce((all, wait) => [...all, all.at(-1)! + wait], [0])
    expect(seconds).toEqual(expected)
    expect(notice!.attempts.map(({ status }) => status)).toEqual([...Array<number>(14).fill(500), 204])
    expect(notice!.next_attempt_at).toBeNull()
  })

  it('makes the exact number of deliveries of twenty trades that nobody takes', async () => {
    await clock('/stop')
    world.receiver.answerWith((response) => response.writeHead(500).end())
    const numbers = await Promise.all(Array.from({ length: 20 }, () => world.order()))
    for (const number of numbers) await world.wechat.pay(world.mchid, number)
    await world.wechat.advance(24 * 3600 + 240)
    // The first attempt and fifteen repeats.
    expect(world.receiver.received).toHaveLength(20 * 16)
    await world.wechat.advance(7 * 24 * 3600)
    expect(world.receiver.received).toHaveLength(20 * 16)
  })
})
