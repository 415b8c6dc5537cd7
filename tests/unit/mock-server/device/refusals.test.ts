/** @jest-environment jsdom */
import type { HostName } from '../../../../mock-server/device/packed-app'
import { createMemoryStorage } from '../../../../mock-server/device/runtime/memory-storage'
import { openFixture, type FixturePhone } from './fixture'

/** What a host refuses, in its own words. */

let fixture: FixturePhone
afterEach(() => fixture.phone.close())

const megabyte = 1024 * 1024

describe('the base library', () => {
  const asks = ['getAppBaseInfo', 'onNetworkStatusChange', 'openPrivacyContract'] as const
  const answers = (): unknown => asks.map((name) => fixture.value('canIUse', name))

  it('decides which calls there are, and says so in three ways that agree', async () => {
    fixture = await openFixture('weapp', {}, { options: { sdkVersion: '2.11.2' } })
    expect(answers()).toEqual([false, true, false])
    expect(fixture.value('getSystemInfoSync')).toMatchObject({ SDKVersion: '2.11.2' })
    await fixture.call('openPrivacyContract')
    expect(fixture.phone.find('#result')?.textContent).toBe('openPrivacyContract is missing, canIUse false')
  })

  it('lacks what it is told to lack', async () => {
    fixture = await openFixture('weapp', {}, { options: { lacks: ['onNetworkStatusChange'] } })
    expect(answers()).toEqual([true, false, true])
  })

  it.each<[HostName, string, number]>([
    ['weapp', '2.11.2', 0],
    ['weapp', '2.11.1', 1],
    ['qq', '1.61.0', 1],
  ])('of %s %s draws %s elements for a component that asks for none', async (platform, sdkVersion, drawn) => {
    const change = {
      'pages/home/index.json': '{"usingComponents":{"deep":"../../deep"}}',
      'pages/home/index.wxml': '<view id="call"><deep/></view>',
      'deep.js': 'Component({ options: { virtualHost: true } })',
      'deep.json': '{"component":true}',
      'deep.wxml': '<view id="inside">inside</view>',
    }
    fixture = await openFixture(platform, {}, { options: { sdkVersion } }, change)
    expect(fixture.phone.find('#inside')).not.toBeNull()
    expect(fixture.phone.element.querySelectorAll('wx-deep')).toHaveLength(drawn)
  })
})

describe('the code of a page', () => {
  const pages = ['pages/home/index', 'pages/detail/index']
  const tells = { 'pages/detail/index.js': "console.log('detail runs')\nPage({})" }
  const runsAtLaunch = (): boolean => fixture.phone.log.some(({ text }) => text === 'detail runs')

  it.each<[HostName, string, object, boolean]>([
    ['weapp', '2.11.1', { lazyCodeLoading: 'requiredComponents' }, false],
    ['weapp', '2.11.0', { lazyCodeLoading: 'requiredComponents' }, true],
    ['weapp', '3.5.8', {}, true],
    ['qq', '1.61.0', {}, true],
  ])('runs at the launch in %s %s of an app with %j: %s', async (platform, sdkVersion, wish, expected) => {
    const change = { ...tells, 'app.json': JSON.stringify({ pages, window: {}, ...wish }) }
    fixture = await openFixture(platform, {}, { options: { sdkVersion } }, change)
    expect(runsAtLaunch()).toBe(expected)
    await fixture.call('navigateTo', { url: '/pages/detail/index' })
    await fixture.phone.waitFor(() => fixture.phone.page() === 'pages/detail/index')
    expect(runsAtLaunch()).toBe(true)
  })
})

