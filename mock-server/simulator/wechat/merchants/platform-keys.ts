import { createPublicKey, type KeyObject } from 'node:crypto'
import { readCertificate } from '../../../crypto/read-certificate'
import { parsePrivateKey } from '../../../crypto/rsa'
import type { VirtualClock } from '../clock'
import { certificateLifeMs, createPlatformIdentity, type PlatformIdentity } from '../identity'
import type { Store } from '../store/store'

/** A platform certificate (平台证书) with its key. Instants are virtual milliseconds, but those inside the X.509 are real. */
export interface PlatformCertificate {
  readonly serial: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  readonly certificate: string
  readonly notBefore: Date
  readonly notAfter: Date
  /** From then on it signs. */
  readonly signsFrom: number
  /** Until then it can be downloaded. */
  readonly listedUntil: number
}

/** WeChat Pay's own certificates: one, or during a rotation two. */
export interface PlatformKeys {
  /** The certificate that signs now. */
  current(): PlatformCertificate
  /** Certificates that can be downloaded now, the newest first. */
  listed(): readonly PlatformCertificate[]
  /** All known certificates, former ones too. */
  all(): readonly PlatformCertificate[]
  /** When the next certificate is made. */
  nextAt(): number
  /** Makes the next certificate where the present one ends soon. */
  rotateWhereDue(): Promise<void>
  /**
   * Makes a new one now: it can be downloaded at once, signs after the overlap, and the former one can be downloaded for as
   * long again. @returns null while another one waits for its turn
   */
  rotate(overlapMs: number): Promise<PlatformCertificate | null>
  /** Returns to the original certificate and forgets later ones. */
  reset(): void
}

const dayMs = 24 * 3_600_000

/**
 * The new one is made ten days before the present one ends, and signs from the fifth on.
 * @see https://pay.weixin.qq.com/wiki/doc/apiv3/wechatpay/wechatpay5_0.shtml
 */
const overlapMs = 5 * dayMs
const leadMs = 2 * overlapMs

/** Former certificates that stay known, for notices and the doctor. */
const pastMax = 4

const settingName = 'platform-certificates'

interface Kept extends PlatformIdentity {
  readonly signs_from: number
  readonly listed_until: number
}

export function createPlatformKeys(
  original: PlatformIdentity,
  { store, clock }: { readonly store: Store; readonly clock: VirtualClock },
): PlatformKeys {
  let kept: readonly Kept[] = []
  let known: readonly PlatformCertificate[] = []
  let making: Promise<unknown> = Promise.resolve()
  take(JSON.parse(store.setting(settingName) ?? 'null') as readonly Kept[] | null)

  const newest = (): PlatformCertificate => known[known.length - 1]!
  const current = (): PlatformCertificate => known.findLast(({ signsFrom }) => signsFrom <= clock.now()) ?? known[0]!
  const nextAt = (): number => newest().notAfter.getTime() - leadMs

  return {
    current,
    listed: () => {
      const now = clock.now()
      // The signing certificate can always be downloaded.
      return known.filter((one) => one.listedUntil > now || one === current()).toReversed()
    },
    all: () => known,
    nextAt,
    rotateWhereDue: () => inTurn(async () => void (nextAt() <= clock.now() && (await make(overlapMs)))),
    rotate: (overlap) => inTurn(async () => (newest().signsFrom > clock.now() ? null : make(overlap))),
    reset: () => take(null),
  }

  function take(rows: readonly Kept[] | null): void {
    // Keys that belong to another installation are none of ours.
    const isOurs = rows?.some(({ serial }) => serial === original.serial) ?? false
    kept = rows !== null && isOurs ? rows : [{ ...original, signs_from: 0, listed_until: Number.MAX_SAFE_INTEGER }]
    known = kept.map(parse)
  }

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const run = making.then(work)
    making = run.catch(() => undefined)
    return run
  }

  async function make(overlap: number): Promise<PlatformCertificate> {
    const now = clock.now()
    // SDKs look at the dates of X.509 by the wall clock, the service goes by virtual time: it is valid by both.
    const fresh = await createPlatformIdentity({ notAfter: new Date(Math.max(now, Date.now()) + certificateLifeMs) })
    const signs_from = now + overlap
    const before = kept.map((one, index) =>
      index === kept.length - 1 ? { ...one, listed_until: signs_from + overlap } : one,
    )
    // The original stays: it says whose keys these are.
    const past = before.length > pastMax ? [before[0]!, ...before.slice(1 - pastMax)] : before
    const rows = [...past, { ...fresh, signs_from, listed_until: Number.MAX_SAFE_INTEGER }]
    await store.write(() => store.putSetting(settingName, JSON.stringify(rows)))
    take(rows)
    return newest()
  }
}

function parse({ serial, privateKey, certificate, signs_from, listed_until }: Kept): PlatformCertificate {
  const { notBefore, notAfter } = readCertificate(certificate)
  const key = parsePrivateKey(privateKey)
  return {
    serial,
    privateKey: key,
    publicKey: createPublicKey(key),
    certificate,
    notBefore,
    notAfter,
    signsFrom: signs_from,
    listedUntil: Math.min(listed_until, notAfter.getTime()),
  }
}
