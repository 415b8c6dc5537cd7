import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { parsePrivateKey } from '../crypto/rsa'
import { CtlError, findEnv, type SdkEnv } from '../ctl/find-env'
import { CommandLineError, readCommandLine, runProgram } from '../kit/command-line'
import { readEnvironment } from '../kit/environment'
import { SecretError } from '../kit/secrets'
import { wechatHosts } from '../wire/v3-paths'
import type { ProbeMerchant, Stranger } from './draft'
import { ProbeError, readLiveMerchant } from './live-merchant'
import type { ProbeHost, Question } from './question'
import { questions } from './questions'
import { countOf, createScrub, toReport } from './report'
import { runProbe, type Outcome } from './run-probe'

/** `npm run probe`: whether a service answers as FIDELITY.md says. By default the simulators, with `--live` the real ones. */

const liveHosts: Readonly<Record<ProbeHost, string>> = {
  pay: wechatHosts.pay,
  login: wechatHosts.login,
  qq: 'https://api.q.qq.com',
}

/** The real services are asked this often. */
const livePauseMs = 1000

const help = `Usage: npm run probe [-- options]   does a service answer as FIDELITY.md says?

Asks ${questions.length} questions that move no money and order nothing, and compares the answers with the simulator's.

  --live           ask the real services (${Object.values(liveHosts)
    .map((base) => new URL(base).hostname)
    .join(', ')}), one question a second;
                   ends at the first 429 or 403
  --env FILE       with --live: MCHID, APPID, SERIAL, MERCHANT_KEY_FILE (V3), API_KEY (V2), PLATFORM_PUBKEY_ID,
                   as lines NAME=value (mode 600); the environment counts as well
  --yes            with --live: do not ask before the first question
  --only TEXT      only questions whose name or row contains it
  --report FILE    where the report goes (default .data/probe.md with --live, otherwise none is written)
  --data FOLDER, --port-base N, --env-file FILE   which simulators (as for npm run ctl)
  --help           this text

With the merchant's key only these are sent: GET requests, the self-test (security/echo), and closes and V2 queries of numbers
that begin with PROBE and were made up for this run. All other requests carry no key of the merchant's. The report has no key,
no signature and no number of the merchant's.

Exit code 0 when all answers agree, 1 when some differ, 2 for a call that is not understood.
`

const marks = { agrees: '✓', differs: '✗', 'could-not-ask': '–' } as const

async function main(): Promise<void> {
  const { values } = readCommandLine({
    options: {
      live: { type: 'boolean', default: false },
      env: { type: 'string' },
      yes: { type: 'boolean', default: false },
      only: { type: 'string' },
      report: { type: 'string' },
      data: { type: 'string' },
      'port-base': { type: 'string' },
      'env-file': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return void process.stdout.write(help)
  if (!values.live && (values.env !== undefined || values.yes))
    throw new CommandLineError('--env and --yes are for the real services: add --live (--help lists what there is)')
  const asked = chosen(values.only)
  const target = values.live
    ? { hosts: liveHosts, ...readLiveMerchant(readEnvironment(values.env ?? null)) }
    : fromSimulators(await findEnv({ data: values.data, envFile: values['env-file'], portBase: values['port-base'] }))
  if (values.live && !(await isAgreed(asked, target.merchant, values.yes))) return
  const ending = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ending.abort())
  const scrub = createScrub(target.merchant)
  const outcomes = await runProbe({
    ...target,
    questions: asked,
    stranger: createStranger(),
    pause: () =>
      values.live ? sleep(livePauseMs, undefined, { signal: ending.signal }).catch(() => undefined) : Promise.resolve(),
    onOutcome: (outcome) => void process.stdout.write(`${lineOf(outcome, scrub)}\n`),
    signal: ending.signal,
    stopsWhenRefused: values.live,
  })
  const { agrees, differs, 'could-not-ask': missing } = countOf(outcomes)
  process.stdout.write(`\n${agrees} agree, ${differs} differ, ${missing} could not be asked.\n`)
  const file = values.report ?? (values.live ? path.join('.data', 'probe.md') : null)
  if (file !== null) {
    const service = values.live ? 'the real services' : 'the simulators'
    mkdirSync(path.dirname(path.resolve(file)), { recursive: true })
    writeFileSync(file, toReport(outcomes, scrub, { service, at: new Date().toISOString().slice(0, 16) }))
    process.stdout.write(`Report: ${path.resolve(file)}\n`)
  }
  process.exitCode = differs === 0 ? 0 : 1
}

function chosen(only: string | undefined): readonly Question[] {
  if (only === undefined) return questions
  const found = questions.filter(({ id, row }) => `${id} ${row}`.toLowerCase().includes(only.toLowerCase()))
  if (found.length === 0) throw new CommandLineError(`--only: no question is about ${only}`)
  return found
}

function fromSimulators(env: SdkEnv) {
  const valueOf = (name: string): string => env.get(name) ?? ''
  const privateKey = parsePrivateKey(readFileSync(valueOf('MERCHANT_KEY_FILE'), 'utf8'))
  const pay = valueOf('WXPAY_BASE')
  return {
    hosts: { pay, login: pay, qq: valueOf('QQ_BASE') },
    merchant: {
      mchid: valueOf('MCHID'),
      appid: valueOf('APPID'),
      v3: { serial: valueOf('SERIAL'), privateKey },
      apiKey: valueOf('API_KEY'),
    },
    platform: null,
  }
}

/** A key that no merchant has. */
function createStranger(): Stranger {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return { serial: randomBytes(20).toString('hex').toUpperCase(), privateKey }
}

/** Shows what would be sent, and waits for a yes. */
async function isAgreed(
  asked: readonly Question[],
  { mchid }: ProbeMerchant,
  isAgreedAlready: boolean,
): Promise<boolean> {
  const lines = asked.map(
    ({ id, by, method, host, target }) =>
      `  ${by.padEnd(14)} ${method.padEnd(6)} ${new URL(liveHosts[host]).hostname}${target.split('?', 1)[0]}   ${id}`,
  )
  process.stdout.write(`To the real services, as merchant …${mchid.slice(-4)}, one a second:\n${lines.join('\n')}\n\n`)
  if (isAgreedAlready) return true
  if (!process.stdin.isTTY) throw new ProbeError('Nobody is there to agree: add --yes.')
  const asking = createInterface({ input: process.stdin, output: process.stdout })
  const said = await asking.question('Send them? [y/N] ')
  asking.close()
  return /^y(es)?$/i.test(said.trim())
}

function lineOf(outcome: Outcome, scrub: (text: string) => string): string {
  const { kind, question } = outcome
  const head = `${marks[kind]} ${question.id}${question.isGuess ? ' (a guess)' : ''}`
  if (kind === 'agrees') return head
  const details = kind === 'differs' ? outcome.differences : [outcome.reason]
  return [head, ...details.map((detail) => `    ${scrub(detail)}`)].join('\n')
}

runProgram(main, [ProbeError, CtlError, SecretError])