describe('the styles of a page', () => {
  /** A component of the page has a class; the host writes another one where the page's styles must not reach it. */
  const classIn = async (platform: HostName, sdkVersion: string, json: object, script: object): Promise<unknown> => {
    const change = {
      'pages/home/index.json': '{"usingComponents":{"deep":"../../deep"}}',
      'pages/home/index.wxml': '<view id="call"><deep/></view>',
      'deep.js': `Component({ options: ${JSON.stringify(script)} })`,
      'deep.json': JSON.stringify({ component: true, ...json }),
      'deep.wxml': '<view id="inside" class="card">inside</view>',
    }
    fixture = await openFixture(platform, {}, { options: { sdkVersion } }, change)
    return fixture.phone.find('#inside')?.className
  }
  const shared = { styleIsolation: 'apply-shared' }

  it.each<[string, HostName, string, object, object, boolean]>([
    ['asked for in JSON, WeChat', 'weapp', '2.10.1', shared, {}, true],
    ['asked for in JSON, an older WeChat', 'weapp', '2.10.0', shared, {}, false],
    ['asked for in the script, that WeChat', 'weapp', '2.10.0', {}, shared, true],
    ['asked for in JSON, QQ', 'qq', '1.61.0', shared, {}, false],
    ['asked for in the script, QQ', 'qq', '1.61.0', {}, shared, true],
    ['asked for by the older word, QQ', 'qq', '1.61.0', {}, { addGlobalClass: true }, true],
    ['not asked for', 'weapp', '3.5.8', {}, {}, false],
  ])('reach a component when %s: as the host takes it', async (_how, platform, version, json, script, isReached) => {
    const shown = String(await classIn(platform, version, json, script)).split(' ')
    expect(shown.includes('card')).toBe(isReached)
  })
})

describe('chooseAddress', () => {
  const appJson = (more: object): string =>
    JSON.stringify({ pages: ['pages/home/index', 'pages/detail/index'], window: {}, ...more })

  it('is refused to an app that does not declare it', async () => {
    fixture = await openFixture('weapp', {}, {}, { 'app.json': appJson({}) })
    await fixture.call('chooseAddress')
    expect(await fixture.result()).toEqual({
      errMsg: 'chooseAddress:fail the api need to be declared in the requiredPrivateInfos field in app.json/ext.json',
    })
  })

  it('is refused where the guideline does not name the address', async () => {
    fixture = await openFixture('weapp', {}, { options: { privacy: 'undeclared' } })
    await fixture.call('chooseAddress')
    expect(await fixture.result()).toEqual({
      errMsg: 'chooseAddress:fail api scope is not declared in the privacy agreement',
      errno: 112,
    })
  })

  it('opens in QQ, which has no such list', async () => {
    fixture = await openFixture('qq')
    await fixture.call('chooseAddress')
    await fixture.phone.waitFor('使用')
  })

  it('asks nobody for consent before 2.32.3', async () => {
    fixture = await openFixture('weapp', {}, { options: { privacy: 'ask', sdkVersion: '2.32.2' } })
    await fixture.call('chooseAddress')
    await fixture.phone.waitFor('使用')
  })
})

describe('the consent to personal data', () => {
  /** An app that asks for consent with the host's own button, and names this one. */
  const asking = (buttonId: string): Readonly<Record<string, string>> => ({
    'pages/home/index.js': `Page({
      data: { result: '' },
      onLoad() {
        wx.onNeedPrivacyAuthorization(() => this.setData({ result: 'an older listener was asked' }))
        wx.onNeedPrivacyAuthorization((resolve) => (this.resolve = resolve))
      },
      ask() { wx.chooseAddress({ fail: (result) => this.setData({ result: JSON.stringify(result) }) }) },
      agree() { this.resolve({ event: 'agree', buttonId: '${buttonId}' }) },
      refuse() { this.resolve({ event: 'disagree' }) },
      read() { wx.openPrivacyContract() },
    })`,
    'pages/home/index.wxml': `<view id="call" bindtap="ask">ask</view><view id="refuse" bindtap="refuse">no</view>
<view id="read" bindtap="read">read</view><view id="result">{{result}}</view>
<button id="ours" open-type="agreePrivacyAuthorization" bindagreeprivacyauthorization="agree">yes</button>`,
  })
  const open = async (buttonId: string): Promise<void> => {
    fixture = await openFixture('weapp', {}, { options: { privacy: 'ask' } }, asking(buttonId))
    fixture.phone.tap('#call')
    await fixture.phone.idle()
  }

  it('is given by the host’s own button, and lasts', async () => {
    await open('ours')
    fixture.phone.tap('#ours')
    await fixture.phone.waitFor('使用')
    fixture.phone.tap('取消')
    fixture.phone.tap('#call')
    await fixture.phone.waitFor('使用')
  })

  it('is not given in the person’s name: another button is a wrong one', async () => {
    await open('another')
    fixture.phone.tap('#ours')
    expect(await fixture.result()).toEqual({
      errMsg: 'chooseAddress:fail privacy permission is not authorized or buttonId is wrong',
      errno: 104,
    })
  })

  it('can be refused', async () => {
    await open('ours')
    fixture.phone.tap('#refuse')
    expect(await fixture.result()).toMatchObject({ errMsg: 'chooseAddress:fail privacy permission is not authorized' })
  })

  it('is about a guideline that can be read meanwhile', async () => {
    await open('ours')
    fixture.phone.tap('#read')
    await fixture.phone.waitFor('小程序用户隐私保护指引')
    fixture.phone.tap('返回')
    fixture.phone.tap('#ours')
    await fixture.phone.waitFor('使用')
  })
})

