import { X509Certificate } from 'node:crypto'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { simulatedKeyPrefix, simulatedUnit } from '../kit/simulated'
import { findSimulatorAddresses } from '../production/checks'
import { isSet, readVariables, type Environment } from '../production/read-variables'
import type { ProbeMerchant } from './draft'

/** Something about the settings or the call that keeps the probe from starting; the message is one line. */
export class ProbeError extends Error {
  override readonly name = 'ProbeError'
}

export interface LiveMerchant {
  readonly merchant: ProbeMerchant
  readonly platform: string | null
}

const needed = ['MCHID', 'APPID'] as const
/** What the questions are asked with: V3's keys, V2's, or both. */
const used = [...needed, 'SERIAL', 'MERCHANT_KEY', 'PLATFORM_PUBKEY_ID'] as const

/**
 * Reads whose numbers and keys the real services are asked with: the variables of a production start, as far as they are set.
 * @throws ProbeError also for keys and addresses of the simulators
 */
export function readLiveMerchant(environment: Environment): LiveMerchant {
  const { values, findings } = readVariables(environment)
  // API_KEY belongs to V2: with V3 chosen it is not among the values.
  const { API_KEY: apiKey } = readVariables({ ...environment, WECHATPAY_API: 'v2' }).values
  const simulated = findSimulated(environment, [values.APIV3_KEY, apiKey], values.MERCHANT_CERT_FILE)
  if (simulated !== null)
    throw new ProbeError(`${simulated} Start from a fresh shell, with the keys of the merchant console.`)
  const wrong = findings.find(({ about }) => used.some((name) => name === about && isSet(name, environment)))
  if (wrong !== undefined) throw new ProbeError(`${wrong.about}: ${wrong.message}`)
  const missing = needed.filter((name) => values[name] === null)
  if (missing.length > 0)
    throw new ProbeError(`${missing.join(' and ')}: expected in the environment or in --env FILE, found nothing.`)
  const { MCHID: mchid, APPID: appid, SERIAL: serial, MERCHANT_KEY: key, PLATFORM_PUBKEY_ID: platform } = values
  const v3 = serial === null || key === null ? null : { serial, privateKey: key.key }
  return { merchant: { mchid: mchid ?? '', appid: appid ?? '', v3, apiKey }, platform }
}

/** What comes from a simulator, in a sentence; null where nothing does. */
function findSimulated(
  environment: Environment,
  keys: readonly (string | null)[],
  certificate: string | null,
): string | null {
  const [address] = findSimulatorAddresses(environment)
  if (address !== undefined) return `${address.about}: the address of a simulator is set.`
  if (keys.some((key) => key?.startsWith(simulatedKeyPrefix))) return 'APIV3_KEY or API_KEY is a simulator’s key.'
  const { MERCHANT_KEY_FILE: file } = environment
  if (file !== undefined && existsSync(path.join(path.dirname(file), 'installation.json')))
    return `${file} is in a simulator’s data folder.`
  return isOfSimulator(certificate) ? 'MERCHANT_CERT_FILE was made by a simulator.' : null
}

function isOfSimulator(pem: string | null): boolean {
  if (pem === null) return false
  try {
    return new X509Certificate(pem).subject.includes(simulatedUnit)
  } catch {
    throw new ProbeError('MERCHANT_CERT_FILE: expected a certificate, PEM.')
  }
}
