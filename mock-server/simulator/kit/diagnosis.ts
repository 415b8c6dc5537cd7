import { randomUUID } from 'node:crypto'
import { toBeijingTime, type Clock } from '../../kit/clock'

/** What the doctors of the simulators say, and the list in which they say it. */

/** The mistakes that integrations make, by number (FIDELITY.md lists them); 0 is what belongs to none of them. */
export const diagnosisGroups = {
  1: 'the signed address is not the requested one',
  2: 'the signed body is not the sent one',
  3: 'line feeds and timestamps of the signed text',
  4: 'serial, key and merchant number do not belong together',
  5: 'certificate mode and public-key mode mixed up',
  6: 'signature of the pay call',
  7: 'parameters of the pay call',
  8: 'amounts',
  9: 'order numbers',
  10: 'a number ordered again with other content',
  11: 'payer and app do not belong together',
  12: 'notification address',
  13: 'verification of notifications',
  14: 'acknowledgement of notifications',
  15: 'payment pages, and the way through QQ',
  0: 'other',
} as const

export type DiagnosisGroup = keyof typeof diagnosisGroups

/** Where the mistake was seen. */
export type DiagnosisPlace = 'request' | 'pay-call' | 'order' | 'notice' | 'page' | 'proxy' | 'url-check'

/** What was found, before it has a number and an instant. */
export interface Found<Finding extends string = string> {
  readonly group: DiagnosisGroup
  readonly finding: Finding
  /** Plain English: the mistake and how to correct it. Never a key or a secret. */
  readonly message: string
  /** True where a variant of the signature fitted, or where the rule leaves no other reading. */
  readonly proved: boolean
  /** The text that the service signed, or the value that it expects. */
  readonly expected?: string
  /** The text that the client evidently signed, or the value that it sent. */
  readonly received?: string
  /** Index of the first character in which `expected` and `received` differ. */
  readonly first_difference?: number
}

export interface Diagnosis<Finding extends string = string> extends Found<Finding> {
  readonly id: string
  /** RFC 3339, virtual time. */
  readonly at: string
  readonly where: DiagnosisPlace
  /** What was looked at, such as `POST /v3/pay/transactions/jsapi`. */
  readonly subject: string
  readonly mchid?: string
  readonly out_trade_no?: string
}

export type Comparison = Pick<Found, 'expected' | 'received' | 'first_difference'>

const shownCharsMax = 4096
const shownBeforeDifference = 1024

/** Both texts with their secrets covered, cut around the first difference where they are long. */
export function compareTexts(expected: string, received: string): Comparison {
  const [left, right] = [withoutSecrets(expected), withoutSecrets(received)]
  const at = firstDifference(left, right)
  const from = Math.max(left.length, right.length) <= shownCharsMax ? 0 : Math.max(0, at - shownBeforeDifference)
  const lead = from === 0 ? '' : '…'
  const cut = (text: string): string => lead + text.slice(from, from + shownCharsMax)
  return { expected: cut(left), received: cut(right), first_difference: at - from + lead.length }
}

/** One text alone, as it may be shown. */
export function showText(text: string): string {
  return withoutSecrets(text).slice(0, shownCharsMax)
}

/** Keys and tokens that stand in a text to sign or in an address. */
export function withoutSecrets(text: string): string {
  return text.replace(/([?&](?:key|access_token|secret)=)[^&\s"]+/gi, '$1***')
}

/** The index of the first character that differs; the shorter length where one text begins the other. */
export function firstDifference(left: string, right: string): number {
  const shorter = Math.min(left.length, right.length)
  for (let index = 0; index < shorter; index += 1) if (left[index] !== right[index]) return index
  return shorter
}

export interface DiagnosisPage<Finding extends string> {
  readonly rows: readonly Diagnosis<Finding>[]
  /** Hand it in as `before` for the next page; null on the last. */
  readonly next: number | null
}

/** The latest diagnoses of one simulator. */
export interface DiagnosisJournal<Finding extends string> {
  add(found: Found<Finding>, place: Pick<Diagnosis, 'where' | 'subject' | 'mchid' | 'out_trade_no'>): Diagnosis<Finding>
  /** Newest first. */
  page(limit: number, before: number | null): DiagnosisPage<Finding>
  clear(): void
}

/** How many a simulator remembers; the oldest of more are forgotten. */
export const diagnosesMax = 1000

/**
 * Keeps diagnoses in memory only: a client that repeats a mistake in a loop must not cost a write to disk each time, and
 * what is forgotten comes back with the next mistake.
 */
export function createDiagnosisJournal<Finding extends string>(clock: Clock): DiagnosisJournal<Finding> {
  let rows: { readonly seq: number; readonly diagnosis: Diagnosis<Finding> }[] = []
  let seq = 0
  return {
    add(found, place) {
      const diagnosis = { id: randomUUID(), at: toBeijingTime(clock.now()), ...place, ...found }
      rows.push({ seq: (seq += 1), diagnosis })
      if (rows.length > diagnosesMax) rows = rows.slice(-diagnosesMax)
      return diagnosis
    },
    page(limit, before) {
      const older = rows.filter((row) => before === null || row.seq < before).reverse()
      const shown = older.slice(0, limit)
      return {
        rows: shown.map(({ diagnosis }) => diagnosis),
        next: older.length > limit ? (shown.at(-1)?.seq ?? null) : null,
      }
    },
    clear() {
      rows = []
    },
  }
}
