import { toBeijingTime } from '../../../kit/clock'
import type { HostMap } from '../../../kit/http/host-map'
import { prepareDelivery, type Prepared } from './prepare-delivery'
import type { VirtualClock } from '../clock'
import type { Directory } from '../merchants/directory'
import type { Examine } from '../domain/evidence'
import type { EventBus } from '../events'
import { allFaultNames, faultNames, type FaultName } from '../domain/fault-names'
import type { Faults } from '../faults/faults'
import { acknowledges } from './notice-body'
import type { Store } from '../store/store'
import type { Notice } from '../domain/notice'
import type { Delivery } from '../domain/notice'

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
/** One that waits to be overtaken looks so often, and so long at most. */
const overtakeLookMs = 5 * second
const overtakeMaxMs = minute

/** What may be wrong with one attempt. */
const spoiling = allFaultNames.filter(
  (name) =>
    faultNames[name].where === 'notice' && !['delay-notices', 'reorder-notices', 'signtest-probe'].includes(name),
)

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
  readonly clock: VirtualClock
  readonly directory: Directory
  readonly hostMap: HostMap
  readonly events: EventBus
  readonly faults: Faults
  readonly examine: Examine
  /** Each so-manyth notification is preceded by a probe with a wrong signature; 0: none. */
  readonly signTestEvery: number
}

export function createNotifier(deps: NotifierDeps): Notifier {
  const { store, clock, directory, hostMap, events, faults, examine, signTestEvery } = deps
  let firstAttempts = 0
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
    if (next === null || clock.isStill || stopping.signal.aborted) return
    timer = setTimeout(look, Math.min(Math.max(next - clock.now(), 0), hour))
    timer.unref()
  }

  async function deliver(notice: Notice, isScheduled: boolean): Promise<void> {
    if (isScheduled && (await putOff(notice))) return
    const probe = faults.isQuiet('notice') ? null : await faults.take('signtest-probe', notice)
    if (notice.api === 'v3' && isScheduled && (probe !== null || isProbeTurn(notice)))
      await attempt(notice, prepareDelivery(notice, directory, ['signtest-probe']), false)
    const struck = faults.isQuiet('notice') ? [] : await strike(notice)
    const prepared = prepareDelivery(notice, directory, struck)
    const second = struck.includes('double-notices')
      ? attempt(notice, prepareDelivery(notice, directory, struck), false)
      : null
    await attempt(notice, prepared, isScheduled)
    await second
    if (struck.includes('duplicate-notices')) await attempt(notice, prepared, false)
  }

  /** Now and then a first attempt is preceded by a probe, as in life. */
  function isProbeTurn(notice: Notice): boolean {
    if (signTestEvery === 0 || notice.scheduled_attempts > 0) return false
    firstAttempts += 1
    return firstAttempts % signTestEvery === 0
  }

  async function strike(notice: Notice): Promise<readonly FaultName[]> {
    const struck: FaultName[] = []
    for (const name of spoiling) if ((await faults.take(name, notice)) !== null) struck.push(name)
    return struck
  }

  /** A delay, or waiting to be overtaken: each scheduled attempt is put off once. */
  async function putOff(notice: Notice): Promise<boolean> {
    const { put_off, scheduled_attempts: attempt } = notice
    const now = clock.now()
    if (put_off?.attempt === attempt) {
      // Only one that waits to be overtaken looks again before its time.
      if (put_off.until <= now || store.wasOvertaken(notice)) return false
      await store.write(() =>
        store.putNotice({ ...notice, next_attempt_at: Math.min(now + overtakeLookMs, put_off.until) }),
      )
      return true
    }
    if (faults.isQuiet('notice')) return false
    const delaySec = await faults.take('delay-notices', notice)
    const overtaken = delaySec === null ? await faults.take('reorder-notices', notice) : null
    if (delaySec === null && (overtaken === null || store.wasOvertaken(notice))) return false
    const until = now + (delaySec === null ? overtakeMaxMs : delaySec * second)
    const next_attempt_at = delaySec === null ? Math.min(now + overtakeLookMs, until) : until
    await store.write(() => store.putNotice({ ...notice, put_off: { attempt, until }, next_attempt_at }))
    return true
  }

  async function attempt(notice: Notice, prepared: Prepared, isScheduled: boolean): Promise<void> {
    const at = clock.now()
    const { headers, body, faults: struck } = prepared
    const sent = struck.includes('drop-notices')
      ? { outcome: 'dropped' as const, status: null, answer_body: '', latency_ms: 0 }
      : await post(() => hostMap.resolve(notice.notify_url), headers, { api: notice.api, body }, stopping.signal)
    // Cut off by our own end: whether it was acknowledged is unknown, so it goes out again after the next start.
    if (sent.outcome !== 'acknowledged' && stopping.signal.aborted) return
    const { made, written } = await store.write(() => {
      // Another attempt may have written meanwhile.
      const present = store.notice(notice.id) ?? notice
      const one: Delivery = {
        number: present.attempts.length + 1,
        at,
        request_headers: headers,
        ...(body !== notice.body && { body }),
        faults: struck,
        ...sent,
      }
      const attempts = [...present.attempts, one]
      const next = isScheduled ? nextAttemptAt(present, at) : present.next_attempt_at
      const changed: Notice = {
        ...present,
        attempts,
        scheduled_attempts: present.scheduled_attempts + (isScheduled ? 1 : 0),
        next_attempt_at: attempts.some(isDelivery) ? null : next,
      }
      store.putNotice(changed)
      return { made: one, written: changed }
    })
    const { outcome, status, number, latency_ms } = made
    events.announce({
      type: 'notice-attempt',
      at: toBeijingTime(at),
      mchid: notice.mchid,
      out_trade_no: notice.out_trade_no,
      detail: { id: notice.id, number, outcome, status, latency_ms, ...(struck.length > 0 && { faults: struck }) },
    })
    examine({ kind: 'delivered', notice: written, delivery: made })
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

/** An answer to a probe delivers nothing, whatever it says. */
function isDelivery({ outcome, faults }: Delivery): boolean {
  return outcome === 'acknowledged' && !faults.includes('signtest-probe')
}

type Sent = Pick<Delivery, 'outcome' | 'status' | 'answer_body' | 'latency_ms'>

/** A redirect is not followed: it acknowledges nothing. */
async function post(
  toUrl: () => string,
  headers: Readonly<Record<string, string>>,
  { api, body }: Pick<Notice, 'api' | 'body'>,
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
    const isAcknowledged = acknowledges(api, answer.status, answer_body)
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
