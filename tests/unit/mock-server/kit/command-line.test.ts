import { CommandLineError, readCommandLine, runProgram } from '../../../../mock-server/kit/command-line'

class Mendable extends Error {}

describe('readCommandLine', () => {
  const options = { port: { type: 'string' }, json: { type: 'boolean', default: false } } as const

  it('reads options', () => {
    expect(readCommandLine({ args: ['--port', '1'], options }).values).toMatchObject({ port: '1', json: false })
  })

  it.each([
    [['--prot', '1'], "Unknown option '--prot' (--help lists what there is)"],
    [['--json=1'], "Option '--json' does not take an argument (--help lists what there is)"],
  ])('says in one line what is wrong with %j', (args, message) => {
    expect(() => readCommandLine({ args, options })).toThrow(new CommandLineError(message))
  })
})

describe('runProgram', () => {
  const said: string[] = []
  let ended: Promise<number | string | null | undefined>
  beforeEach(() => {
    said.length = 0
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0)
    ended = new Promise((resolve) => {
      jest.spyOn(process, 'exit').mockImplementation(((code) => resolve(code)) as typeof process.exit)
    })
  })
  afterEach(() => jest.restoreAllMocks())

  it.each<[string, Error, number, RegExp]>([
    ['a fault that can be mended', new Mendable('The port is taken.'), 1, /^The port is taken\.\n$/],
    ['a wrong command line', new CommandLineError('Unknown option'), 2, /^Unknown option\n$/],
    ['a defect', new TypeError('undefined is not a function'), 1, /^TypeError: undefined is not a function\n {4}at /],
  ])('ends with %s', async (_what, error, code, text) => {
    runProgram(() => {
      throw error
    }, [Mendable])
    expect(await ended).toBe(code)
    expect(said.join('')).toMatch(text)
  })
})
