import { readFileSync } from 'node:fs'
import path from 'node:path'
import { readEnvironment } from '../kit/environment'
import { readCommandLine } from '../kit/command-line'
import { projectFile } from '../kit/files'
import { catalogue, kindsNotOnIos } from '../merchant/domain/catalogue'
import type { AppBuild } from './app-builds'
import { examine, examineSurroundings } from './checks'
import type { Finding } from './finding'
import { readSecrets, type Environment } from './read-variables'
import { parseSettings, type Settings } from './settings'
import { toLine } from './shown'
import { describeVariables } from './variables'

export interface Inspected {
  /** Null when a variable is missing or wrong. */
  readonly settings: Settings | null
  readonly findings: readonly Finding[]
}

/** The first step of both programs: reading the settings and checking them. */
export interface Prepared extends Inspected {
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
  return { ...inspect(readEnvironment(env ?? null), builds), isJson: json }
}

/** Reads and checks settings. Whatever stands in them: findings, and no secret in a message. */
export function inspect(environment: Environment, builds: readonly AppBuild[]): Inspected {
  const parsed = parseSettings(environment)
  const settings = parsed.kind === 'settings' ? parsed.settings : null
  const findings =
    parsed.kind === 'findings'
      ? [...examineSurroundings(environment), ...parsed.findings]
      : examine({
          settings: parsed.settings,
          environment,
          goods: catalogue,
          kindsNotOnIos,
          builds,
          simulated: readSimulated(environment),
          nowMs: Date.now(),
        })
  const secrets = [...readSecrets(environment).values()]
  const lines = findings.map((finding) => ({
    ...finding,
    message: toLine(secrets, finding.message),
    ...(finding.mend !== undefined && { mend: toLine(secrets, finding.mend) }),
  }))
  return { settings, findings: lines }
}

/** All texts of the simulators' installations: the one of `npm start`, and those beside files that the settings name. */
function readSimulated(environment: Environment): ReadonlySet<string> {
  const files = Object.entries(environment).flatMap(([name, file]) => (name.endsWith('_FILE') && file ? [file] : []))
  const folders = new Set([projectFile('.data'), ...files.map((file) => path.dirname(path.resolve(file)))])
  return new Set([...folders].flatMap((folder) => readTexts(path.join(folder, 'installation.json'))))
}

function readTexts(file: string): readonly string[] {
  try {
    const texts: string[] = []
    JSON.parse(readFileSync(file, 'utf8'), (_name, value: unknown) => {
      if (typeof value === 'string' && value !== '') texts.push(value)
      return value
    })
    return texts
  } catch {
    // Most folders have no simulator's data, and damaged data names no key to compare with.
    return []
  }
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
