import { randomAlphanumeric } from '../../crypto/digest'
import { signRsaSha256 } from '../../crypto/rsa'
import { toBeijingTime, wallClock, type Clock } from '../../kit/clock'
import type { HostMap } from '../../kit/host-map'
import { v3AuthorizationScheme, v3Headers, v3ResponseMessage } from '../../wire/v3-signing'
import type { Directory } from './directory'
import type { EventBus } from './events'
import type { Faults } from './faults'
import type { Attempt, Notice, Store } from './store'

const second = 1000
const minute = 60 * second
const hour = 60 * minute

/**
 * Waits between attempts: at most 15 repeats in 24 h 4 min.
 * @see https://pay.weixin.qq.com/doc/v2/merchant/4011937248
 */
export const retryWaitsMs = [
  15 * second,
  15 * second,
  30 * second,
  3 * minute,
  10 * minute,
  20 * minute,
  30 * minute,
  30 * minute,
  30 * minute,
  60 * minute,
  3 * hour,
  3 * hour,
  3 * hour,
  6 * hour,
  6 * hour,
] as const

/** A receiver that takes longer has not acknowledged. */
export const answerLimitMs = 5 * second

const inFlightMax = 16
const answerBytesMax = 4096

/** Delivers what is due, a bounded number at a time, and writes each attempt down before the next is planned. */
export interface Notifier {
  /** Looks for due notices now, and plans the next look. */
  wake(): void
  /** Answers when nothing is due at the present virtual time and nothing is under way. */
  settled(): Promise<void>
  /** Sends once more, outside the schedule. @returns false for an unknown notice */
  resend(id: string): Promise<boolean>
  stop(): Promise<void>
}

export interface NotifierDeps {
  readonly store: Store
  readonly clock: Clock
  readonly directory: Directory
  readonly hostMap: HostMap
  readonly events: EventBus
  readonly faults: Faults
}

export function createNotifier({ store, clock, directory, hostMap, events, faults }: NotifierDeps): Notifier {
  const underway = new Map<string, Promise<void>>()
  let timer: NodeJS.Timeout | null = null
  let looking: NodeJS.Immediate | null = null
  const stopping = new AbortController()

  /** Many payments in one turn cause one look. */
  function wake(): void {
    looking ??= setImmediate(() => {
      looking = null
      look()
    })
  }

  function look(): void {
    if (stopping.signal.aborted) return
    if (underway.size < inFlightMax) {
      for (const id of store.dueNotices(clock.now(), inFlightMax + underway.size)) {
        if (underway.size >= inFlightMax) break
        if (!underway.has(id)) start(id)
      }
    }
    // While deliveries run, their end looks again.
    if (underway.size === 0) plan(store.nextNoticeAt())
  }

  function start(id: string): void {
    const notice = store.notice(id)
    if (notice === null) return
    const run = deliver(notice, true)
      .then(wake, (error: unknown) => {
        // Only the store can fail here; the notice stays due, and is tried again without haste.
        console.error(`notice ${id}: ${error instanceof Error ? error.message : String(error)}`)
        plan(clock.now() + second)
      })
      .finally(() => underway.delete(id))
    underway.set(id, run)
  }

  function plan(next: number | null): void {
    if (timer) clearTimeout(timer)
    timer = null
    if (next === null || stopping.signal.aborted) return
    timer = setTimeout(look, Math.min(Math.max(next - clock.now(), 0), hour))
    timer.unref()
  }

  async function deliver(notice: Notice, isScheduled: boolean): Promise<void> {
    const at = clock.now()
    const headers = signedHeaders(notice, directory)
    const sent = faults.isOn('drop-notices')
      ? { outcome: 'dropped' as const, status: null, answer_body: '', latency_ms: 0 }
      : await post(() => hostMap.resolve(notice.notify_url), headers, notice.body, stopping.signal)
    // Cut off by our own end: whether it was acknowledged is unknown, so it goes out again after the next start.
    if (sent.outcome !== 'acknowledged' && stopping.signal.aborted) return
    const attempt = await store.write(() => {
      // A resend may have written meanwhile.
      const present = store.notice(notice.id) ?? notice
      const made: Attempt = { number: present.attempts.length + 1, at, request_headers: headers, ...sent }
      const isDone = sent.outcome === 'acknowledged' || (!isScheduled && present.next_attempt_at === null)
      const next = isScheduled ? nextAttemptAt(present, at) : present.next_attempt_at
      store.putNotice({
        ...present,
        attempts: [...present.attempts, made],
        scheduled_attempts: present.scheduled_attempts + (isScheduled ? 1 : 0),
        next_attempt_at: isDone ? null : next,
      })
      return made
    })
    const { outcome, status, number, latency_ms } = attempt
    events.publish({
      type: 'notice-attempt',
      at: toBeijingTime(at),
      mchid: notice.mchid,
      out_trade_no: notice.out_trade_no,
      detail: { id: notice.id, number, outcome, status, latency_ms },
    })
  }

  return {
    wake,
    async settled() {
      for (;;) {
        look()
        if (underway.size === 0) return
        await Promise.all(underway.values())
      }
    },
    async resend(id) {
      const notice = store.notice(id)
      if (notice === null) return false
      await underway.get(id)
      await deliver(store.notice(id) ?? notice, false)
      wake()
      return true
    },
    async stop() {
      stopping.abort()
      if (looking) clearImmediate(looking)
      if (timer) clearTimeout(timer)
      await Promise.all(underway.values())
    },
  }
}

