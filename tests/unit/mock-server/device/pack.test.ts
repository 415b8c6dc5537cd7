import { rmSync } from 'node:fs'
import { packMiniProgram } from '../../../../mock-server/device/pack'
import { packFixture, writeFixture } from './fixture'

describe('packMiniProgram', () => {
  const folders: string[] = []
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
  })
  const write: typeof writeFixture = (platform, change) => {
    const folder = writeFixture(platform, change)
    folders.push(folder)
    return folder
  }

  it.each([
    ['qq', '{"qqappid":"1112"}', '1112', {}],
    ['weapp', '{"appid":"wx1"}', 'wx1', { bar: '#0e1110' }],
  ] as const)(
    'of %s holds pages of subpackages, appid and themes, and is plain JSON',
    async (platform, file, appid, dark) => {
      const dist = write(platform, { 'project.config.json': file })
      const packed = await packMiniProgram({ dist, platform })
      expect(packed.appConfig.pages).toEqual(['pages/home/index', 'pages/detail/index', 'packages/web/index'])
      expect(packed.appid).toBe(appid)
      expect(packed.themes.dark).toEqual(dark)
      expect(JSON.parse(JSON.stringify(packed))).toEqual(packed)
    },
  )

  it('refuses for QQ an app.json as for WeChat, in one line that names what QQ does not know', async () => {
    const pages = ['pages/home/index', 'pages/detail/index']
    const foreign = { subPackages: [], darkmode: true, themeLocation: 'theme.json', requiredPrivateInfos: [] }
    const window = { navigationBarTitleText: 'Fixture', backgroundColor: '@bar' }
    const dist = write('qq', { 'app.json': JSON.stringify({ pages, ...foreign, window }) })
    await expect(packMiniProgram({ dist, platform: 'qq' })).rejects.toThrow(
      /app\.json does not compile in QQ, which does not know subPackages, darkmode, themeLocation, requiredPrivateInfos, window\.backgroundColor "@bar"\. .*$/,
    )
    const again = write('weapp', { 'app.json': JSON.stringify({ pages, ...foreign, window }) })
    await expect(packMiniProgram({ dist: again, platform: 'weapp' })).resolves.toMatchObject({ platform: 'weapp' })
  })

  it.each([
    ['there is no build', { 'app.json': null }, /There is no compiled mini program in .*npm run build:weapp/],
    [
      'a page is missing',
      { 'pages/detail/index.js': null },
      /lacks pages\/detail\/index\.js\. Run: npm run build:weapp/,
    ],
    ['app.json is broken', { 'app.json': '{' }, /app\.json is not JSON.*npm run build:weapp/s],
    [
      'a template is broken',
      { 'pages/detail/index.wxml': '<view>{{ a + }}</view>' },
      /pages\/detail\/index.*npm run build:weapp/s,
    ],
    ['an import leads nowhere', { 'app.wxss': '@import "gone.wxss";' }, /imports gone\.wxss.*npm run build:weapp/s],
  ])('says how to mend it when %s', async (_what, change, message) => {
    const dist = write('weapp', change)
    await expect(packMiniProgram({ dist, platform: 'weapp' })).rejects.toThrow(message)
  })

  it('packs again only when a file has changed', async () => {
    const dist = write('weapp')
    const first = await packMiniProgram({ dist, platform: 'weapp' })
    expect(await packMiniProgram({ dist, platform: 'weapp' })).toBe(first)
  })

  it('turns styles into CSS that reaches the phone’s pages only', async () => {
    const { styles } = await packFixture('weapp')
    expect(styles['app']?.split('\n').map((line) => line.trim())).toEqual([
      'wx-page { color: red; height: calc(100 * var(--vh)) }',
      ':where(.ph-stage[data-theme="dark"]) wx-page { color: white }',
      ':where(.ph-stage[data-theme="dark"]) :where(wx-page) .card wx-view::after { content: "a{b}" }',
      ':where(wx-page) .card { width: calc(750 * var(--rpx)) }',
    ])
    expect(styles['pages/home/index']).toBe(
      ':where(wx-page[data-route="pages/home/index"]) img, :where(wx-page[data-route="pages/home/index"]) .home > wx-text' +
        ' { padding: var(--safe-bottom) calc(-1.5 * var(--rpx)) }',
    )
  })
})
