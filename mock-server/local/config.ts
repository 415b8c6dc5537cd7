import path from 'node:path'
import { readCommandLine } from '../kit/command-line'

/** What the command line asks for. Frozen; no other module reads the command line. */
export interface Config {
  readonly command: 'start' | 'mock'
  /** Whether `start` builds what is missing or stale. */
  readonly build: boolean
  /** Null: each server takes a free port. */
  readonly portBase: number | null
  /** Null: nothing is kept. */
  readonly dataFolder: string | null
  /** Overrides of the host map: real origin to the address that is called instead. */
  readonly resolve: Readonly<Record<string, string>>
  /** With which of its keys WeChat Pay signs for the merchant. */
  readonly keyMode: 'certificate' | 'public_key' | 'both'
  /** Whether the demo shop sells for two sub merchants, so that each cart is a combined order. */
  readonly sellers: boolean
  /** All the real host names under a local authority; null: without. A port of 0 takes a free one. */
  readonly tls: { readonly port: number } | null
  /** Where the shop reports payments and refunds; null: nowhere. */
  readonly ownerHook: string | null
  readonly logLevel: 'silent' | 'warn' | 'info' | 'debug'
}

/** The command line is not usable. The message lists every finding, one per line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly code = 'CONFIG_INVALID'
}

export const usage = `Usage: npm start [-- options]      build what is missing, run everything, show both phones
       npm run mock [-- options]   the servers alone

  --port-base N       first of the ports: N merchant, N+1 WeChat, N+2 QQ, N+3 bench,
                      N+10 operator API, N+11 and N+12 control APIs (default 4000; 0 takes free ones)
  --data FOLDER       where keys and databases are kept (default .data)
  --memory            keep nothing; keys and sdk.env are in a temporary folder until the stop
  --resolve HOST=URL  call URL instead of HOST, e.g. https://shop.example=http://127.0.0.1:8080
                      to point the simulators at your own back end (repeatable)
  --no-build          with npm start: show what is in dist as it is
  --key-mode MODE     how WeChat Pay signs: certificate (default), public_key (what new
                      merchants get), both (a merchant's switch)
  --sellers           the shop sells for two sub merchants: each cart is paid as one combined
                      order (合单), and each seller gets its part
  --tls               also answer as https under the real host names: N+443, and N+444 an
                      HTTPS proxy to exactly these names; the CA is in the data folder
  --tls-port P        the first of these two is P, e.g. 443
  --owner-hook URL    post payments and refunds to this server, as production does with
                      OWNER_HOOK_URL; the secret is in sdk.env
  --log LEVEL         silent, warn, info (default), debug
  --help              this text
`

const keyModes = ['certificate', 'public_key', 'both'] as const
const logLevels = ['silent', 'warn', 'info', 'debug'] as const

/**
 * Parses the command line into a frozen config.
 * @returns 'help' when the usage was asked for
 * @throws ConfigError with all findings at once
 */
export function parseConfig(argv: readonly string[]): Config | 'help' {
  const findings: string[] = []
  const parsed = parseOptions(argv)
  if (parsed.values.help) return 'help'
  const command = parsed.positionals[0] ?? 'start'
  if (command !== 'start' && command !== 'mock') findings.push(`Unknown command ${command}: use start or mock.`)

  const portBase = Number(parsed.values['port-base'] ?? '4000')
  if (!Number.isInteger(portBase) || portBase < 0 || portBase > 65_000) {
    findings.push(
      `--port-base: expected a whole number from 0 to 65000, found ${parsed.values['port-base']}, e.g. 4000.`,
    )
  }
  const logLevel = logLevels.find((level) => level === (parsed.values.log ?? 'info'))
  if (logLevel === undefined) findings.push(`--log: expected ${logLevels.join(', ')}, found ${parsed.values.log}.`)
  const keyMode = keyModes.find((mode) => mode === (parsed.values['key-mode'] ?? 'certificate'))
  if (keyMode === undefined)
    findings.push(`--key-mode: expected ${keyModes.join(', ')}, found ${parsed.values['key-mode']}.`)
  const tlsPort = Number(parsed.values['tls-port'] ?? (portBase === 0 ? 0 : portBase + 443))
  const isTls = parsed.values.tls || parsed.values['tls-port'] !== undefined
  if (isTls && (!Number.isInteger(tlsPort) || tlsPort < 0 || tlsPort > 65_535)) {
    findings.push(`--tls-port: expected a whole number from 0 to 65535, found ${tlsPort}, e.g. 443.`)
  }
  if (parsed.values.memory && parsed.values.data !== undefined) {
    findings.push('--memory keeps nothing and --data keeps everything: choose one.')
  }
  const ownerHook = parsed.values['owner-hook'] ?? null
  if (ownerHook !== null && !isPrivateUrl(ownerHook)) {
    findings.push(`--owner-hook: expected https, or http on this machine, found ${ownerHook}.`)
  }
  const resolve: Record<string, string> = {}
  for (const entry of parsed.values.resolve ?? []) {
    const origin = parseResolve(entry)
    if (origin === null) {
      findings.push(`--resolve: expected HOST=URL, found ${entry}, e.g. https://shop.example=http://127.0.0.1:8080.`)
    } else resolve[origin.from] = origin.to
  }
  if (findings.length > 0) throw new ConfigError(findings.join('\n'))
  return Object.freeze({
    command: command as Config['command'],
    build: !parsed.values['no-build'],
    portBase: portBase === 0 ? null : portBase,
    dataFolder: parsed.values.memory ? null : path.resolve(parsed.values.data ?? '.data'),
    resolve: Object.freeze(resolve),
    keyMode: keyMode!,
    sellers: parsed.values.sellers,
    tls: isTls ? Object.freeze({ port: tlsPort }) : null,
    ownerHook,
    logLevel: logLevel!,
  })
}

function parseOptions(argv: readonly string[]) {
  return readCommandLine({
    args: [...argv],
    allowPositionals: true,
    options: {
      'port-base': { type: 'string' },
      data: { type: 'string' },
      memory: { type: 'boolean', default: false },
      'no-build': { type: 'boolean', default: false },
      resolve: { type: 'string', multiple: true },
      'key-mode': { type: 'string' },
      sellers: { type: 'boolean', default: false },
      tls: { type: 'boolean', default: false },
      'tls-port': { type: 'string' },
      'owner-hook': { type: 'string' },
      log: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
}

/** Nobody on the way can read what is sent there. */
function isPrivateUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname } = new URL(text)
  return protocol === 'https:' || (protocol === 'http:' && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname))
}

function parseResolve(entry: string): { from: string; to: string } | null {
  const cut = entry.indexOf('=')
  if (cut < 1) return null
  const host = entry.slice(0, cut)
  const from = host.includes('://') ? host : `https://${host}`
  const to = entry.slice(cut + 1)
  return URL.canParse(from) && URL.canParse(to) ? { from, to } : null
}
