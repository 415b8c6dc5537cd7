import { readFileSync } from 'node:fs'
import path from 'node:path'
import { distFolder } from '../../config/build-app'
import { budget } from '../bench/size-table'
import { measureBuild } from '../support/build-size'

describe.each(['weapp', 'qq'] as const)('dist/%s', (build) => {
  const { main, packages, all } = measureBuild(build)

  it('keeps its main package within the budget', () => {
    expect(main.raw).toBeLessThanOrEqual(budget.mainRaw)
    expect(main.gzip).toBeLessThanOrEqual(budget.mainGzip)
  })

  it('keeps all packages together within the budget, and counts each of them', () => {
    expect(all.raw).toBeLessThanOrEqual(budget.allRaw)
    const roots = { weapp: ['packages/shop'], qq: ['packages/shop', 'packages/web-view'] }
    expect(Object.keys(packages).sort()).toEqual(roots[build])
    const parts = [main, ...Object.values(packages)]
    expect(parts.reduce((sum, { raw }) => sum + raw, 0)).toBe(all.raw)
    for (const { raw } of Object.values(packages)) expect(raw).toBeGreaterThan(1000)
  })

  it('leaves in the subpackage what only its pages use', () => {
    expect(packages['packages/shop']?.files.map(({ name }) => name)).toContain('packages/shop/shared.js')
  })

  it('loads no picture: all are drawn by style sheets that came with the package, in boxes of a fixed size', () => {
    const styles = [main, ...Object.values(packages)].flatMap(({ files }) =>
      files
        .filter(({ name }) => /\.(wx|q)ss$/.test(name))
        .map(({ name }) => readFileSync(path.join(distFolder(build), name), 'utf8')),
    )
    const sources = styles.flatMap((style) =>
      [...style.matchAll(/url\(\s*["']?([a-z]+:)/g)].map(([, scheme]) => scheme),
    )
    expect(new Set(sources)).toEqual(new Set(['data:']))
    const files = [main, ...Object.values(packages)].flatMap((one) => one.files.map(({ name }) => name))
    expect(files.filter((name) => /\.(png|jpe?g|gif|webp|svg)$/.test(name))).toEqual([])
    for (const size of ['large', 'small']) {
      expect(styles.join('\n')).toMatch(
        new RegExp(`\\.goods-art--${size}\\s*\\{[^}]*width:\\s*\\d+rpx;[^}]*height:\\s*\\d+rpx`),
      )
    }
  })
})
