import { readEnvironment } from '../kit/environment'
import { readCommandLine } from '../kit/command-line'
import { catalogue, kindsNotOnIos } from '../merchant/domain/catalogue'
import type { AppBuild } from './app-builds'
import { examine, findSimulatorAddresses } from './checks'
import type { Finding } from './finding'
import { parseSettings, type Settings } from './settings'
import { describeVariables } from './variables'

/** The first step of both programs: reading the settings and checking them. */
export interface Prepared {
  /** Null when a variable is missing or wrong. */
  readonly settings: Settings | null
  readonly findings: readonly Finding[]
  readonly isJson: boolean
}

/**
 * @param builds the compiled mini programs, which are checked as well
 * @returns 'help' when that was asked for
 * @throws CommandLineError, SecretError for a file that cannot be used
 */
export function prepare(argv: readonly string[], builds: readonly AppBuild[]): Prepared | 'help' {
  const { env, json, help } = parseOptions(argv)
  if (help) return 'help'
  const environment = readEnvironment(env ?? null)
  const parsed = parseSettings(environment)
  if (parsed.kind === 'findings') {
    const findings = [...findSimulatorAddresses(environment), ...parsed.findings]
    return { settings: null, findings, isJson: json }
  }
  const findings = examine({
    settings: parsed.settings,
    environment,
    goods: catalogue,
    kindsNotOnIos,
    builds,
    nowMs: Date.now(),
  })
  return { settings: parsed.settings, findings, isJson: json }
}

function parseOptions(argv: readonly string[]) {
  return readCommandLine({
    args: [...argv],
    options: {
      env: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  }).values
}

const marks = { grave: '✗', warning: '!', fine: '✓' } as const

export function toLines(findings: readonly Finding[]): string {
  const width = Math.max(0, ...findings.map(({ about }) => about.length))
  return findings
    .map(({ level, about, message, mend }) => {
      const line = `${marks[level]} ${about.padEnd(width)}  ${message}`
      return mend === undefined ? line : `${line}\n  ${' '.repeat(width)}  → ${mend}`
    })
    .join('\n')
}

export function usageOf(what: string): string {
  return `${what}

  --env FILE   settings from a file of NAME=value lines (mode 600) as well as from the environment
  --json       for machines
  --help       this text

Settings:
${describeVariables()}

NAME_FILE names a file (mode 600) that holds the secret instead.
`
}
