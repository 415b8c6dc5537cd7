import { runSeed } from './one-seed'
import { bundleSide, createIdentities, type Identities } from './killable-sides'

/** A few seeds at each `npm test`; many with `npm run test:chaos -- --seeds 200`. */
describe('faults, power cuts and time', () => {
  let bundle: string
  let identities: Identities
  beforeAll(async () => {
    bundle = await bundleSide()
    identities = await createIdentities()
  })

  it.each([1, 2, 3])('end in the truth: seed %i', async (seed) => {
    const { violations, steps } = await runSeed(seed, bundle, identities)
    if (violations.length > 0) throw new Error(`${violations.join('\n')}\nafter\n${steps.join('\n')}`)
    expect(steps.length).toBeGreaterThan(10)
  })
})
