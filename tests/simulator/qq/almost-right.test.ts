import { almostRightQq, type AlmostRightQq } from '../../fuzz/almost-right-qq'
import { everyDaySeed } from '../../fuzz/target'

const runs = 16

let world: AlmostRightQq
beforeAll(async () => {
  world = await almostRightQq.open()
})
afterAll(() => world.close())

it('there is a right request for every address of QQ’s servers', () => {
  expect(world.served.toSorted()).toEqual(world.parts.toSorted())
})

it('what is right is taken; else it is refused in the shape of who refuses it, and nothing changes', async () => {
  for (const route of world.parts) {
    await world.check(route, everyDaySeed, runs)
    // Mistakes that nobody finds are no test.
    const isProxied = route.includes(' /wxpay/') && !route.includes('/notify')
    const finders = isProxied ? ['QQ', 'WeChat Pay'] : ['QQ']
    expect([route, ...world.seen.get(route)!]).toEqual(expect.arrayContaining([route, ...finders]))
  }
})
