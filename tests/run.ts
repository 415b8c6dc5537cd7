import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import { buildStale, builds } from '../config/build-app'
import { toolBuilds } from '../config/tool-build'

/** Runs the checks and ends with one plain line: `N passed, N failed`. */

const root = path.resolve(__dirname, '..')
const bin = (name: string) => path.join(root, 'node_modules', ...name.split('/'))

interface Tally {
  passed: number
  failed: number
  skipped: number
}

interface Check {
  readonly name: string
  readonly mend: string
  readonly args: readonly string[]
}

const tsc = (project: string): Check => ({
  name: `types (${project})`,
  mend: 'mend the types it names',
  args: [bin('typescript/bin/tsc'), '--noEmit', '-p', project],
})

const staticChecks: readonly Check[] = [
  tsc('tsconfig.json'),
  ...['weapp', 'qq', 'h5'].map((platform) => tsc(`config/checks/tsconfig.${platform}.json`)),
  {
    name: 'lint',
    mend: 'npm run fix',
    args: [bin('eslint/bin/eslint.js'), '-c', 'config/checks/eslint.config.mjs', '.'],
  },
  {
    name: 'format',
    mend: 'npm run fix',
    args: [bin('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.'],
  },
]

/** Jest leaves a core free for watching, and with two cores that halves the speed. */
const workers = Math.max(2, availableParallelism() - 1)

const suites = {
  unit: ['--selectProjects', 'weapp', 'qq', 'h5', 'servers', '--maxWorkers', String(workers)],
  conformance: ['--selectProjects', 'servers', '--testPathPatterns', 'tests/conformance/'],
  e2e: ['--selectProjects', 'e2e', '--runInBand'],
} as const

type Suite = keyof typeof suites

/** What each part needs built. The unit part boots the compiled bundles in jsdom, with the simulated wallet as well. */
const buildsFor = { unit: [...builds, ...toolBuilds], conformance: [], e2e: builds } as const satisfies Record<
  Suite,
  readonly unknown[]
>

const help = `Usage: npm test                       every check
       npm run test:unit              units and servers, and the compiled bundles in jsdom
       npm run test:conformance       other people's SDKs against the simulators
       npm run test:e2e               the programs, a browser and both phones, a little chaos

What stands behind -- goes to jest, such as -- --testPathPatterns refunds
`

async function main(): Promise<void> {
  const wanted = process.argv[2] ?? 'all'
  if (wanted === '--help') return void process.stdout.write(help)
  if (wanted !== 'all' && !(wanted in suites)) {
    process.stderr.write(`There is no part ${wanted}: use ${Object.keys(suites).join(', ')} or nothing for all.\n`)
    process.exit(2)
  }
  const chosen: readonly Suite[] = wanted === 'all' ? ['unit', 'e2e'] : [wanted as Suite]
  const total: Tally = { passed: 0, failed: 0, skipped: 0 }
  if (wanted === 'all') {
    for (const tally of await Promise.all(inLanes(staticChecks, 2))) add(total, tally)
  }
  try {
    const needed = new Set(chosen.flatMap((suite) => buildsFor[suite]))
    await buildStale([...needed], (line) => process.stdout.write(`${line}\n`))
    for (const suite of chosen) add(total, await runJest(suite))
  } catch (error) {
    process.stdout.write(`${error instanceof Error ? error.message : String(error)}\n`)
    total.failed += 1
  }
  process.stdout.write(
    `\n${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}\n`,
  )
  process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0
}

/** Starts all checks, at most `lanes` at a time. */
function inLanes(checks: readonly Check[], lanes: number): Promise<Tally>[] {
  const ends: Promise<unknown>[] = Array.from({ length: lanes }, () => Promise.resolve())
  return checks.map((check, index) => {
    const run = ends[index % lanes]!.then(() => runCheck(check))
    ends[index % lanes] = run
    return run
  })
}

async function runCheck(check: Check): Promise<Tally> {
  const started = Date.now()
  const { code, output } = await run(check.args)
  const ok = code === 0
  process.stdout.write(`${ok ? 'ok  ' : 'FAIL'} ${check.name} (${((Date.now() - started) / 1000).toFixed(1)} s)\n`)
  if (!ok) process.stdout.write(`${output.trimEnd()}\n     → ${check.mend}\n`)
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 }
}

async function runJest(suite: Suite): Promise<Tally> {
  const folder = path.join(root, '.cache')
  const outputFile = path.join(folder, `jest-${suite}.json`)
  mkdirSync(folder, { recursive: true })
  rmSync(outputFile, { force: true })
  process.stdout.write(`\n${suite} tests\n`)
  const { code } = await run(
    [
      bin('jest/bin/jest.js'),
      '-c',
      'config/checks/jest.config.js',
      ...suites[suite],
      '--json',
      '--outputFile',
      outputFile,
      ...process.argv.slice(3),
    ],
    true,
  )
  const report: unknown = JSON.parse(readFileSync(outputFile, 'utf8'))
  const count = (name: string): number => {
    const value = (report as Record<string, unknown>)[name]
    return typeof value === 'number' ? value : 0
  }
  const failed = count('numFailedTests') + count('numRuntimeErrorTestSuites')
  return {
    passed: count('numPassedTests'),
    // Jest also fails for what is no test, a coverage limit for instance.
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: count('numPendingTests') + count('numTodoTests'),
  }
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

void main()
