import { X509Certificate, type KeyObject } from 'node:crypto'
import { fine } from '../finding'
import type { Examined, Mistake, Topic } from './check'
import { describeWrongKey, isSamePair } from './merchant-keys'

/** The merchant's API certificate (商户API证书), against everything that it has to fit. */

const name = 'MERCHANT_CERT_FILE'
const renew = 'renew it in the merchant console'
const dayMs = 86_400_000
/** Renewing takes a person with the console's password. */
const soonDays = 30

/** The key that signs; null with V2 where it cannot refund anyway. */
function keyOf({ settings: { wechat, merchantKey } }: Examined): KeyObject | null {
  return wechat.v3 !== null || wechat.v2?.certificate !== undefined ? merchantKey : null
}

/** Null where the text is no certificate, which is a mistake of its own. */
export function readPem(pem: string): X509Certificate | null {
  try {
    return new X509Certificate(pem)
  } catch {
    return null
  }
}

function certificateOf(examined: Examined): X509Certificate | null {
  const { merchantCertificate: pem } = examined.settings
  return pem === null || keyOf(examined) === null ? null : readPem(pem)
}

/** A mistake in a certificate that can be read. */
function inCertificate(
  row: Omit<Mistake, 'find'> & {
    readonly isWrong: (certificate: X509Certificate, examined: Examined) => string | null
  },
): Mistake {
  const { isWrong, ...rest } = row
  return {
    ...rest,
    find(examined) {
      const certificate = certificateOf(examined)
      return certificate === null ? null : isWrong(certificate, examined)
    },
  }
}

const serialOf = (certificate: X509Certificate | null): string => certificate?.serialNumber.toUpperCase() ?? ''
const leftDays = ({ validTo }: X509Certificate, nowMs: number): number => (Date.parse(validTo) - nowMs) / dayMs

export const certificate: Topic = {
  mistakes: [
    {
      about: name,
      level: 'warning',
      find: (examined) =>
        keyOf(examined) !== null && examined.settings.merchantCertificate === null
          ? 'serial and key cannot be checked against each other'
          : null,
      mend: 'name apiclient_cert.pem',
    },
    {
      about: name,
      level: 'grave',
      find: (examined) =>
        keyOf(examined) !== null && examined.settings.merchantCertificate !== null && certificateOf(examined) === null
          ? 'this is no certificate'
          : null,
      mend: 'take apiclient_cert.pem',
    },
    inCertificate({
      about: name,
      level: 'grave',
      isWrong: ({ subject }) =>
        /Tenpay\.com sign/i.test(subject) ? 'this is WeChat Pay’s certificate, not the merchant’s' : null,
      mend: 'take apiclient_cert.pem',
    }),
    inCertificate({
      about: 'SERIAL',
      level: 'grave',
      isWrong: (it, { settings: { wechat } }) =>
        wechat.v3 !== null && serialOf(it) !== wechat.v3.merchantSerialNo
          ? `the certificate’s serial is ${serialOf(it)}`
          : null,
      mend: (examined) => `set SERIAL=${serialOf(certificateOf(examined))}`,
    }),
    inCertificate({
      about: 'MERCHANT_KEY',
      level: 'grave',
      isWrong(it, examined) {
        const key = keyOf(examined)
        // A key of another kind has a finding of its own.
        const fits = key === null || describeWrongKey(key) !== null || isSamePair(it.publicKey, key)
        return fits ? null : 'the key does not belong to the certificate'
      },
      mend: 'take both from one download',
    }),
    inCertificate({
      about: 'MCHID',
      level: 'grave',
      isWrong: ({ subject }, { settings: { wechat } }) =>
        subject.includes(wechat.mchid) ? null : `the certificate is for another merchant than ${wechat.mchid}`,
      mend: 'correct MCHID',
    }),
    inCertificate({
      about: name,
      level: 'grave',
      isWrong: (it, { nowMs }) => (leftDays(it, nowMs) < 0 ? `it ended on ${it.validTo}` : null),
      mend: renew,
    }),
    inCertificate({
      about: name,
      level: 'warning',
      isWrong(it, { nowMs }) {
        const days = leftDays(it, nowMs)
        return days >= 0 && days < soonDays ? `it ends in ${Math.floor(days)} days` : null
      },
      mend: renew,
    }),
    inCertificate({
      about: name,
      level: 'grave',
      isWrong: (it, { nowMs }) => (Date.parse(it.validFrom) > nowMs ? `it begins on ${it.validFrom}` : null),
      mend: 'correct the clock of this machine, or take the certificate that is valid now',
    }),
  ],
  good(examined) {
    if (certificateOf(examined) === null) return null
    const { v3 } = examined.settings.wechat
    return fine(name, v3 ? 'serial, key and merchant fit each other' : 'key and merchant fit each other')
  },
}
