import { CommandLineError, readCommandLine, runProgram } from '../../mock-server/kit/command-line'
import { almostRightQq } from './almost-right-qq'
import { almostRightWechat } from './almost-right-wechat'
import { anyRequest } from './any-request'
import type { FuzzTarget } from './target'
import { twoPhones } from './two-phones'

/** `npm run test:fuzz -- --minutes 5 --seed 42`: round after round, each with the next seed. A finding says how to repeat it. */

const targets: readonly FuzzTarget[] = [almostRightWechat, almostRightQq, anyRequest, twoPhones]
const names = targets.map(({ name }) => name)

const help = `Usage: npm run test:fuzz [-- options]   requests and payers of every kind, and what must be true of each

  --minutes N     how long (default 5); the part that has begun is finished
  --seed N        seed of the first round (default 1)
  --target NAME   ${names.join(', ')} (default: all, in turn)
  --part NAME     only this route or protocol, as a finding names it
  --rounds N      stop after so many rounds of the targets chosen (default: when the time is up)
  --runs N        cases of each part in a round (default 20)

Ctrl-C ends after the part that has begun. Exit code 0 when nothing was found, 1 when something was.
`

interface Choice {
  readonly endsAt: number
  readonly targets: readonly FuzzTarget[]
  readonly part: string | undefined
  readonly seed: number
  readonly rounds: number
  readonly runs: number
}

function readChoice(): Choice | null {
  const { values } = readCommandLine({
    options: {
      minutes: { type: 'string', default: '5' },
      seed: { type: 'string', default: '1' },
      target: { type: 'string' },
      part: { type: 'string' },
      rounds: { type: 'string', default: String(Number.MAX_SAFE_INTEGER) },
      runs: { type: 'string', default: '20' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return null
  const minutes = Number(values.minutes)
  const [seed, rounds, runs] = [values.seed, values.rounds, values.runs].map(Number) as [number, number, number]
  if (!(minutes > 0) || ![seed, rounds, runs].every((value) => Number.isSafeInteger(value) && value > 0))
    throw new CommandLineError('--minutes is a number above 0; --seed, --rounds and --runs are whole numbers above 0.')
  const chosen = targets.filter(({ name }) => values.target === undefined || name === values.target)
  if (chosen.length === 0) throw new CommandLineError(`There is no target ${values.target}: use ${names.join(', ')}.`)
  return { endsAt: Date.now() + minutes * 60_000, targets: chosen, part: values.part, seed, rounds, runs }
}

async function main(): Promise<void> {
  const choice = readChoice()
  if (choice === null) return void process.stdout.write(help)
  const stop = new AbortController()
  // The signal may come twice: from the terminal, and from tsx.
  process.on('SIGINT', () => stop.abort())
  const isOver = (): boolean => stop.signal.aborted || Date.now() >= choice.endsAt
  let [passed, failed] = [0, 0]

  async function playRound(target: FuzzTarget, seed: number): Promise<void> {
    const parts = await partsOf(target, choice?.part)
    for (const part of parts) {
      if (isOver()) return
      const finding = await check(target, part, seed, choice?.runs ?? 1)
      if (finding === null) passed += 1
      else {
        failed += 1
        process.stdout.write(
          `✕ ${target.name}: ${part}\n${finding.replace(/^/gm, '    ')}\n` +
            `  → npm run test:fuzz -- --target ${target.name} --part '${part}' --seed ${seed} --runs ${choice?.runs} --rounds 1\n`,
        )
      }
    }
    process.stdout.write(`seed ${seed}, ${target.name}: ${parts.length} parts\n`)
  }

  for (let round = 0; round < choice.rounds && !isOver(); round += 1)
    for (const target of choice.targets) if (!isOver()) await playRound(target, choice.seed + round)
  process.stdout.write(`\n${passed} passed, ${failed} failed\n`)
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0
}

async function partsOf(target: FuzzTarget, only: string | undefined): Promise<readonly string[]> {
  const world = await target.open()
  const { parts } = world
  await world.close()
  if (only === undefined) return parts
  if (!parts.includes(only)) throw new CommandLineError(`${target.name} has no part ${only}.`)
  return [only]
}

/** Checks in a fresh world, so that the part and the seed say everything. Null where all is well. */
async function check(target: FuzzTarget, part: string, seed: number, runs: number): Promise<string | null> {
  const world = await target.open()
  try {
    await world.check(part, seed, runs)
    return null
  } catch (error) {
    return describe(error)
  } finally {
    await world.close()
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause === undefined ? '' : `\n${describe(error.cause)}`
  return `${error.stack ?? error.message}${cause}`
}

runProgram(main, [])
