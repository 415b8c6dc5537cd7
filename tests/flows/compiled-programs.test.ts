import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

const root = path.resolve(__dirname, '../..')

/** The servers' sources in a folder of their own, where a test may break them. */
function copySources(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'sources-'))
  for (const part of ['package.json', 'tsconfig.json', 'config', 'mock-server', 'src/contract'])
    cpSync(path.join(root, part), path.join(folder, part), { recursive: true })
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'), 'junction')
  return folder
}

it.each([
  ['18.20.8', 'Node 18.20.8 is too old: install 20.19 or later from your package manager.\n'],
  ['20.18.3', 'Node 20.18.3 is too old: install 20.19 or later from your package manager.\n'],
  ['20.19.0', ''],
  ['24.0.0', ''],
])('Node %s is told to a user before anything is loaded', (version, message) => {
  const script = `
    Object.defineProperty(process.versions, 'node', { value: '${version}' })
    process.argv.splice(1, 0, 'run.cjs', 'ctl', '--help')
    require('./config/servers/run.cjs')`
  const { status, stderr } = spawnSync(process.execPath, ['-e', script], { cwd: root, encoding: 'utf8' })
  expect({ status, stderr }).toEqual({ status: message === '' ? 0 : 1, stderr: message })
})

describe('a program of the servers', () => {
  let folder: string
  beforeAll(() => {
    folder = copySources()
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const source = () => path.join(folder, 'mock-server/ctl/verb.ts')
  const help = () => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [path.join(folder, 'config/servers/run.cjs'), 'ctl', '--help'],
      { encoding: 'utf8' },
    )
    return { status, isHelp: stdout.startsWith('Usage: npm run ctl'), stderr: stderr.trim() }
  }

  const compiled = {
    status: 0,
    isHelp: true,
    stderr: expect.stringMatching(/^compiled mock-server \(ctl\) in [\d.]+ s$/),
  }
  const fresh = { status: 0, isHelp: true, stderr: '' }

  it('is compiled when its sources have changed, by content, with one line of progress', () => {
    expect([help(), help()]).toEqual([compiled, fresh])
    utimesSync(source(), new Date(), new Date())
    expect(help()).toEqual(fresh)
    // So does what all programs are compiled with.
    writeFileSync(path.join(folder, 'tsconfig.json'), `${readFileSync(path.join(root, 'tsconfig.json'), 'utf8')}\n`)
    expect([help(), help()]).toEqual([compiled, fresh])
  })

  it('that does not compile names file and line of the fault, and runs again once that is mended', () => {
    const good = readFileSync(source(), 'utf8')
    writeFileSync(source(), `${good}\nexport const broken = ;\n`)
    const line = good.split('\n').length + 1
    const refused = { status: 1, isHelp: false, stderr: `mock-server/ctl/verb.ts:${line}:23: Unexpected ";"` }
    expect([help(), help()]).toEqual([refused, refused])
    // What was compiled before is of other sources.
    writeFileSync(source(), `${good}// another line\n`)
    expect([help(), help()]).toEqual([compiled, fresh])
  })
})
