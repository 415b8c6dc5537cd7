/** @jest-environment jsdom */
import { openFixture, type FixturePhone } from './fixture'

let fixture: FixturePhone
afterEach(() => {
  jest.useRealTimers()
  fixture.phone.close()
})

describe.each(['weapp', 'qq'] as const)('what %s offers', (platform) => {
  beforeEach(async () => {
    fixture = await openFixture(platform, {}, { options: { theme: 'dark', fontScale: 1.5 } })
  })

  it('keeps the type of what is stored', async () => {
    expect(fixture.value('getStorageSync', 'nothing')).toBe('')
    expect(fixture.value('setStorageSync', 'thing', { a: [1, null] })).toBeUndefined()
    expect(fixture.value('getStorageSync', 'thing')).toEqual({ a: [1, null] })
    fixture.value('removeStorageSync', 'thing')
    await fixture.call('getStorage', { key: 'thing' })
    await fixture.phone.waitFor(() =>
      fixture.phone.find('#result')?.textContent?.includes('getStorage:fail data not found'),
    )
  })

  it('tells theme, text size, window and host', () => {
    const system = fixture.value('getSystemInfoSync') as Record<string, unknown>
    expect(system).toMatchObject({ fontSizeSetting: 24, language: 'zh_CN' })
    // QQ has no dark theme.
    expect(system['theme']).toBe(platform === 'qq' ? undefined : 'dark')
    expect(system).toMatchObject({ screenWidth: 390, screenHeight: 844, windowHeight: 753, statusBarHeight: 47 })
    expect(system['AppPlatform']).toBe(platform === 'qq' ? 'qq' : undefined)
    expect(fixture.value('getAccountInfoSync')).toMatchObject({ miniProgram: { appId: 'wx0123456789abcdef' } })
    expect(fixture.value('getLaunchOptionsSync')).toMatchObject({ path: 'pages/home/index', scene: 1001 })
  })

  it('says truly what it can and cannot', () => {
    expect(fixture.value('canIUse', 'request.object.url')).toBe(true)
    expect(fixture.value('canIUse', 'web-view')).toBe(true)
    expect(fixture.value('canIUse', 'chooseImage')).toBe(false)
    expect(fixture.value('canIUse', 'requestPayment')).toBe(platform === 'weapp')
    expect(fixture.value('canIUse', 'requestWxPayment')).toBe(platform === 'qq')
  })

  it('has room for seven characters beside an icon', async () => {
    await fixture.call('showToast', { title: '一二三四五六七八九' })
    await fixture.phone.waitFor('一二三四五六七')
    await fixture.call('showToast', { title: '一二三四五六七八九', icon: 'none' })
    await fixture.phone.waitFor('一二三四五六七八九')
    await fixture.call('hideToast')
    await fixture.phone.waitFor(() => fixture.phone.find('.ph-toast') === null)
  })

  it('answers a modal and a list of actions', async () => {
    await fixture.call('showModal', { title: '删除订单', content: '删除后不能恢复' })
    await fixture.phone.waitFor('删除后不能恢复')
    expect(() => fixture.phone.tap('#call')).toThrow('There is no #call on the screen')
    fixture.phone.tap('取消')
    expect(await fixture.result()).toEqual({ confirm: false, cancel: true, errMsg: 'showModal:ok' })
    await fixture.call('showActionSheet', { itemList: ['甲', '乙'] })
    await fixture.phone.waitFor('乙')
    fixture.phone.tap('乙')
    await fixture.phone.waitFor(() => fixture.phone.find('#result')?.textContent?.includes('"tapIndex":1'))
    await fixture.call('showActionSheet', { itemList: ['甲', '乙'] })
    await fixture.phone.waitFor('取消')
    fixture.phone.tap('取消')
    await fixture.phone.waitFor(() =>
      fixture.phone.find('#result')?.textContent?.includes('showActionSheet:fail cancel'),
    )
  })

  it('copies, and renames its page', async () => {
    await fixture.call('setClipboardData', { data: 'https://shop.example/x' })
    await fixture.phone.waitFor('内容已复制')
    expect(fixture.phone.clipboard()).toBe('https://shop.example/x')
    await fixture.call('setNavigationBarTitle', { title: '新标题' })
    await fixture.phone.waitFor('新标题')
  })

  it('measures elements', async () => {
    fixture.phone.tap('#query-tap')
    await fixture.phone.waitFor(() => fixture.phone.find('#result')?.textContent === '["inner",0]')
  })

  it('tells of the network', async () => {
    fixture.phone.setNetwork('none')
    await fixture.call('getNetworkType')
    expect(await fixture.result()).toEqual({ networkType: 'none', errMsg: 'getNetworkType:ok' })
  })

  it('reaches its bar with the theme of the app', () => {
    const bar = fixture.phone.element.style.getPropertyValue('--bar')
    expect(bar).toBe(platform === 'qq' ? '#f3f5f4' : '#0e1110')
    // A media query asks the phone, whatever host and app make of it.
    expect(fixture.phone.find('.ph-stage')?.dataset).toMatchObject({
      theme: 'dark',
      appTheme: platform === 'qq' ? 'light' : 'dark',
    })
  })
})

