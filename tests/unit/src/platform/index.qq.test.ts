import { platform } from '../../../../src/platform'
import type { Platform } from '../../../../src/platform/types'
import Taro, { answer, callsOf, resetTaro } from '../../../support/taro/taro'
import { invocation } from '../fakes'

const port: Platform = platform
const requestWxPayment = Taro.requestWxPayment
const h5Url = 'https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx1&package=2'
const byWindow = { kind: 'requestWxPayment', h5Url, referer: 'https://shop.example' } as const

const setHost = (host: object) => Object.assign(globalThis, { qq: host })

beforeEach(() => {
  resetTaro()
  Taro.requestWxPayment = requestWxPayment
  setHost({ requestWxPayment: () => undefined })
})
afterAll(() => Reflect.deleteProperty(globalThis, 'qq'))

describe('QQ', () => {
  it('prefers its own call', () => {
    expect([port.name, port.accepts()]).toEqual(['qq', ['requestWxPayment', 'webView']])
  })

  it('has the web view only where the host lacks the call, whatever Taro defines', () => {
    setHost({})
    expect(port.accepts()).toEqual(['webView'])
    Reflect.deleteProperty(globalThis, 'qq')
    expect(port.accepts()).toEqual(['webView'])
  })

  it('has the web view only where Taro lacks the call', () => {
    Taro.requestWxPayment = undefined
    expect(port.accepts()).toEqual(['webView'])
  })

  it('passes the referer in both spellings and takes "ok" only for "the window was closed"', async () => {
    expect(await port.pay(byWindow, 'SC1')).toBe('left')
    expect(callsOf('requestWxPayment')).toEqual([
      { url: h5Url, referer: 'https://shop.example', Referer: 'https://shop.example' },
    ])
  })

  it('does not take a stand-in that returns nothing for a success', async () => {
    Taro.requestWxPayment = () => undefined
    expect(await port.pay(byWindow, 'SC1')).toEqual({ failed: true, message: 'requestWxPayment is missing' })
  })

  it.each([
    ['requestWxPayment:fail cancel', 'cancelled'],
    ['requestWxPayment:fail url is invalid', { failed: true, message: 'requestWxPayment:fail url is invalid' }],
    ['requestWxPayment:fail ', { failed: true, message: 'requestWxPayment:fail ' }],
  ])('reads "%s"', async (errMsg, outcome) => {
    answer('requestWxPayment', () => {
      throw { errMsg }
    })
    expect(await port.pay(byWindow, 'SC1')).toEqual(outcome)
  })

  it('opens the web view with everything encoded', async () => {
    const orderPageUrl = 'https://shop.example/pages/checkout/index?orderNo=SC1&orderKey=k'
    expect(await port.pay({ kind: 'webView', h5Url, orderPageUrl }, 'SC1')).toBe('left')
    const url = String(callsOf('navigateTo')[0]?.['url'])
    expect(url.startsWith('/packages/web-view/index?')).toBe(true)
    const query = new URLSearchParams(url.slice(url.indexOf('?')))
    expect(Object.fromEntries(query)).toEqual({ orderNo: 'SC1', h5Url, orderPageUrl })
  })

  it('says when the page stack is full', async () => {
    answer('navigateTo', () => {
      throw { errMsg: 'navigateTo:fail webview count limit exceed' }
    })
    expect(await port.pay({ kind: 'webView', h5Url, orderPageUrl: h5Url }, 'SC1')).toMatchObject({ failed: true })
  })

  it('refuses the call of WeChat', async () => {
    expect(await port.pay(invocation, 'SC1')).toMatchObject({ failed: true })
  })
})
