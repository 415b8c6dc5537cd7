import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { CommandLineError, readCommandLine, runProgram } from '../mock-server/kit/command-line'

/** `npm run test:node -- 22 24`: the programs, as a user starts them, under other versions of Node. */

const root = path.resolve(__dirname, '..')
const usualVersions = ['22', '24']

const help = `Usage: npm run test:node [-- VERSIONS]   the programs under other versions of Node (default ${usualVersions.join(' ')})

Each version is fetched once from npm, into .cache/node. Exit code 0 when all tests passed with each.
`

async function main(): Promise<void> {
  const { values, positionals } = readCommandLine({
    allowPositionals: true,
    options: { help: { type: 'boolean', default: false } },
  })
  if (values.help) return void process.stdout.write(help)
  const versions = positionals.length > 0 ? positionals : usualVersions
  const wrong = versions.find((version) => !/^\d+(\.\d+){0,2}$/.test(version))
  if (wrong !== undefined) throw new CommandLineError(`${wrong} is no version of Node, such as 24 or 22.12.0.`)
  for (const version of versions) {
    const node = fetchNode(version)
    const { stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' })
    process.stdout.write(`Node ${stdout.trim()}\n`)
    const jest = [
      path.join(root, 'node_modules/jest/bin/jest.js'),
      ...['-c', 'config/checks/jest.config.js', '--selectProjects', 'e2e', '--runInBand'],
      ...['--testPathPatterns', 'tests/flows/'],
    ]
    if (spawnSync(node, jest, { cwd: root, stdio: 'inherit' }).status !== 0) process.exitCode = 1
  }
}

/** @returns the path of its binary */
function fetchNode(version: string): string {
  const folder = path.join(root, '.cache/node', version)
  const isWindows = process.platform === 'win32'
  const name = `node-${isWindows ? 'win' : process.platform}-${process.arch}`
  const binary = path.join(folder, 'node_modules', name, 'bin', isWindows ? 'node.exe' : 'node')
  if (existsSync(binary)) return binary
  process.stdout.write(`fetching Node ${version} …\n`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(path.join(folder, 'package.json'), '{"private":true}\n')
  const fetched = spawnSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', `${name}@${version}`], {
    cwd: folder,
    encoding: 'utf8',
    // npm is a shell script on Windows.
    shell: isWindows,
  })
  if (fetched.status === 0 && existsSync(binary)) return binary
  const [reason = ''] = (fetched.stderr || String(fetched.error)).split('\n')
  throw new CommandLineError(`npm has no ${name}@${version} for this machine: ${reason}`)
}

runProgram(main, [])
