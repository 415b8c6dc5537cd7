import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { buildStale, builds } from '../config/build-app'
import { compileStale } from '../config/servers/build'
import { toolBuilds } from '../config/tool-build'
import { describeSkipped, describeSlowest, tallyOf, type Tally } from './support/jest-report'
import { installChecks } from './witness/wechat-checks/install'

/** Runs the checks and ends with one plain line: `N passed, N failed`. */

const root = path.resolve(__dirname, '..')
const cache = (name: string): string => path.join(root, '.cache', name)
const bin = (name: string) => path.join(root, 'node_modules', ...name.split('/'))

interface Check {
  readonly name: string
  readonly mend: string
  readonly args: readonly string[]
}

/** Keeps what it learned: a second run looks at what has changed. */
const tsc = (project: string): Check => ({
  name: `types (${project})`,
  mend: 'mend the types it names',
  args: [
    bin('typescript/bin/tsc'),
    ...['--noEmit', '-p', project, '--incremental'],
    ...['--tsBuildInfoFile', cache(`types/${path.basename(project, '.json')}.tsbuildinfo`)],
  ],
})

const staticChecks: readonly Check[] = [
  tsc('tsconfig.json'),
  {
    name: 'lint',
    mend: 'npm run fix',
    args: [bin('eslint/bin/eslint.js'), '-c', 'config/checks/eslint.config.mjs', '.'],
  },
  {
    name: 'format',
    mend: 'npm run fix',
    args: [
      bin('prettier/bin/prettier.cjs'),
      ...['--check', '--log-level', 'warn', '--cache', '--cache-strategy', 'content'],
      ...['--cache-location', cache('prettier'), '.'],
    ],
  },
  ...['weapp', 'qq', 'h5'].map((platform) => tsc(`config/checks/tsconfig.${platform}.json`)),
]

const suites = {
  unit: ['--selectProjects', 'weapp', 'qq', 'h5', 'servers', '--maxWorkers', '2'],
  conformance: ['--selectProjects', 'servers', '--testPathPatterns', 'tests/conformance/'],
  e2e: ['--selectProjects', 'e2e', '--runInBand'],
  witness: ['--selectProjects', 'servers', '--runInBand', '--testPathPatterns', 'tests/witness/'],
} as const

type Suite = keyof typeof suites

/** What each part needs built. The unit part boots the compiled bundles in jsdom, with the simulated wallet as well. */
const buildsFor = {
  unit: [...builds, ...toolBuilds],
  conformance: [],
  e2e: builds,
  witness: [...builds, ...toolBuilds],
} as const satisfies Record<Suite, readonly unknown[]>

const help = `Usage: npm test                       every check
       npm run test:unit              units and servers, and the compiled bundles in jsdom
       npm run test:conformance       other people's SDKs against the simulators
       npm run test:e2e               the programs, a browser and both phones, a little chaos
       npm run test:witness           WeChat's own framework, compilers and checks, and what the real gateway answered;
                                      installs the checks below .cache the first time

  --slowest N   at the end, the N tests that took longest

WITNESS=all in the environment: as test:witness does, npm test installs them, too, and a witness that is not there is a
failure instead of a skipped test.

What else stands behind -- goes to jest, such as -- --testPathPatterns refunds
`

interface Asked {
  readonly suites: readonly Suite[]
  readonly withStaticChecks: boolean
  readonly slowest: number
  readonly jest: readonly string[]
}

/** @returns a line for people where the call is not understood */
function readArguments(argv: readonly string[]): Asked | string | 'help' {
  if (argv.includes('--help')) return 'help'
  const [first = 'all', ...others] = argv[0]?.startsWith('-') ? ['all', ...argv] : argv
  const at = others.indexOf('--slowest')
  const slowest = at < 0 ? 0 : Number(others[at + 1])
  if (!Number.isInteger(slowest) || (at >= 0 && slowest < 1)) return '--slowest: expected a whole number, e.g. 20.'
  const jest = at < 0 ? others : others.filter((_, index) => index !== at && index !== at + 1)
  if (first === 'all') return { suites: ['unit', 'e2e'], withStaticChecks: true, slowest, jest }
  const suite = (Object.keys(suites) as Suite[]).find((name) => name === first)
  if (suite === undefined) return `There is no part ${first}: use ${Object.keys(suites).join(', ')} or nothing for all.`
  return { suites: [suite], withStaticChecks: false, slowest, jest }
}

async function main(): Promise<void> {
  const asked = readArguments(process.argv.slice(2))
  if (asked === 'help') return void process.stdout.write(help)
  if (typeof asked === 'string') {
    process.stderr.write(`${asked}\n`)
    process.exit(2)
  }
  const total: Tally = { passed: 0, failed: 0, skipped: 0 }
  const checking = asked.withStaticChecks ? runChecks(total) : Promise.resolve()
  try {
    const needed = new Set(asked.suites.flatMap((suite) => buildsFor[suite]))
    if (asked.suites.includes('witness')) process.env['WITNESS'] = 'all'
    await Promise.all([
      process.env['WITNESS'] === 'all' ? installChecks(say) : null,
      compileStale(say).then(() => buildStale([...needed], say)),
    ])
    // At the same time: half of what a browser's test does is to wait.
    for (const tally of await Promise.all(asked.suites.map((suite) => runJest(suite, asked.jest)))) add(total, tally)
    for (const line of describeSkipped(asked.suites.map(reportOf))) say(line)
  } catch (error) {
    say(error instanceof Error ? error.message : String(error))
    total.failed += 1
  }
  await checking
  if (asked.slowest > 0) say(`\n${describeSlowest(asked.suites.map(reportOf), asked.slowest)}`)
  say(`\n${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`)
  process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0
}

/** One after the other: they share their cores with the tests. */
async function runChecks(total: Tally): Promise<void> {
  mkdirSync(cache('types'), { recursive: true })
  for (const check of staticChecks) add(total, await runCheck(check))
}

async function runCheck(check: Check): Promise<Tally> {
  const started = Date.now()
  const { code, output } = await run(check.args)
  const ok = code === 0
  say(`${ok ? 'ok  ' : 'FAIL'} ${check.name} (${((Date.now() - started) / 1000).toFixed(1)} s)`)
  if (!ok) say(`${output.trimEnd()}\n     → ${check.mend}`)
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 }
}

const reportOf = (suite: Suite): string => cache(`jest-${suite}.json`)

async function runJest(suite: Suite, more: readonly string[]): Promise<Tally> {
  const outputFile = reportOf(suite)
  mkdirSync(path.dirname(outputFile), { recursive: true })
  rmSync(outputFile, { force: true })
  say(`${suite} tests …`)
  const own = ['-c', 'config/checks/jest.config.js', ...suites[suite], '--json', '--outputFile', outputFile]
  const { code } = await run([bin('jest/bin/jest.js'), ...own, ...more], true)
  return tallyOf(JSON.parse(readFileSync(outputFile, 'utf8')), code)
}

function run(args: readonly string[], live = false): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: ['ignore', live ? 'ignore' : 'pipe', live ? 'inherit' : 'pipe'],
    })
    let output = ''
    child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code: code ?? 1, output }))
  })
}

function add(total: Tally, tally: Tally): void {
  total.passed += tally.passed
  total.failed += tally.failed
  total.skipped += tally.skipped
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

void main()
