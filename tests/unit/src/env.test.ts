import { EnvError, parseEnv } from '../../../src/env'

describe('the build constants', () => {
  it.each(['', 'https://shop.example', 'http://192.0.2.1:4000'])('accept "%s"', (apiBase) => {
    expect(parseEnv({ apiBase })).toEqual({ apiBase })
  })

  it('cannot be changed', () => expect(Object.isFrozen(parseEnv({ apiBase: '' }))).toBe(true))

  it.each([undefined, 'shop.example', 'https://shop.example/', 'https://shop.example/api', 'ftp://shop.example'])(
    'refuse %p',
    (apiBase) => expect(() => parseEnv({ apiBase })).toThrow(EnvError),
  )
})
