import { outputRootOf, readConstants } from '../../../config/app-constants'
import { localAddresses, toolEnvironment } from '../../../config/tool-build'

const names = ['NODE_ENV', 'TARO_APP_API_BASE', 'TARO_APP_WALLET', 'TARO_APP_WALLET_BASE', 'TARO_OUTPUT_ROOT'] as const

describe('the constants of a build', () => {
  const given = { ...process.env }
  const set = (values: Partial<Record<(typeof names)[number], string>>): void => {
    for (const name of names) delete process.env[name]
    Object.assign(process.env, values)
  }
  afterEach(() => set(given))

  const plain = { TARO_APP_WALLET: '', TARO_APP_WALLET_BASE: '' }

  it('name the shop, and no wallet, unless they are told otherwise', () => {
    set({ NODE_ENV: 'production' })
    expect(readConstants('weapp')).toEqual({ ...plain, TARO_APP_API_BASE: 'https://shop.example' })
    expect(readConstants('h5')).toEqual({ ...plain, TARO_APP_API_BASE: '' })
    set({ NODE_ENV: 'production', TARO_APP_WALLET: '', TARO_APP_API_BASE: 'http://192.0.2.1:4000' })
    expect(readConstants('qq')).toEqual({ ...plain, TARO_APP_API_BASE: 'http://192.0.2.1:4000' })
  })

  it('lead to npm start with the simulated wallet', () => {
    set({ NODE_ENV: 'development', TARO_APP_WALLET: 'simulated' })
    expect(readConstants('weapp')).toEqual({
      TARO_APP_API_BASE: 'http://127.0.0.1:4000',
      TARO_APP_WALLET: 'simulated',
      TARO_APP_WALLET_BASE: 'http://127.0.0.1:4003',
    })
  })

  it('are those of a tool build on other ports, in a folder of its own', () => {
    set(toolEnvironment('devtools/qq', localAddresses(5000)))
    expect(readConstants('qq')).toEqual({
      TARO_APP_API_BASE: 'http://127.0.0.1:5000',
      TARO_APP_WALLET: 'simulated',
      TARO_APP_WALLET_BASE: 'http://127.0.0.1:5003',
    })
    expect(outputRootOf('qq')).toBe('dist/devtools/qq')
    set({})
    expect(outputRootOf('qq')).toBe('dist/qq')
  })

  it.each([
    ['weapp', { NODE_ENV: 'production', TARO_APP_WALLET: 'simulated' }, /not for production builds of weapp: unset it/],
    ['qq', { TARO_APP_WALLET: 'simulated' }, /^TARO_APP_WALLET=simulated is for development builds/],
    ['h5', { NODE_ENV: 'development', TARO_APP_WALLET: 'simulated' }, /not for development builds of h5/],
    ['weapp', { NODE_ENV: 'development', TARO_APP_WALLET: 'yes' }, /^TARO_APP_WALLET: expected simulated or nothing/],
    ['weapp', { TARO_APP_API_BASE: 'shop.example' }, /^TARO_APP_API_BASE: expected an origin/],
    ['weapp', { TARO_APP_API_BASE: '' }, /^TARO_APP_API_BASE: expected an origin/],
    [
      'weapp',
      { NODE_ENV: 'development', TARO_APP_WALLET: 'simulated', TARO_APP_WALLET_BASE: 'http://127.0.0.1:4003/' },
      /^TARO_APP_WALLET_BASE: expected an origin/,
    ],
  ] as const)('of %s refuse %j in one line', (target, values, message) => {
    set(values)
    expect(() => readConstants(target)).toThrow(message)
    expect(() => readConstants(target)).not.toThrow(/\n/)
  })
})
