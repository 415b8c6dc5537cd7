import { almostRightWechat, type AlmostRightWechat } from '../../fuzz/almost-right-wechat'
import { everyDaySeed } from '../../fuzz/target'

const runs = 3

describe('a request that is almost right', () => {
  let world: AlmostRightWechat
  beforeAll(async () => {
    world = await almostRightWechat.open()
  })
  afterAll(() => world.close())

  it('is known for every route of the service', () => {
    expect(world.served.toSorted()).toEqual(world.parts.toSorted())
  })

  it.each([
    ['V3', /^\w+ \/v3\//],
    ['V2', /^\w+ \/(pay|secapi)\//],
    ['api.weixin.qq.com', /^\w+ \/(sns|cgi-bin|wxa)\//],
  ])(
    'to %s is taken when it is right; else it is refused in the service’s shape, and nothing changes',
    async (_door, isOfDoor) => {
      const routes = world.parts.filter((route) => isOfDoor.test(route))
      expect(routes.length).toBeGreaterThan(0)
      for (const route of routes) await world.check(route, everyDaySeed, runs)
    },
  )
})
