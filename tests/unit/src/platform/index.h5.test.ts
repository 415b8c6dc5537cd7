import { resetTaro } from '../../../support/taro/taro'
import { invocation } from '../fakes'

const assign = jest.fn<void, [string]>()

/** jsdom's own location cannot be watched; the module sees this window instead. */
function loadPlatform() {
  const window = { location: { origin: 'https://shop.example', assign } }
  let loaded: typeof import('../../../../src/platform') | null = null
  jest.isolateModules(() => {
    loaded = jest.requireActual<typeof import('../../../../src/platform')>('../../../../src/platform')
  })
  return { window, platform: (loaded as unknown as typeof import('../../../../src/platform')).platform }
}

beforeEach(() => {
  resetTaro()
  assign.mockReset()
})

describe('a browser', () => {
  const { platform } = loadPlatform()

  it('is sent away to pay, and has no login code', async () => {
    expect([platform.name, platform.accepts()]).toEqual(['h5', ['redirect']])
    expect(await platform.loginCode()).toBeNull()
  })

  it('refuses the call of WeChat', async () => {
    expect(await platform.pay(invocation, 'SC1')).toMatchObject({ failed: true })
  })
})