describe('a finger', () => {
  const press = (type: string): boolean | undefined =>
    fixture.phone.find('#hover')?.dispatchEvent(new MouseEvent(type, { bubbles: true }))

  it('shows what it presses for as long as it does', async () => {
    fixture = await openFixture('weapp')
    jest.useFakeTimers()
    press('pointerdown')
    expect(fixture.phone.find('#hover')?.className).toBe('pressed')
    press('pointerup')
    jest.advanceTimersByTime(400)
    expect(fixture.phone.find('#hover')?.className).toBe('')
  })

  it('does not tap what took its long press', async () => {
    fixture = await openFixture('weapp')
    fixture.notes()
    jest.useFakeTimers()
    press('pointerdown')
    jest.advanceTimersByTime(351)
    press('pointerup')
    press('click')
    expect(fixture.notes()).toHaveLength(1)
    press('pointerdown')
    press('pointerup')
    press('click')
    expect(fixture.notes()).toHaveLength(1)
  })

  it('is not needed: Enter taps what has the focus', async () => {
    fixture = await openFixture('weapp')
    fixture.notes()
    const element = fixture.phone.find('#inner')
    expect(element?.tabIndex).toBe(0)
    element?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }))
    expect(fixture.notes()).toHaveLength(2)
  })
})

describe('an app with tabs', () => {
  const tabBar = { list: ['home', 'detail'].map((name) => ({ pagePath: `pages/${name}/index`, text: `tab ${name}` })) }
  const appJson = JSON.stringify({ pages: ['pages/home/index', 'pages/detail/index'], window: {}, tabBar })

  it('keeps both pages and shows one', async () => {
    fixture = await openFixture('weapp', {}, {}, { 'app.json': appJson })
    fixture.notes()
    fixture.phone.tap('tab detail')
    await fixture.phone.waitFor('#detail')
    fixture.phone.tap('tab home')
    await fixture.phone.waitFor('#call')
    fixture.phone.tap('tab detail')
    await fixture.phone.waitFor('#detail')
    await fixture.phone.idle()
    expect(fixture.notes()).toEqual([
      ...['home hide', 'detail load', 'detail show', 'detail ready'],
      ...['detail hide', 'home show', 'home hide', 'detail show'],
    ])
  })

  it('refuses navigateTo a tab', async () => {
    fixture = await openFixture('weapp', {}, {}, { 'app.json': appJson })
    await fixture.call('navigateTo', { url: '/pages/detail/index' })
    expect(await fixture.result()).toEqual({ errMsg: 'navigateTo:fail can not navigateTo a tabbar page' })
  })
})
