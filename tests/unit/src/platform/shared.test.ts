import Taro from '@tarojs/taro'
import { copyText, navigation, setBar, storage, vibrate, watchNetwork } from '../../../../src/platform/shared'
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

describe('a storage that the host has no room for, or forbids', () => {
  const host = Taro as unknown as Record<string, (...args: readonly unknown[]) => unknown>
  const names = ['getStorageSync', 'setStorageSync', 'removeStorageSync']
  const given = names.map((name) => host[name])
  beforeEach(() => jest.spyOn(console, 'warn').mockImplementation(() => undefined))
  afterEach(() => {
    names.forEach((name, index) => Object.assign(host, { [name]: given[index] }))
    storage.write('cart', 'over')
    jest.restoreAllMocks()
  })
  const refuse = (...refused: readonly string[]): void => {
    for (const name of refused) {
      host[name] = () => {
        throw new Error(`${name}:fail exceed storage max size 10Mb`)
      }
    }
  }

  it('keeps in memory what is written, and never throws into the app', () => {
    refuse(...names)
    expect(storage.read('never-written')).toBeNull()
    storage.write('cart', { tea: 2 })
    expect(storage.read('cart')).toEqual({ tea: 2 })
    storage.remove('cart')
    expect(storage.read('cart')).toBeNull()
    expect(console.warn).toHaveBeenCalledWith('storage: setStorageSync:fail exceed storage max size 10Mb')
  })

  it('does not bring an old value back over a new one', () => {
    storage.write('cart', 'old')
    refuse('setStorageSync', 'removeStorageSync')
    storage.write('cart', 'new')
    expect(storage.read('cart')).toBe('new')
    storage.remove('cart')
    expect(storage.read('cart')).toBeNull()
  })

  it('is the host’s again as soon as it takes a value', () => {
    const [, set] = given
    refuse('setStorageSync')
    storage.write('cart', 'unkept')
    Object.assign(host, { setStorageSync: set })
    storage.write('cart', 'kept')
    expect(phone.storage.get('cart')).toBe('kept')
    expect(storage.read('cart')).toBe('kept')
  })
})

describe('a host without a call', () => {
  const host = Taro as unknown as Record<string, unknown>
  const lacking = (name: string, run: () => void): void => {
    const call = host[name]
    delete host[name]
    try {
      run()
    } finally {
      host[name] = call
    }
  }

  it.each(['onNetworkStatusChange', 'offNetworkStatusChange'])('watches the network without %s', (name) => {
    const heard: boolean[] = []
    lacking(name, () => {
      const stop = watchNetwork((isOnline) => heard.push(isOnline))
      stop()
      for (const listener of phone.network) listener({ isConnected: true })
    })
    expect(heard).toEqual([])
  })

  it.each(['setNavigationBarTitle', 'setNavigationBarColor'])('keeps its bar as it is without %s', (name) => {
    lacking(name, () => expect(() => setBar('订单', 'dark')).not.toThrow())
  })

  it('says that it copied nothing without setClipboardData', async () => {
    const call = host['setClipboardData']
    delete host['setClipboardData']
    expect(await copyText('link')).toBe(false)
    host['setClipboardData'] = call
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
