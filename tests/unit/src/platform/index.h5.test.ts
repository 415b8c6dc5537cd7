import { platform } from '../../../../src/platform'
import type { Platform } from '../../../../src/platform/types'
import { resetTaro } from '../../../support/taro/taro'
import { invocation } from '../fakes'

const port: Platform = platform

beforeEach(resetTaro)

describe('a browser', () => {
  it('is sent away to pay, and has no login code', async () => {
    expect([port.name, port.accepts()]).toEqual(['h5', ['redirect']])
    expect(await port.loginCode()).toBeNull()
  })

  it('refuses the call of WeChat', async () => {
    expect(await port.pay(invocation, 'SC1')).toMatchObject({ failed: true })
  })
})