describe('the storage', () => {
  const set = (key: string, length: number): unknown => fixture.value('setStorageSync', key, 'x'.repeat(length))

  it('of WeChat keeps a megabyte for a key and ten in all', async () => {
    fixture = await openFixture('weapp')
    expect(set('large', megabyte)).toEqual({ thrown: 'setStorageSync:fail:entry size limit reached' })
    const most = megabyte - 1000
    for (let index = 0; index < 10; index += 1) expect(set(`key-${index}`, most)).toBeUndefined()
    expect(set('one-more', most)).toEqual({ thrown: 'setStorageSync:fail exceed storage max size 10Mb' })
    // What replaces a value takes its place.
    expect(set('key-0', most)).toBeUndefined()
  })

  it('of QQ keeps ten megabytes, of one key if need be', async () => {
    fixture = await openFixture('qq')
    expect(set('large', 10 * megabyte - 1000)).toBeUndefined()
    expect(set('other', 1000)).toEqual({ thrown: 'setStorageSync:fail size limit reached' })
  })

  it('can be full from the start, and can still be read', async () => {
    fixture = await openFixture('weapp', {}, { options: { storage: 'full' } })
    expect(set('key', 1)).toEqual({ thrown: 'setStorageSync:fail exceed storage max size 10Mb' })
    expect(fixture.value('getStorageSync', 'key')).toBe('')
  })

  it('can be forbidden: reading and writing throw', async () => {
    fixture = await openFixture('weapp', {}, { options: { storage: 'forbidden' } })
    const said = fixture.phone.log.filter(({ level }) => level === 'error').map(({ text }) => text)
    expect(said.join()).toContain('getStorageSync:fail storage is not available')
  })

  it('is full where the browser below it is', async () => {
    const quota = (): never => {
      throw new DOMException('no room', 'QuotaExceededError')
    }
    fixture = await openFixture('weapp', {}, { storage: { ...createMemoryStorage(), setItem: quota } })
    const said = fixture.phone.log.map(({ text }) => text).join()
    expect(said).toContain('setStorageSync:fail exceed storage max size 10Mb')
  })
})

describe('a request', () => {
  const refused = { errMsg: 'request:fail url not in domain list', errno: 600002 }

  it.each([
    ['to a host that the console does not list', 'https://other.example/api'],
    ['to a listed host without TLS', 'http://shop.example/api'],
    ['to this machine', 'http://127.0.0.1:4000/api'],
  ])('%s is refused', async (_what, url) => {
    fixture = await openFixture('weapp')
    await fixture.call('request', { url })
    expect(await fixture.result()).toEqual(refused)
    expect(fixture.requests).toEqual([])
  })

  it('goes anywhere in a tool that does not check', async () => {
    fixture = await openFixture('weapp', { '/api': {} }, { options: { requestDomains: 'any' } })
    await fixture.call('request', { url: 'http://127.0.0.1:4000/api' })
    expect(await fixture.result()).toMatchObject({ statusCode: 200 })
  })

  it('goes nowhere where nothing is listed', async () => {
    fixture = await openFixture('weapp', {}, { options: { requestDomains: [] } })
    await fixture.call('request', { url: 'https://shop.example/api' })
    expect(await fixture.result()).toEqual(refused)
  })
})
