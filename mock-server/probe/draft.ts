import { createHash, randomBytes, type KeyObject } from 'node:crypto'
import { randomAlphanumeric } from '../crypto/digest'
import { signRsaSha256 } from '../crypto/rsa'
import { recordToXml } from '../crypto/xml'
import { toBeijingTime } from '../kit/clock'
import { formatV3Authorization, v3RequestMessage } from '../wire/v3-signing'
import { signV2 } from '../wire/v2-signing'
import type { Drafted } from './harmless'
import type { Question } from './question'

/** Whose numbers and keys the questions are asked with. Null: not known, so some questions cannot be asked. */
export interface ProbeMerchant {
  readonly appid: string
  readonly mchid: string
  readonly v3: { readonly serial: string; readonly privateKey: KeyObject } | null
  readonly apiKey: string | null
}

/** Somebody whom WeChat Pay does not know, with a key of this run. */
export interface Stranger {
  readonly serial: string
  readonly privateKey: KeyObject
}

export const strangerMchid = '1900000000'

/** A request with its headers, ready to be sent. */
export interface Request extends Drafted {
  readonly headers: Readonly<Record<string, string>>
}

export interface DraftOptions {
  readonly merchant: ProbeMerchant
  readonly stranger: Stranger
  /** WeChat Pay's own key, as far as it is known by now. */
  readonly platform: string | null
  readonly nowMs: number
}

/** Why a question cannot be asked. */
export class CannotAsk extends Error {
  override readonly name = 'CannotAsk'
}

const dayMs = 86_400_000

/** Fills a question in and signs it. @throws CannotAsk */
export function draft(question: Question, options: DraftOptions): Request {
  const { merchant, platform, nowMs } = options
  const values: Record<string, string | null> = {
    mchid: merchant.mchid,
    appid: merchant.appid,
    number: `PROBE${randomAlphanumeric(20)}`,
    tomorrow: toBeijingTime(nowMs + dayMs).slice(0, 10),
    platform,
  }
  const fill = (text: string): string =>
    text.replace(/\{(mchid|appid|number|tomorrow|platform)\}/g, (_all, name: string) => {
      const value = values[name]
      if (value === null || value === undefined) throw new CannotAsk(`no ${name} is known`)
      return value
    })
  const target = fill(question.target)
  const body = question.xml ? toXml(question, fill, merchant) : fill(question.body ?? '')
  const authorization = authorize(question, { target, body }, options)
  const headers: Record<string, string | null> = {
    'User-Agent': 'shop-probe/1 (node)',
    Accept: 'application/json',
    ...(authorization !== null && { Authorization: authorization }),
    ...(question.method !== 'GET' && { 'Content-Length': String(Buffer.byteLength(body)) }),
    ...question.headers,
  }
  const kept = Object.entries(headers).flatMap(([name, value]) =>
    value === null ? [] : [[name, fill(value)] as const],
  )
  return { by: question.by, method: question.method, target, body, headers: Object.fromEntries(kept) }
}

function toXml({ by, xml = {} }: Question, fill: (text: string) => string, { apiKey }: ProbeMerchant): string {
  const params = Object.fromEntries(Object.entries(xml).map(([name, value]) => [name, fill(value)]))
  if (by !== 'merchant')
    return recordToXml({ ...params, sign: createHash('md5').update(randomBytes(16)).digest('hex').toUpperCase() })
  if (apiKey === null) throw new CannotAsk('API_KEY is not set (V2)')
  return recordToXml({ ...params, sign: signV2(params, apiKey, 'MD5') })
}

function authorize(
  { by, method, xml, ageSec = 0 }: Question,
  { target, body }: Pick<Drafted, 'target' | 'body'>,
  { merchant, stranger, nowMs }: DraftOptions,
): string | null {
  if (by === 'nobody' || xml !== undefined) return null
  const v3 = by === 'stranger' ? stranger : merchant.v3
  if (v3 === null) throw new CannotAsk('SERIAL and MERCHANT_KEY are not set (V3)')
  const timestamp = String(Math.floor(nowMs / 1000) - ageSec)
  const nonce_str = randomAlphanumeric(32)
  const signedTarget = by === 'other-text' ? `${target}&other=1` : target
  return formatV3Authorization({
    mchid: by === 'stranger' ? strangerMchid : merchant.mchid,
    nonce_str,
    timestamp,
    serial_no: by === 'unknown-serial' ? randomBytes(20).toString('hex').toUpperCase() : v3.serial,
    signature: signRsaSha256(v3.privateKey, v3RequestMessage(method, signedTarget, timestamp, nonce_str, body)),
  })
}
