import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { packMiniProgram } from '../../../../mock-server/device/pack'
import type { HostName, PackedApp } from '../../../../mock-server/device/packed-app'
import { createPhone, type Phone } from '../../../../mock-server/device/runtime/phone'
import type { PhoneInput, WorldAnswer, WorldRequest } from '../../../../mock-server/device/runtime/types'

/** A mini program as a compiler would leave it, small enough to see at once what the phone makes of it. */

const notes = `
const host = typeof qq === 'undefined' ? wx : qq
const note = (line) => host.setStorageSync('notes', (host.getStorageSync('notes') || '') + line + ';')
`

const appScript = `${notes}
App({
  name: 'fixture',
  onLaunch(options) { note('launch ' + options.path) },
  onShow() { note('app show') },
  onHide() { note('app hide') },
})`

const pageScript = (name: string, rest = ''): string => `${notes}
Page({
  data: { list: ['a', 'b'], nested: { rows: [{ text: 'old' }] }, result: '', at: 'x', query: '', typed: '' },
  onLoad(query) { note('${name} load'); this.setData({ query: JSON.stringify(query) }) },
  onShow() { note('${name} show') },
  onReady() { note('${name} ready') },
  onHide() { note('${name} hide') },
  onUnload() { note('${name} unload') },
  ${rest}
})`

const homeMethods = `
  change() {
    const row = { text: 'new', lost: undefined }
    this.setData({ 'list.[1]': 'B', 'nested.rows.[0]': row, at: new Date(0) })
    row.text = 'changed behind the view'
  },
  typed(event) { this.setData({ typed: event.detail.value }) },
  touched(event) { note('bubbled from ' + event.target.id + ' to ' + event.currentTarget.id + ' ' + event.currentTarget.dataset.mark) },
  later() { setTimeout(() => { note('timer'); this.setData({ result: 'timer' }) }, 1000) },
  call() {
    const { name, options } = host.getStorageSync('call')
    if (typeof host[name] !== 'function') return this.setData({ result: name + ' is missing, canIUse ' + host.canIUse(name) })
    note('called')
    const task = host[name]({
      ...options,
      success: (result) => { note('success'); this.setData({ result: JSON.stringify(result) }) },
      fail: (result) => { note('fail'); this.setData({ result: JSON.stringify(result) }) },
      complete: () => note('complete'),
    })
    if (options.abort) task.abort()
  },
  sync() {
    const { name, args } = host.getStorageSync('sync')
    host.removeStorageSync('sync')
    let result
    try {
      result = host[name](...args)
    } catch (error) {
      result = { thrown: error.message }
    }
    this.setData({ result: JSON.stringify(result) || 'undefined' })
  },
  query() {
    host.createSelectorQuery().select('#inner').boundingClientRect().selectAll('.none').fields({ id: true }).exec((all) => {
      this.setData({ result: JSON.stringify(all.map((one) => one && (one.id || one.length))) })
    })
  },
  globals() { this.setData({ result: [typeof window, typeof document, typeof fetch, typeof process].join() }) },
`

const homeTemplate = `<import src="../../parts.wxml"/><wxs module="tools" src="../../tools.wxs"/>
<view id="outer" data-mark="outer" bindtap="touched"><view id="inner" data-mark="inner" bindtap="touched">inner</view>
<view id="caught" catchtap="change">change</view></view>
<view id="list"><text wx:for="{{list}}" wx:key="index">{{tools.loud(item)}}</text></view>
<template is="row" data="{{...nested.rows[0]}}"/>
<view id="at">{{at}}</view><view id="query">{{query}}</view><view id="result">{{result}}</view>
<input id="field" bindinput="typed"/><view id="typed">{{typed}}</view>
<view id="later" bindtap="later">later</view><view id="call" bindtap="call">call</view><view id="globals" bindtap="globals">globals</view><view id="sync" bindtap="sync">sync</view><view id="query-tap" bindtap="query">query</view>
<view id="hover" hover-class="pressed" bindtap="touched" bindlongpress="touched">hover</view>
<view id="role" aria-role="button" aria-label="named" style="width: 20rpx">role</view>`

const files: Readonly<Record<string, string>> = {
  'app.json': JSON.stringify({
    pages: ['pages/home/index', 'pages/detail/index'],
    subPackages: [{ root: 'packages/web', pages: ['index'] }],
    window: {
      navigationBarTitleText: 'Fixture',
      navigationBarBackgroundColor: '@bar',
      navigationBarTextStyle: 'black',
    },
    darkmode: true,
    themeLocation: 'theme.json',
    requiredPrivateInfos: ['chooseAddress'],
  }),
  'theme.json': JSON.stringify({ light: { bar: '#f3f5f4' }, dark: { bar: '#0e1110' } }),
  'app.js': appScript,
  'app.wxss': '@import "base.wxss";\n.card { width: 750rpx }',
  'base.wxss':
    'page { color: red; height: 100vh }\n@media (prefers-color-scheme: dark) { page { color: white } .card view::after { content: "a{b}" } }',
  'parts.wxml': '<template name="row"><view id="row">{{text}}</view></template>',
  'tools.wxs': 'module.exports = { loud: function (text) { return text + "!" } }',
  'pages/home/index.js': pageScript('home', homeMethods),
  'pages/home/index.json': '{}',
  'pages/home/index.wxml': homeTemplate,
  'pages/home/index.wxss': 'image, .home > text { padding: env(safe-area-inset-bottom) -1.5rpx }',
  'pages/detail/index.js': pageScript('detail'),
  'pages/detail/index.json': '{"navigationBarTitleText":"Detail"}',
  'pages/detail/index.wxml': '<view id="detail">{{query}}</view>',
  'packages/web/index.js': pageScript(
    'web',
    `refused(event) { note('refused'); this.setData({ result: event.detail.src }) }, loaded() { note('loaded') },`,
  ),
  'packages/web/index.json': '{}',
  'packages/web/index.wxml': '<web-view src="https://pay.example/page?x=1" binderror="refused" bindload="loaded"/>',
}

