import type { CatalogueItem } from '../../merchant/domain/catalogue'
import type { AppBuild } from '../app-builds'
import type { Finding } from '../finding'
import type { Environment } from '../read-variables'
import type { Settings } from '../settings'

/** What can be checked before the settings are whole. */
export interface Surroundings {
  readonly environment: Environment
}

export interface Examined extends Surroundings {
  readonly settings: Settings
  readonly goods: readonly CatalogueItem[]
  /** Kinds of goods that the shop does not sell on iOS. */
  readonly kindsNotOnIos: readonly string[]
  /** The compiled mini programs on this machine. */
  readonly builds: readonly AppBuild[]
  /** Numbers, keys and tokens of the simulators of this machine, as far as their data folders are known. */
  readonly simulated: ReadonlySet<string>
  readonly nowMs: number
}

/** A mistake that people make: a row of the table. */
export interface Mistake<About extends Surroundings = Examined> {
  /** The variable, or what else is wrong. */
  readonly about: string
  readonly level: 'grave' | 'warning'
  /** What is wrong, a sentence for each place; null or an empty list where the mistake was not made. */
  readonly find: (examined: About) => string | readonly string[] | null
  readonly mend: string | ((examined: About) => string)
}

/** The mistakes about one thing, and what is said where none was made. */
export interface Topic {
  readonly mistakes: readonly Mistake[]
  good?(examined: Examined): Finding | null
}

/** Reports each mistake that was made. A check that breaks is grave itself: nobody knows then what it would have found. */
export function findMistakes<About extends Surroundings>(
  mistakes: readonly Mistake<About>[],
  examined: About,
): readonly Finding[] {
  return mistakes.flatMap((mistake) => {
    try {
      return findMistake(mistake, examined)
    } catch (error) {
      return [brokenCheck(mistake.about, error)]
    }
  })
}

function findMistake<About extends Surroundings>(
  { about, level, find, mend }: Mistake<About>,
  examined: About,
): readonly Finding[] {
  const found = find(examined) ?? []
  const messages = typeof found === 'string' ? [found] : found
  return messages.map((message) => ({ level, about, message, mend: typeof mend === 'string' ? mend : mend(examined) }))
}

function brokenCheck(about: string, error: unknown): Finding {
  // The message of an error may show what was being read; name and code do not.
  const { name, code } = error as { readonly name?: string; readonly code?: string }
  const message = `it could not be checked (${code ?? name ?? 'no reason given'})`
  return { level: 'grave', about, message, mend: 'look at this setting, and report the fault of the check' }
}

/** Checks one thing. */
export function examineTopic({ mistakes, good }: Topic, examined: Examined): readonly Finding[] {
  const findings = findMistakes(mistakes, examined)
  if (findings.length > 0) return findings
  const verdict = good?.(examined) ?? null
  return verdict === null ? [] : [verdict]
}
