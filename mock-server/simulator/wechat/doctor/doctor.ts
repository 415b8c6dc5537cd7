import { createDiagnosisJournal, type Diagnosis, type DiagnosisJournal, type Found } from '../../kit/diagnosis'
import { wallClock, type Clock } from '../../../kit/clock'
import type { HostMap } from '../../../kit/http/host-map'
import type { Evidence, Examine } from '../domain/evidence'
import type { EventBus } from '../events'
import type { Directory } from '../merchants/directory'
import type { Store } from '../store/store'
import { cutEvidence } from './cut-evidence'
import { toCase, type Case, type Place } from './cases'
import { cannotTell, type WechatFinding } from './findings'
import type { Knowledge } from './knowledge'

export interface Doctor {
  /** Examines later, one case per turn of the event loop. */
  readonly examine: Examine
  /** Answers when all evidence handed in so far has been examined. */
  settled(): Promise<void>
  readonly journal: Pick<DiagnosisJournal<WechatFinding>, 'page'>
  reset(): void
}

export interface DoctorDeps {
  readonly store: Knowledge['store'] & Pick<Store, 'trade'>
  readonly directory: Directory
  readonly clock: Clock
  readonly hostMap: HostMap
  readonly events: EventBus
  /** The routes of the service, for paths that lead nowhere. */
  readonly routes: readonly string[]
  readonly onDiagnosis: (diagnosis: Diagnosis) => void
}

/** Cases that may wait; further evidence is dropped. */
const waitingMax = 256
/** Total size of the waiting bodies. */
const waitingBytesMax = 8 * 1024 * 1024
/** Warnings remembered, so that each is told once. */
const warnedMax = 1000

export function createDoctor(deps: DoctorDeps): Doctor {
  const { store, directory, clock, hostMap, events, routes, onDiagnosis } = deps
  const journal = createDiagnosisJournal<WechatFinding>(clock)
  const waiting: { readonly evidence: Evidence; readonly receivedAt: number; readonly bytes: number }[] = []
  const warned = new Set<string>()
  let bytesWaiting = 0
  let running: Promise<void> | null = null

  function examine(evidence: Evidence): void {
    const bytes = 'request' in evidence ? evidence.request.body.length : 0
    if (waiting.length >= waitingMax || bytesWaiting + bytes > waitingBytesMax) return
    waiting.push({ evidence, receivedAt: wallClock.now(), bytes })
    bytesWaiting += bytes
    running ??= new Promise((done) => setImmediate(lookAtNext, done))
  }

  /** Examines one case per turn of the event loop, so that requests are not delayed. */
  function lookAtNext(done: () => void): void {
    const next = waiting.shift()
    if (next === undefined) {
      running = null
      return done()
    }
    bytesWaiting -= next.bytes
    const { place, findings, isWarning } = look(next.evidence, next.receivedAt)
    for (const finding of findings)
      if (finding !== null && !(isWarning && wasWarned(place, finding))) announce(place, finding)
    setImmediate(lookAtNext, done)
  }

  function look(evidence: Evidence, receivedAt: number): Case {
    try {
      return toCase(cutEvidence(evidence), { known: knowledge(), receivedAt, routes })
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      const failed = cannotTell(0, `The doctor failed over this case: ${reason}. That is a bug of the simulator.`)
      return { place: { where: 'request', subject: evidence.kind }, findings: [failed] }
    }
  }

  function announce(place: Place, finding: Found<WechatFinding>): void {
    const diagnosis = journal.add(finding, place)
    const { id: _id, at, mchid, out_trade_no, ...detail } = diagnosis
    events.announce({
      type: 'diagnosis',
      at,
      ...(mchid !== undefined && { mchid }),
      ...(out_trade_no !== undefined && { out_trade_no }),
      detail,
    })
    onDiagnosis(diagnosis)
  }

  function wasWarned({ mchid }: Place, { finding, received, expected }: Found<WechatFinding>): boolean {
    const key = [finding, mchid, received, expected].join('|')
    if (warned.has(key)) return true
    if (warned.size >= warnedMax) warned.clear()
    warned.add(key)
    return false
  }

  function knowledge(): Knowledge {
    const merchants = directory.merchants()
    return {
      store,
      merchants,
      keys: { merchants, platform: directory.platformKeys() },
      appids: directory.appids(),
      now: clock.now(),
      isMapped: (url) => hostMap.has(url),
    }
  }

  return {
    examine,
    async settled() {
      await running
    },
    journal,
    reset() {
      journal.clear()
      warned.clear()
    },
  }
}
