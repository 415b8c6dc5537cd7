import { openAnyRequest } from '../fuzz/any-request'
import { everyDaySeed, type FuzzWorld } from '../fuzz/target'

const runs = 3

describe('any request', () => {
  let world: FuzzWorld
  beforeAll(async () => {
    world = await openAnyRequest()
  })
  afterAll(() => world.close())

  it.each([
    ['to any route of WeChat gets the service’s own answer, and a refusal changes nothing', /^wechat /, runs],
    ['to any route of QQ gets QQ’s own answer', /^qq /, runs],
    ['to no route at all gets the service’s own refusal', /^no route/, 20],
  ])('%s', async (_name, isMeant, times) => {
    const parts = world.parts.filter((part) => isMeant.test(part))
    expect(parts.length).toBeGreaterThan(0)
    for (const part of parts) await world.check(part, everyDaySeed, times)
  })
})
