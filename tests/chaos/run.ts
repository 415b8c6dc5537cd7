import { CommandLineError, readCommandLine, runProgram } from '../../mock-server/kit/command-line'
import { runSeed } from './one-seed'
import { bundleSide, createIdentities } from './killable-sides'

/** `npm run test:chaos -- --seeds 200 --seed 42`: 200 runs, beginning with seed 42. A failing run says how to repeat it. */

const help = `Usage: npm run test:chaos [-- options]   payers, faults, kill -9 and virtual time; then what must be true

  --seeds N   number of runs (default 20)
  --seed N    the first of them (default 1); a failing run names its own
  --lanes N   runs at the same time (default 2)
  --steps     print what happened in each

Ctrl-C ends after the runs that have begun. Exit code 0 when all passed, 1 when one failed.
`

async function main(): Promise<void> {
  const { values } = readCommandLine({
    options: {
      seeds: { type: 'string', default: '20' },
      seed: { type: 'string', default: '1' },
      lanes: { type: 'string', default: '2' },
      steps: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return void process.stdout.write(help)
  const [seeds, first, lanes] = [values.seeds, values.seed, values.lanes].map(Number) as [number, number, number]
  if (![seeds, first, lanes].every((value) => Number.isInteger(value) && value > 0))
    throw new CommandLineError('--seeds, --seed and --lanes are whole numbers above 0.')
  const bundle = await bundleSide()
  const identities = await createIdentities()
  let passed = 0
  let failed = 0
  let next = first
  const stop = new AbortController()
  process.once('SIGINT', () => stop.abort())

  async function lane(): Promise<void> {
    while (next < first + seeds && !stop.signal.aborted) {
      const seed = next
      next += 1
      const result = await runSeed(seed, bundle, identities).catch((error: unknown) => ({
        steps: [],
        violations: [`the run broke off: ${error instanceof Error ? error.message : String(error)}`],
      }))
      const isGood = result.violations.length === 0
      if (isGood) passed += 1
      else failed += 1
      if (!isGood || values.steps) {
        process.stdout.write(`seed ${seed}\n${result.steps.map((step) => `    ${step}`).join('\n')}\n`)
        for (const violation of result.violations) process.stdout.write(`  ✕ ${violation}\n`)
        if (!isGood) process.stdout.write(`  → npm run test:chaos -- --seeds 1 --seed ${seed}\n`)
      } else if ((passed + failed) % 10 === 0) process.stdout.write(`${passed + failed} of ${seeds}\n`)
    }
  }

  await Promise.all(Array.from({ length: lanes }, lane))
  process.stdout.write(`\n${passed} passed, ${failed} failed\n`)
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0
}

runProgram(main, [])
