import path from 'node:path'
import { ConfigError, parseConfig } from '../../../../mock-server/local/config'

describe('command line', () => {
  it('starts on port 4000 with .data when nothing is said', () => {
    expect(parseConfig([])).toEqual({
      command: 'start',
      build: true,
      portBase: 4000,
      dataFolder: path.resolve('.data'),
      resolve: {},
      keyMode: 'certificate',
      sellers: false,
      tls: null,
      ownerHook: null,
      logLevel: 'info',
    })
  })

  it('takes free ports for 0 and keeps nothing with --memory', () => {
    expect(parseConfig(['mock', '--port-base', '0', '--memory'])).toMatchObject({
      command: 'mock',
      portBase: null,
      dataFolder: null,
    })
  })

  it('reads a resolve entry with and without a scheme', () => {
    const config = parseConfig([
      'mock',
      '--resolve',
      'a.example=http://127.0.0.1:1',
      '--resolve',
      'http://b.example=http://127.0.0.1:2',
    ])
    expect(config).toMatchObject({
      resolve: { 'https://a.example': 'http://127.0.0.1:1', 'http://b.example': 'http://127.0.0.1:2' },
    })
  })

  it('names every fault at once', () => {
    const faults = (): unknown => parseConfig(['begin', '--port-base', 'x', '--resolve', 'a', '--log', 'loud'])
    expect(faults).toThrow(ConfigError)
    for (const part of ['begin', '--port-base', '--resolve', '--log']) expect(faults).toThrow(part)
  })

  it.each([
    ['https://erp.example/paid', true],
    ['http://127.0.0.1:9000/paid', true],
    ['http://[::1]:9000', true],
    ['http://erp.example/paid', false],
    ['http://127.0.0.1.evil.example/', false],
    ['erp', false],
  ])('tells %s of payments: %s', (url, isGood) => {
    const read = () => parseConfig(['--owner-hook', url])
    if (isGood) expect(read()).toMatchObject({ ownerHook: url })
    else expect(read).toThrow('--owner-hook')
  })

  it('names an option that there is not', () => expect(() => parseConfig(['--prot-base', '1'])).toThrow('--prot-base'))

  it('refuses to keep everything and nothing', () => {
    expect(() => parseConfig(['--memory', '--data', 'x'])).toThrow('--memory')
  })

  it('shows its help when asked', () => expect(parseConfig(['--help'])).toBe('help'))
})
