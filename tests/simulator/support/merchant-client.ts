import { parsePrivateKey, signRsaSha256 } from '../../../mock-server/crypto/rsa'
import { formatV3Authorization, v3RequestMessage } from '../../../mock-server/wire/v3-signing'
import type { MerchantIdentity } from '../../../mock-server/simulator/wechat/identity'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly json: Record<string, unknown>
}

/** What a test may do otherwise than a correct merchant. */
export interface Spoil {
  readonly ageSec?: number
  readonly serial?: string
  readonly mchid?: string
  /** Replaces the finished header; null leaves it out. */
  readonly authorization?: string | null
  /** What is signed instead of the target that is called. */
  readonly signedTarget?: string
  readonly signedBody?: string
  readonly signature?: (right: string) => string
  readonly headers?: Readonly<Record<string, string>>
}

export interface MerchantClient {
  send(method: string, target: string, body?: unknown, spoil?: Spoil): Promise<Answer>
  /** The Authorization header alone. */
  authorize(method: string, target: string, body: string | Buffer, spoil?: Spoil): string
  post(target: string, body: unknown, spoil?: Spoil): Promise<Answer>
  get(target: string, spoil?: Spoil): Promise<Answer>
}

let nonces = 0

/** A merchant that signs by hand, so that it can also sign wrongly. Text and bytes are sent as they are, anything else as JSON. */
export function createMerchantClient(
  base: string,
  merchant: Pick<MerchantIdentity, 'mchid' | 'serial' | 'privateKey'>,
): MerchantClient {
  const key = parsePrivateKey(merchant.privateKey)

  function authorize(method: string, target: string, body: string | Buffer, spoil: Spoil = {}): string {
    const timestamp = String(Math.floor(Date.now() / 1000) - (spoil.ageSec ?? 0))
    const nonce_str = `nonce${(nonces += 1)}`
    // The body may be bytes that are no text: the rest of the message is signed around them.
    const [head] = v3RequestMessage(method, spoil.signedTarget ?? target, timestamp, nonce_str, '\n').split('\n\n')
    const message = Buffer.concat([Buffer.from(`${head}\n`), toBytes(spoil.signedBody ?? body), Buffer.from('\n')])
    const right = signRsaSha256(key, message)
    return formatV3Authorization({
      mchid: spoil.mchid ?? merchant.mchid,
      nonce_str,
      timestamp,
      serial_no: spoil.serial ?? merchant.serial,
      signature: spoil.signature?.(right) ?? right,
    })
  }

  async function send(method: string, target: string, body: unknown = '', spoil: Spoil = {}): Promise<Answer> {
    const text = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body)
    const authorization =
      spoil.authorization === undefined ? authorize(method, target, text, spoil) : spoil.authorization
    const answer = await fetch(base + target, {
      method,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...(authorization !== null && { authorization }),
        ...spoil.headers,
      },
      ...(method !== 'GET' && { body: typeof text === 'string' ? text : new Uint8Array(text) }),
    })
    return toAnswer(answer)
  }

  return {
    send,
    authorize,
    post: (target, body, spoil) => send('POST', target, body, spoil),
    get: (target, spoil) => send('GET', target, '', spoil),
  }
}

const toBytes = (body: string | Buffer): Buffer => (typeof body === 'string' ? Buffer.from(body) : body)

export async function toAnswer(answer: Response): Promise<Answer> {
  const text = await answer.text()
  const isJson = /^application\/json/.test(answer.headers.get('content-type') ?? '')
  return {
    status: answer.status,
    headers: answer.headers,
    text,
    json: isJson && text !== '' ? (JSON.parse(text) as Record<string, unknown>) : {},
  }
}

/** A plain JSON call, as phones and scripts make it. */
export async function callJson(
  method: string,
  url: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const answer = await fetch(url, {
    method,
    redirect: 'manual',
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  return toAnswer(answer)
}
