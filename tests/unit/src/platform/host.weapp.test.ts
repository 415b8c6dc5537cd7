import Taro from '@tarojs/taro'
import { platform } from '../../../../src/platform'
import type { Platform } from '../../../../src/platform/types'
import { answer, callsOf, phone } from '../../../support/taro/taro'

/** What WeChat reports about itself, and what the app asks of it. */
describe('the host WeChat', () => {
  it('tells language and size of type', () => {
    phone.system = { language: 'en', fontSizeSetting: 20 }
    expect(platform.appearance()).toEqual({ language: 'en', fontScale: 1.25 })
  })

  it.each([
    ['iOS 17.6', true],
    ['Android 14', false],
  ])('on %s forbids virtual goods: %s', (system, expected) => {
    phone.system = { system }
    expect(platform.forbidsVirtualGoods()).toBe(expected)
  })

  it('hands an address out in our words; a refusal leads to our own form, a cancel nowhere', async () => {
    const given = {
      userName: '林知夏',
      telNumber: '13800006621',
      provinceName: '浙江省',
      cityName: '杭州市',
      countyName: '西湖区',
      detailInfo: '龙井路 1 号',
    }
    answer('chooseAddress', () => given)
    expect(await platform.chooseAddress()).toEqual({
      name: '林知夏',
      phone: '13800006621',
      province: '浙江省',
      city: '杭州市',
      district: '西湖区',
      detail: '龙井路 1 号',
    })
    const failing = (errMsg: string) => () => {
      throw Object.assign(new Error(errMsg), { errMsg })
    }
    answer('chooseAddress', failing('chooseAddress:fail cancel'))
    expect(await platform.chooseAddress()).toBe('cancelled')
    answer('chooseAddress', failing('chooseAddress:fail privacy permission is not authorized'))
    expect(await platform.chooseAddress()).toBe('unsupported')
  })

  it('paints the bar only when a theme was chosen, and gives it back', () => {
    phone.system = { theme: 'dark' }
    platform.setBar('订单', null)
    expect(callsOf('setNavigationBarColor')).toHaveLength(0)
    platform.setBar('订单', 'light')
    platform.setBar('订单', null)
    expect(callsOf('setNavigationBarColor').map(({ frontColor }) => frontColor)).toEqual(['#000000', '#ffffff'])
    expect(callsOf('setNavigationBarTitle')).toHaveLength(3)
  })

  it('opens the privacy guideline where WeChat has a page for it', () => {
    const { privacyContract }: Platform = platform
    expect(privacyContract()).toBeNull()
    const host = Taro as unknown as { openPrivacyContract?: unknown }
    host.openPrivacyContract = jest.fn()
    privacyContract()?.()
    expect(host.openPrivacyContract).toHaveBeenCalledTimes(1)
    delete host.openPrivacyContract
  })

  it('tells of the network until it is told not to', () => {
    const heard: boolean[] = []
    const stop = platform.watchNetwork((isOnline) => heard.push(isOnline))
    for (const listener of phone.network) listener({ isConnected: false })
    stop()
    for (const listener of phone.network) listener({ isConnected: true })
    expect(heard).toEqual([false])
  })
})
