import { measureBuild } from '../support/build-size'

/** Bytes that a phone fetches before it shows anything, and all that there are. Gzip is summed by file, as it travels. */
const budget = { mainRaw: 280_000, mainGzip: 92_000, allRaw: 400_000 }

describe.each(['weapp', 'qq'] as const)('dist/%s', (build) => {
  const { main, packages, all } = measureBuild(build)

  it('keeps its main package within the budget', () => {
    expect(main.raw).toBeLessThanOrEqual(budget.mainRaw)
    expect(main.gzip).toBeLessThanOrEqual(budget.mainGzip)
  })

  it('keeps all packages together within the budget, and counts each of them', () => {
    expect(all.raw).toBeLessThanOrEqual(budget.allRaw)
    expect(Object.keys(packages).sort()).toEqual(['packages/shop', 'packages/web-view'])
    const parts = [main, ...Object.values(packages)]
    expect(parts.reduce((sum, { raw }) => sum + raw, 0)).toBe(all.raw)
    for (const { raw } of Object.values(packages)) expect(raw).toBeGreaterThan(1000)
  })

  it('leaves in the subpackage what only its pages use', () => {
    expect(packages['packages/shop']?.files.map(({ name }) => name)).toContain('packages/shop/shared.js')
  })
})