/** The wait after the attempt that was just made; null after the last. */
function nextAttemptAt(notice: Notice, at: number): number | null {
  const wait = retryWaitsMs[notice.scheduled_attempts]
  return wait === undefined ? null : at + wait
}

/** Signed anew for each attempt, by the wall clock: receivers refuse what is older than five minutes. */
function signedHeaders({ body, mchid }: Notice, directory: Directory): Record<string, string> {
  const merchant = directory.merchant(mchid)
  // A merchant who was reset away is still told what was under way.
  const { serial, privateKey } = merchant === undefined ? directory.platform : directory.signerFor(merchant)
  const timestamp = String(Math.floor(wallClock.now() / 1000))
  const nonce = randomAlphanumeric(32)
  return {
    'Content-Type': 'application/json',
    Accept: '*/*',
    'User-Agent': 'Mozilla/4.0',
    [v3Headers.timestamp]: timestamp,
    [v3Headers.nonce]: nonce,
    [v3Headers.serial]: serial,
    [v3Headers.signature]: signRsaSha256(privateKey, v3ResponseMessage(timestamp, nonce, body)),
    [v3Headers.signatureType]: v3AuthorizationScheme,
  }
}

type Sent = Pick<Attempt, 'outcome' | 'status' | 'answer_body' | 'latency_ms'>

/** The HTTP status alone decides: 200 or 204 acknowledges, whatever the body says; a redirect is not followed. */
async function post(
  toUrl: () => string,
  headers: Record<string, string>,
  body: string,
  stop: AbortSignal,
): Promise<Sent> {
  const started = performance.now()
  const latency = (): number => Math.round(performance.now() - started)
  try {
    const answer = await fetch(toUrl(), {
      method: 'POST',
      headers,
      body,
      redirect: 'manual',
      signal: AbortSignal.any([stop, AbortSignal.timeout(answerLimitMs)]),
    })
    const answer_body = await readStart(answer)
    const isAcknowledged = answer.status === 200 || answer.status === 204
    return {
      outcome: isAcknowledged ? 'acknowledged' : 'refused',
      status: answer.status,
      answer_body,
      latency_ms: latency(),
    }
  } catch (error) {
    const { name, message, cause } = error as { name?: unknown; message?: unknown; cause?: { message?: unknown } }
    const isTimeout = name === 'TimeoutError'
    const reason = isTimeout ? `no answer within ${answerLimitMs} ms` : String(cause?.message ?? message ?? error)
    return { outcome: isTimeout ? 'timeout' : 'unreachable', status: null, answer_body: reason, latency_ms: latency() }
  }
}

/** The first bytes of an answer, for the list of attempts; nobody can keep us reading. */
async function readStart(answer: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  const reader = answer.body?.getReader()
  for (let size = 0; reader && size < answerBytesMax;) {
    const { value, done } = await reader.read()
    if (done) break
    chunks.push(value)
    size += value.length
  }
  await reader?.cancel()
  return Buffer.concat(chunks).subarray(0, answerBytesMax).toString('utf8')
}
