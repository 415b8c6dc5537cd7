import { CommandLineError, readCommandLine, runProgram } from '../kit/command-line'
import { CtlError, findEnv } from './find-env'
import { createServers, type Json } from './servers'
import { showDiagnosis } from './show-diagnosis'
import { verbs } from './verbs'

/** `npm run ctl -- VERB`: controls the simulators and the merchant from a shell, for people and for scripts. */

const width = Math.max(...Object.values(verbs).map(({ usage }) => usage.length))

const help = `Usage: npm run ctl -- VERB [--json] [--data FOLDER | --port-base N | --env-file FILE]

${Object.values(verbs)
  .map(({ usage, does }) => `  ${usage.padEnd(width)}  ${does}`)
  .join('\n')}
  ${'tail'.padEnd(width)}  what happens, as it happens, until Ctrl-C

  --json           the answer as JSON
  --data FOLDER    the servers that run on this folder (default .data, else those at port base 4000)
  --port-base N    the servers that were started with this --port-base
  --env-file FILE  the servers whose sdk.env this is; with --memory they print its path

Exit code 0 when it was done, 1 when it was not, 2 for a call that is not understood.
`

async function main(): Promise<void> {
  const { values, positionals } = parse()
  const [name, ...args] = positionals
  if (values.help || name === undefined) {
    process.stdout.write(help)
    process.exitCode = values.help ? 0 : 2
    return
  }
  const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined
  if (verb === undefined && name !== 'tail')
    throw new CommandLineError(`There is no verb ${name}. There is: ${Object.keys(verbs).join(', ')}, tail.`)
  const { voucher, kind } = values
  if (name !== 'pay' && (voucher !== undefined || kind !== undefined))
    throw new CommandLineError('--voucher and --kind belong to pay.')
  const env = await findEnv({ data: values.data, envFile: values['env-file'], portBase: values['port-base'] })
  const servers = createServers(env)
  if (verb === undefined) return tail(servers, values.json)
  const said = await verb.run(servers, args, env, { voucher, kind })
  process.stdout.write(`${values.json ? JSON.stringify(said.json) : said.text}\n`)
}

async function tail(servers: ReturnType<typeof createServers>, asJson: boolean): Promise<void> {
  const ending = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ending.abort())
  try {
    await servers.tail(
      (event) => void process.stdout.write(`${asJson ? JSON.stringify(event) : line(event)}\n`),
      ending.signal,
    )
  } catch (error) {
    if (!ending.signal.aborted) throw error
  }
}

function line(event: Json): string {
  const { at, type, out_trade_no, detail } = event
  if (type === 'diagnosis') return showDiagnosis({ ...event, ...(detail as Json) })
  const facts = Object.entries((detail as Json | undefined) ?? {}).map(([name, value]) => `${name}=${String(value)}`)
  return [String(at).slice(11, 19), type, out_trade_no ?? '', ...facts].filter((word) => word !== '').join(' ')
}

function parse() {
  return readCommandLine({
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      data: { type: 'string' },
      'port-base': { type: 'string' },
      'env-file': { type: 'string' },
      voucher: { type: 'string' },
      kind: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
}

runProgram(main, [CtlError])
