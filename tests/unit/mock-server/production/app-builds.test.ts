import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { readAppBuilds } from '../../../../mock-server/production/app-builds'

describe('the builds that a configuration is checked against', () => {
  const dist = mkdtempSync(path.join(tmpdir(), 'app-builds-'))
  afterAll(() => rmSync(dist, { recursive: true }))
  const write = (build: string, appJson: object): void => {
    mkdirSync(path.join(dist, build))
    writeFileSync(path.join(dist, build, 'app.json'), JSON.stringify(appJson))
    writeFileSync(path.join(dist, build, 'app.js'), `/* ${build} */`)
  }

  it('have the pages of their subpackages, whichever way the host spells these', () => {
    const packages = [{ root: 'packages/shop', pages: ['order/index'] }]
    write('weapp', { pages: ['pages/goods/index'], subPackages: packages })
    write('qq', { pages: ['pages/goods/index'], subpackages: packages })
    const pages = ['pages/goods/index', 'packages/shop/order/index']
    expect(readAppBuilds(dist)).toEqual([
      { name: 'weapp', pages, text: '/* weapp */' },
      { name: 'qq', pages, text: '/* qq */' },
    ])
  })

  it('are none where nothing was built', () => expect(readAppBuilds(path.join(dist, 'nowhere'))).toEqual([]))
})
