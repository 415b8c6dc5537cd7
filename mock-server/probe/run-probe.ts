import { compare } from './compare'
import { CannotAsk, draft, type ProbeMerchant, type Stranger } from './draft'
import { assertHarmless } from './harmless'
import type { ProbeHost, Question } from './question'
import { send, SendError, type Answer } from './send'
import { v3Headers } from '../wire/v3-signing'

/** What became of one question. */
export type Outcome =
  | { readonly kind: 'agrees'; readonly question: Question }
  | {
      readonly kind: 'differs'
      readonly question: Question
      readonly differences: readonly string[]
      readonly answer: Answer
    }
  | { readonly kind: 'could-not-ask'; readonly question: Question; readonly reason: string }

export interface ProbeOptions {
  readonly questions: readonly Question[]
  /** Where each host is asked, such as `https://api.mch.weixin.qq.com`. */
  readonly hosts: Readonly<Record<ProbeHost, string>>
  readonly merchant: ProbeMerchant
  readonly stranger: Stranger
  /** WeChat Pay's public key id, where the merchant has one; otherwise the first signed answer tells. */
  readonly platform: string | null
  /** Waits before each question but the first; the real services are asked once a second. */
  readonly pause: () => Promise<void>
  /** Called after each question. */
  readonly onOutcome: (outcome: Outcome) => void
  readonly signal?: AbortSignal
  /** Whether the first 429 or 403 ends it: at the real services. */
  readonly stopsWhenRefused: boolean
}

/** Statuses after which no more is asked: the service has had enough, or the merchant may not ask. */
const enough: ReadonlySet<number> = new Set([403, 429])

/** Asks every question in turn. @throws HarmError for a question that might do more than ask */
export async function runProbe(options: ProbeOptions): Promise<readonly Outcome[]> {
  const { questions, merchant, stranger, pause, onOutcome, signal, stopsWhenRefused } = options
  const outcomes: Outcome[] = []
  let { platform } = options
  let ended: string | null = null
  for (const [index, question] of questions.entries()) {
    if (ended === null && index > 0) await pause()
    if (signal?.aborted) ended ??= 'stopped'
    const outcome =
      ended === null ? await askOne(question) : ({ kind: 'could-not-ask', question, reason: ended } as const)
    outcomes.push(outcome)
    onOutcome(outcome)
  }
  return outcomes

  async function askOne(question: Question): Promise<Outcome> {
    try {
      const request = draft(question, { merchant, stranger, platform, nowMs: Date.now() })
      assertHarmless(request)
      const answer = await send(options.hosts[question.host], request)
      platform ??= answer.headers.find(([name]) => name === v3Headers.serial)?.[1] ?? null
      if (stopsWhenRefused && enough.has(answer.status))
        ended = `not asked: the service answered ${answer.status} to “${question.id}”`
      const differences = compare(answer, question.expected)
      return differences.length === 0
        ? { kind: 'agrees', question }
        : { kind: 'differs', question, differences, answer }
    } catch (error) {
      if (!(error instanceof CannotAsk) && !(error instanceof SendError)) throw error
      return { kind: 'could-not-ask', question, reason: error.message }
    }
  }
}
