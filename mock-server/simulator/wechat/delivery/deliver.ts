import { toBeijingTime, type Clock } from '../../../kit/clock'
import type { HostMap } from '../../../kit/http/host-map'
import type { Examine } from '../domain/evidence'
import { allFaultNames, faultNames, type FaultName } from '../domain/fault-names'
import type { Delivery, Notice } from '../domain/notice'
import type { EventBus } from '../events'
import type { Faults } from '../faults/faults'
import type { Directory } from '../merchants/directory'
import type { Store } from '../store/store'
import { createPostpone } from './postpone'
import { prepareDelivery, type Prepared } from './prepare-delivery'
import { nextDeliveryAt } from './retry-waits'
import { sendNotice, type Sent } from './send-notice'

/** Faults that change or repeat one delivery; the others decide when it happens, or add a probe. */
const spoiling = allFaultNames.filter(
  (name) =>
    faultNames[name].where === 'notice' && !['delay-notices', 'reorder-notices', 'signtest-probe'].includes(name),
)

export interface DeliverDeps {
  readonly store: Store
  readonly clock: Clock
  readonly directory: Directory
  readonly hostMap: HostMap
  readonly events: EventBus
  readonly faults: Faults
  readonly examine: Examine
  /** Sends a bad-signature probe before every Nth notification; 0: never. */
  readonly signTestEvery: number
  readonly stopping: AbortSignal
}

/** Delivers a notification once, with what faults do to it, and writes each delivery down before it answers. */
export function createDeliver(deps: DeliverDeps) {
  const { store, clock, directory, hostMap, events, faults, examine, signTestEvery, stopping } = deps
  const postpone = createPostpone({ store, clock, faults })
  let firstDeliveries = 0

  async function deliver(notice: Notice, isScheduled: boolean): Promise<void> {
    if (isScheduled && (await postpone(notice))) return
    const probe = faults.isQuiet('notice') ? null : await faults.take('signtest-probe', notice)
    if (notice.api === 'v3' && isScheduled && (probe !== null || isProbeTurn(notice)))
      await deliverOnce(notice, prepareDelivery(notice, directory, ['signtest-probe']), false)
    const struck = faults.isQuiet('notice') ? [] : await takeSpoiling(notice)
    const prepared = prepareDelivery(notice, directory, struck)
    const twin = struck.includes('double-notices')
      ? deliverOnce(notice, prepareDelivery(notice, directory, struck), false)
      : null
    await deliverOnce(notice, prepared, isScheduled)
    await twin
    if (struck.includes('duplicate-notices')) await deliverOnce(notice, prepared, false)
  }

  /** Now and then a probe precedes a notification's first delivery, as in life. */
  function isProbeTurn(notice: Notice): boolean {
    if (signTestEvery === 0 || notice.scheduled_attempts > 0) return false
    firstDeliveries += 1
    return firstDeliveries % signTestEvery === 0
  }

  async function takeSpoiling(notice: Notice): Promise<readonly FaultName[]> {
    const struck: FaultName[] = []
    for (const name of spoiling) if ((await faults.take(name, notice)) !== null) struck.push(name)
    return struck
  }

  async function deliverOnce(notice: Notice, prepared: Prepared, isScheduled: boolean): Promise<void> {
    const at = clock.now()
    const sent = await send(notice, prepared)
    // Cut off by our own end: whether it was acknowledged is unknown, so it goes out again after the next start.
    if (sent.outcome !== 'acknowledged' && stopping.aborted) return
    const { made, written } = await store.write(() => record(notice, prepared, sent, { at, isScheduled }))
    const { outcome, status, number, latency_ms, faults: struck } = made
    events.announce({
      type: 'notice-attempt',
      at: toBeijingTime(at),
      mchid: notice.mchid,
      out_trade_no: notice.out_trade_no,
      detail: { id: notice.id, number, outcome, status, latency_ms, ...(struck.length > 0 && { faults: struck }) },
    })
    examine({ kind: 'delivered', notice: written, delivery: made })
  }

  async function send({ notify_url, api }: Notice, { headers, body, faults: struck }: Prepared): Promise<Sent> {
    if (struck.includes('drop-notices')) return { outcome: 'dropped', status: null, answer_body: '', latency_ms: 0 }
    return sendNotice({ toUrl: () => hostMap.resolve(notify_url), headers, body, api, stopping })
  }

  /** Only inside `write`. */
  function record(
    notice: Notice,
    { headers, body, faults: struck }: Prepared,
    sent: Sent,
    { at, isScheduled }: { readonly at: number; readonly isScheduled: boolean },
  ): { made: Delivery; written: Notice } {
    // Another delivery may have been written meanwhile.
    const present = store.notice(notice.id) ?? notice
    const made: Delivery = {
      number: present.attempts.length + 1,
      at,
      request_headers: headers,
      ...(body !== notice.body && { body }),
      faults: struck,
      ...sent,
    }
    const attempts = [...present.attempts, made]
    const next = isScheduled ? nextDeliveryAt(present, at) : present.next_attempt_at
    const written: Notice = {
      ...present,
      attempts,
      scheduled_attempts: present.scheduled_attempts + (isScheduled ? 1 : 0),
      next_attempt_at: attempts.some(isTaken) ? null : next,
    }
    store.putNotice(written)
    return { made, written }
  }

  return deliver
}

/** Whether the receiver has the notification; acknowledging a probe does not count, whatever the answer says. */
function isTaken({ outcome, faults }: Delivery): boolean {
  return outcome === 'acknowledged' && !faults.includes('signtest-probe')
}
