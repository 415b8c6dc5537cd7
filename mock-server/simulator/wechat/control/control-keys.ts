import type { FastifyInstance } from 'fastify'
import { toBeijingTime } from '../../../kit/clock'
import { readRecord } from '../../kit/read-request'
import type { VirtualClock } from '../clock'
import { ControlRefusal } from './control-refusal'
import type { Directory } from '../merchants/directory'
import type { EventBus } from '../events'
import { createMerchantCertificate } from '../identity'
import { certificateOf, certificatesSetting, type KeptCertificate } from '../merchants/merchant-certificates'
import type { PlatformCertificate, PlatformKeys } from '../merchants/platform-keys'
import type { Store } from '../store/store'

export interface KeyControlDeps {
  readonly store: Store
  readonly clock: VirtualClock
  readonly directory: Directory
  readonly events: EventBus
  readonly platformKeys: PlatformKeys
}

const defaultOverlapSec = 24 * 3600
const overlapMaxSec = 365 * 24 * 3600

/** Certificates that change: the platform's and a merchant's. */
export function addKeyControl(server: FastifyInstance, deps: KeyControlDeps): void {
  const { store, clock, directory, events, platformKeys } = deps

  server.get('/control/platform', () => showPlatform())

  server.post('/control/platform/rotate', async (request) => {
    const { overlap_seconds = defaultOverlapSec } = readRecord(request.body)
    if (typeof overlap_seconds !== 'number' || !(overlap_seconds >= 0 && overlap_seconds <= overlapMaxSec)) {
      throw new ControlRefusal(400, 'OVERLAP_INVALID', `overlap_seconds must be a number from 0 to ${overlapMaxSec}.`)
    }
    const made = await platformKeys.rotate(Math.round(overlap_seconds * 1000))
    if (made === null)
      throw new ControlRefusal(409, 'ROTATION_UNDER_WAY', 'A new certificate waits for its turn: advance the clock.')
    events.announce({
      type: 'platform-rotated',
      at: toBeijingTime(clock.now()),
      detail: { serial_no: made.serial, signs_from: toBeijingTime(made.signsFrom) },
    })
    return showPlatform()
  })

  server.post('/control/merchants/:mchid/certificate', async (request) => {
    const { mchid } = request.params as { mchid: string }
    const merchant = directory.merchant(mchid)
    if (merchant === undefined) throw new ControlRefusal(404, 'MERCHANT_UNKNOWN', `There is no merchant ${mchid}.`)
    const { action } = readRecord(request.body)
    const change = changes[action as keyof typeof changes] as (typeof changes)[keyof typeof changes] | undefined
    if (typeof action !== 'string' || !Object.hasOwn(changes, action) || change === undefined) {
      throw new ControlRefusal(400, 'ACTION_UNKNOWN', `action must be one of ${Object.keys(changes).join(', ')}.`)
    }
    const { certificates, fresh } = await change(directory.certificatesOf(mchid), mchid, clock.now())
    await store.write(() => store.putSetting(certificatesSetting(mchid), JSON.stringify(certificates)))
    directory.setCertificates(mchid, certificates)
    const now = directory.merchant(mchid) ?? merchant
    events.announce({ type: 'merchant-certificate', at: toBeijingTime(clock.now()), mchid, detail: { action } })
    return {
      mchid,
      certificates: now.certificates.map(({ serial, state, endsAt }) => ({
        serial_no: serial,
        state,
        expire_time: toBeijingTime(endsAt),
      })),
      ...fresh,
    }
  })

  function showPlatform(): unknown {
    const signing = platformKeys.current()
    const show = (one: PlatformCertificate): unknown => ({
      serial_no: one.serial,
      effective_time: toBeijingTime(one.notBefore.getTime()),
      expire_time: toBeijingTime(one.notAfter.getTime()),
      signs: one === signing,
      signs_from: one.signsFrom === 0 ? null : toBeijingTime(one.signsFrom),
      certificate: one.certificate,
    })
    return { certificates: platformKeys.listed().map(show), next_rotation_at: toBeijingTime(platformKeys.nextAt()) }
  }
}

interface Changed {
  readonly certificates: readonly KeptCertificate[]
  readonly fresh?: object
}

/** What can be done to the certificate that a merchant uses now. */
const changes = {
  revoke: (known: readonly KeptCertificate[]): Changed => ({
    certificates: withLast(known, (one) => ({ ...one, state: 'revoked' })),
  }),
  expire: (known: readonly KeptCertificate[], _mchid: string, now: number): Changed => ({
    certificates: withLast(known, (one) => ({ ...one, ends_at: now })),
  }),
  /** The private key belongs to the merchant: it is answered once and not kept. */
  async replace(known: readonly KeptCertificate[], mchid: string): Promise<Changed> {
    const { privateKey, certificate, serial } = await createMerchantCertificate(mchid)
    return {
      certificates: [...withLast(known, (one) => ({ ...one, state: 'replaced' })), certificateOf({ certificate })],
      fresh: { serial_no: serial, private_key: privateKey, certificate },
    }
  },
  restore: (known: readonly KeptCertificate[]): Changed => ({
    certificates: known.slice(0, 1).map(certificateOf),
  }),
}

function withLast(
  known: readonly KeptCertificate[],
  change: (one: KeptCertificate) => KeptCertificate,
): readonly KeptCertificate[] {
  return known.map((one, index) => (index === known.length - 1 ? change(one) : one))
}
