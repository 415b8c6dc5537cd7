import { platform } from '../../../../src/platform'
import type { Platform } from '../../../../src/platform/types'
import { answer, callsOf, phone, resetTaro } from '../../../support/taro/taro'
import { invocation } from '../fakes'

const port: Platform = platform

const failWith = (errMsg: string) => () => {
  throw { errMsg }
}

beforeEach(resetTaro)

describe('WeChat', () => {
  it('can do one thing, and says so', () => {
    expect([port.name, port.accepts()]).toEqual(['weapp', ['requestPayment']])
  })

  it('hands the signed call to the wallet as it came, without its kind', async () => {
    expect(await port.pay(invocation, 'SC1')).toBe('ok')
    const { kind: _, ...signed } = invocation
    expect(callsOf('requestPayment')).toEqual([signed])
  })

  it.each(['requestPayment:fail cancel', 'requestPayment:cancel'])('knows a cancel: %s', async (errMsg) => {
    answer('requestPayment', failWith(errMsg))
    expect(await port.pay(invocation, 'SC1')).toBe('cancelled')
  })

  it.each([
    'requestPayment:fail no permission',
    'requestPayment:fail (detail message)',
    'requestPayment:fail cancelled',
  ])('passes a failure on with its words: %s', async (message) => {
    answer('requestPayment', failWith(message))
    expect(await port.pay(invocation, 'SC1')).toEqual({ failed: true, message })
  })

  it('refuses an instruction for another platform', async () => {
    expect(await port.pay({ kind: 'redirect', h5Url: 'https://wx.tenpay.com/x' }, 'SC1')).toMatchObject({
      failed: true,
    })
    expect(phone.calls).toEqual([])
  })

  it('gets a login code, or says what is wrong', async () => {
    answer('login', () => ({ code: 'c1' }))
    expect(await port.loginCode()).toBe('c1')
    answer('login', () => ({}))
    await expect(port.loginCode()).rejects.toMatchObject({ name: 'PlatformError', code: 'LOGIN_UNAVAILABLE' })
    answer('login', failWith('login:fail'))
    await expect(port.loginCode()).rejects.toMatchObject({ code: 'LOGIN_UNAVAILABLE', message: 'login: login:fail' })
  })
})
