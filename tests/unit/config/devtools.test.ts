import { spawnSync } from 'node:child_process'
import path from 'node:path'

describe('npm run devtools:…', () => {
  const program = path.resolve(__dirname, '../../../config/devtools.ts')
  const run = (...args: readonly string[]) =>
    spawnSync(process.execPath, ['--import', 'tsx', program, ...args], { encoding: 'utf8' })

  it.each([
    [['h5'], 'Name one of weapp and qq.'],
    [[], 'Name one of weapp and qq.'],
    [['weapp', '--port-base', 'x'], '--port-base: expected a whole number from 1 to 65000, found x, e.g. 4000.'],
    [['weapp', '--port'], "Unknown option '--port'"],
  ])('refuses %j in one line', (args, message) => {
    const { status, stderr, stdout } = run(...args)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toContain(message)
    expect(stderr).not.toMatch(/^\s+at /m)
  })

  it('lists its options', () => expect(run('--help').stdout).toContain('--port-base N'))
})
