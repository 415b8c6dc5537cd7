import { qqKeys, toHostAppJson, type AppJson } from '../../../../config/vite/app-json'

const given: AppJson = {
  pages: ['pages/goods/index'],
  subPackages: [{ root: 'packages/shop', pages: ['orders/index'] }],
  darkmode: true,
  themeLocation: 'theme.json',
  window: { navigationBarTitleText: 'Shop', backgroundColor: '@bg' },
}
const theme = { bg: '#F3F5F4' }

describe('app.json for WeChat', () => {
  const made = toHostAppJson(given, theme, { target: 'weapp', hasWallet: false })

  it('names what is private and loads pages when they open', () => {
    expect(made).toMatchObject({
      requiredPrivateInfos: ['chooseAddress'],
      lazyCodeLoading: 'requiredComponents',
      darkmode: true,
    })
    expect(made.window).toEqual(given.window)
  })

  it('has no page that only QQ needs, and the wallet in builds with one only', () => {
    expect(made.subPackages?.map(({ root }) => root)).toEqual(['packages/shop'])
    const tool = toHostAppJson(given, theme, { target: 'weapp', hasWallet: true })
    expect(tool.subPackages?.map(({ root }) => root)).toEqual(['packages/shop', 'packages/wallet'])
  })
})

describe('app.json for QQ', () => {
  const made = toHostAppJson(given, theme, { target: 'qq', hasWallet: false })

  it('has keys that QQ knows, and no other', () => {
    expect(Object.keys(made).filter((key) => !qqKeys.includes(key))).toEqual([])
  })

  it('spells subpackages as QQ does, and has the page for a QQ without requestWxPayment', () => {
    expect(made.subpackages?.map(({ root }) => root)).toEqual(['packages/shop', 'packages/web-view'])
  })

  it('has the colours of the light theme as they are', () => {
    expect(made.window).toEqual({ navigationBarTitleText: 'Shop', backgroundColor: '#F3F5F4' })
  })

  it('leaves what it was given as it is', () => expect(given.window).toHaveProperty('backgroundColor', '@bg'))
})