/** As a compiler leaves it for QQ, which knows no theme and writes `subpackages`. */
const qqAppJson = JSON.stringify({
  pages: ['pages/home/index', 'pages/detail/index'],
  subpackages: [{ root: 'packages/web', pages: ['index'] }],
  window: {
    navigationBarTitleText: 'Fixture',
    navigationBarBackgroundColor: '#f3f5f4',
    navigationBarTextStyle: 'black',
  },
})

const toQq = (text: string): string =>
  text
    .replace(/wx:(for|key)/g, 'qq:$1')
    .replace(/\.wxml/g, '.qml')
    .replace(/\.wxss/g, '.qss')

/** Writes the fixture into a folder of its own. `change` replaces files, null removes one. */
export function writeFixture(platform: HostName, change: Readonly<Record<string, string | null>> = {}): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'fixture-'))
  const given = platform === 'qq' ? { ...files, 'app.json': qqAppJson, 'theme.json': null } : files
  for (const [name, text] of Object.entries({ ...given, ...change })) {
    if (text === null) continue
    const target = path.join(folder, platform === 'qq' ? toQq(name) : name)
    mkdirSync(path.dirname(target), { recursive: true })
    writeFileSync(target, platform === 'qq' ? toQq(text) : text)
  }
  return folder
}

export async function packFixture(
  platform: HostName,
  change: Readonly<Record<string, string | null>> = {},
): Promise<PackedApp> {
  const dist = writeFixture(platform, change)
  try {
    return await packMiniProgram({ dist, platform })
  } finally {
    rmSync(dist, { recursive: true })
  }
}

/** Answers of a world that is only a table; what is not in it answers 404. */
export type Answers = Readonly<Record<string, Partial<WorldAnswer> | (() => Promise<WorldAnswer>)>>

export interface FixturePhone {
  readonly phone: Phone
  readonly requests: WorldRequest[]
  /** What the app noted down since the last look. */
  notes(): string[]
  /** Makes the app call its host with these options, as it would after a tap. */
  call(name: string, options?: Record<string, unknown>): Promise<void>
  /** What a synchronous call answers, or throws: `{ thrown }`. */
  value(name: string, ...args: readonly unknown[]): unknown
  /** What the last call ended with. */
  result(): Promise<Record<string, unknown>>
}

export async function openFixture(
  platform: HostName,
  answers: Answers = {},
  input: Partial<PhoneInput> = {},
  change: Readonly<Record<string, string | null>> = {},
): Promise<FixturePhone> {
  const packed = await packFixture(platform, change)
  const mount = document.createElement('div')
  document.body.append(mount)
  const items = new Map<string, string>()
  const requests: WorldRequest[] = []
  const appid = 'wx0123456789abcdef'
  const storage = {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
    keys: () => [...items.keys()],
  }
  const key = (name: string): string => `${platform}:${appid}:${name}`
  const phone = createPhone({
    packed,
    mount,
    appid,
    storage,
    async world(request) {
      requests.push(request)
      const answer = answers[new URL(request.url).pathname]
      if (typeof answer === 'function') return answer()
      return { status: answer === undefined ? 404 : 200, headers: {}, body: '{}', ...answer }
    },
    ...input,
    options: { requestDomains: ['https://shop.example'], ...input.options },
  })
  await phone.waitFor('#call')
  await phone.idle()
  return {
    phone,
    requests,
    notes() {
      const { data = '' } = JSON.parse(items.get(key('notes')) ?? '{}') as { data?: string }
      items.delete(key('notes'))
      return data.split(';').filter((line) => line !== '')
    },
    async call(name, options = {}) {
      items.set(key('call'), JSON.stringify({ data: { name, options } }))
      phone.tap('#call')
      await Promise.resolve()
    },
    value(name, ...args) {
      items.set(key('sync'), JSON.stringify({ data: { name, args } }))
      phone.tap('#sync')
      const text = phone.find('#result')?.textContent ?? ''
      return text === 'undefined' ? undefined : JSON.parse(text)
    },
    async result() {
      const text = await phone.waitFor(() => phone.find('#result')?.textContent || null)
      return JSON.parse(String(text)) as Record<string, unknown>
    },
  }
}
