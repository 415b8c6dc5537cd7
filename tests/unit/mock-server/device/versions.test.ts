import { compareVersions, hasCall, hasFeature } from '../../../../mock-server/device/runtime/host/versions'

describe('a base library', () => {
  it.each([
    ['2.11.2', '2.11.2', 0],
    ['1.11.0', '1.9.9', 1],
    ['2.9.3', '2.11', -1],
    ['3', '2.32.3', 1],
  ])('%s against %s: numbers, not letters', (one, other, sign) => {
    expect(Math.sign(compareVersions(one, other))).toBe(sign)
  })

  it.each([
    ['getAppBaseInfo', '2.20.0', false],
    ['getAppBaseInfo', '2.20.1', true],
    ['openPrivacyContract', '2.32.2', false],
    ['offNetworkStatusChange', '2.9.3', true],
    ['request', '1.0.0', true],
  ])('has %s at %s of WeChat: %s', (name, sdkVersion, expected) => {
    expect(hasCall(name, { platform: 'weapp', sdkVersion })).toBe(expected)
  })

  it('of QQ never has what only WeChat has, however young it is', () => {
    expect(hasCall('getAppBaseInfo', { platform: 'qq', sdkVersion: '99.0.0' })).toBe(false)
    expect(hasFeature('virtualHost', { platform: 'qq', sdkVersion: '99.0.0' })).toBe(false)
    expect(hasCall('setNavigationBarColor', { platform: 'qq', sdkVersion: '1.0.0' })).toBe(true)
  })
})
