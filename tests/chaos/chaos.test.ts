import { rmSync } from 'node:fs'
import { runSeed } from './one-seed'
import { bundleHouse, createIdentities, type Identities } from './street'

jest.setTimeout(180_000)

/** A few seeds at each `npm test`; many with `npm run test:chaos -- --seeds 200`. */
describe('faults, power cuts and time', () => {
  let house: string
  let identities: Identities
  beforeAll(async () => {
    house = await bundleHouse()
    identities = await createIdentities()
  })
  afterAll(() => rmSync(house, { force: true }))

  it.each([1, 2, 3])('end in the truth: seed %i', async (seed) => {
    const { violations, steps } = await runSeed(seed, house, identities)
    if (violations.length > 0) throw new Error(`${violations.join('\n')}\nafter\n${steps.join('\n')}`)
    expect(steps.length).toBeGreaterThan(10)
  })
})
