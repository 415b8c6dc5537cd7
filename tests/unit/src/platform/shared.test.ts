import Taro from '@tarojs/taro'
import { copyText, navigation, storage, vibrate } from '../../../../src/platform/shared'
import { answer, callsOf, phone, resetTaro } from '../../../support/taro/taro'
import { settled } from '../fakes'

beforeEach(resetTaro)

describe('storage', () => {
  it('gives null for what was never written', () => expect(storage.read('cart')).toBeNull())

  it('keeps and forgets', () => {
    storage.write('cart', { tea: 1 })
    expect(storage.read('cart')).toEqual({ tea: 1 })
    storage.remove('cart')
    expect(storage.read('cart')).toBeNull()
  })
})

describe('navigation', () => {
  it('knows its pages and encodes what it passes on', () => {
    navigation.toTab('goods')
    navigation.toCheckout()
    navigation.toCheckout('SC/1')
    navigation.toResult('SC/1')
    navigation.back()
    expect(phone.calls.map(({ name, options }) => [name, options['url']])).toEqual([
      ['reLaunch', '/pages/goods/index'],
      ['navigateTo', '/pages/checkout/index'],
      ['navigateTo', '/pages/checkout/index?orderNo=SC%2F1'],
      ['redirectTo', '/pages/result/index?orderNo=SC%2F1'],
      ['navigateBack', undefined],
    ])
  })

  it('stays where it is when the host refuses', async () => {
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => undefined)
    answer('navigateTo', () => {
      throw { errMsg: 'navigateTo:fail webview count limit exceed' }
    })
    navigation.toCheckout()
    await settled()
    expect(warn).toHaveBeenCalledWith('navigation: navigateTo:fail webview count limit exceed')
    warn.mockRestore()
  })
})

describe('the clipboard', () => {
  it('says whether it took the text', async () => {
    expect(await copyText('link')).toBe(true)
    expect(callsOf('setClipboardData')).toEqual([{ data: 'link' }])
    answer('setClipboardData', () => {
      throw { errMsg: 'setClipboardData:fail' }
    })
    expect(await copyText('link')).toBe(false)
  })
})

describe('the tap in the hand', () => {
  it('is a light one', () => {
    vibrate()
    expect(callsOf('vibrateShort')).toMatchObject([{ type: 'light' }])
  })

  it('is left out where the host has no such call', () => {
    const host = Taro as { vibrateShort?: unknown }
    const call = host.vibrateShort
    delete host.vibrateShort
    expect(vibrate).not.toThrow()
    expect(callsOf('vibrateShort')).toEqual([])
    host.vibrateShort = call
  })
})
