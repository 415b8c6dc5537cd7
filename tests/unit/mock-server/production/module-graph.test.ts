import { spawnSync } from 'node:child_process'
import path from 'node:path'

const root = path.resolve(__dirname, '../../../..')

/** The packages that a module loads, in a process of its own. A program only prints its help. */
function packagesOf(file: string): ReadonlySet<string> {
  const script = `
    process.argv.push('program', '--help')
    process.on('exit', () => process.stderr.write('loaded: ' + JSON.stringify(Object.keys(require.cache))))
    require(${JSON.stringify(path.join(root, file))})`
  const { stderr } = spawnSync(process.execPath, ['--import', 'tsx', '-e', script], { cwd: root, encoding: 'utf8' })
  const [, loaded = '[]'] = stderr.split('loaded: ')
  const files = JSON.parse(loaded) as readonly string[]
  return new Set(files.flatMap((name) => /node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(name)?.[1] ?? []))
}

const makers = ['@peculiar/x509', '@peculiar/asn1-x509', '@peculiar/asn1-schema', 'tsyringe', 'reflect-metadata']

jest.setTimeout(60_000)

it.each([
  ['merchant', 'fastify'],
  ['preflight', 'tsx'],
])('%s reads certificates and loads nothing that makes them', (program, loaded) => {
  const packages = packagesOf(`mock-server/production/${program}.ts`)
  expect(packages).toContain(loaded)
  expect(makers.filter((name) => packages.has(name))).toEqual([])
})

it('would see them: the simulators make certificates', () => {
  const packages = packagesOf('mock-server/simulator/wechat/identity.ts')
  expect(makers.filter((name) => packages.has(name))).toEqual(makers)
})
