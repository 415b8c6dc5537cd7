import type { KeyObject } from 'node:crypto'
import { randomAlphanumeric } from '../../../crypto/digest'
import { signRsaSha256 } from '../../../crypto/rsa'
import type { Clock } from '../../../kit/clock'
import { wechatHosts } from '../../../wire/v3-paths'
import { formatV3Authorization, v3Headers, v3RequestMessage } from '../../../wire/v3-signing'
import { toErrorCode, WechatPayError } from '../errors'
import type { HttpAnswer, HttpSend } from '../http-sender'
import type { PlatformKeys } from './platform-keys'
import { findSignatureRefusal, isSigned, requestIdOf } from './v3-verify'

export interface V3Signer {
  readonly mchid: string
  readonly merchantSerialNo: string
  readonly merchantPrivateKey: KeyObject
}

export interface V3Request {
  readonly method: 'GET' | 'POST'
  /** Path and query as WeChat Pay sees them. They are signed. */
  readonly target: string
  readonly body?: object
  /** Address to send to, where that is not WeChat Pay itself. */
  readonly url?: string
  /** Default false: an answer without a signature is refused. */
  readonly allowUnsigned?: boolean
  readonly timeoutMs?: number
  readonly answerBytesMax?: number
}

export interface V3Transport {
  /** Signs and sends. The answer is not verified. */
  sendSigned(request: V3Request): Promise<HttpAnswer>
  /**
   * Signs, sends, verifies and only then parses. Null for an empty answer.
   * @throws WechatPayError for every refusal, and for every answer without a valid signature
   */
  request(request: V3Request): Promise<unknown>
}

export interface V3TransportOptions extends V3Signer {
  readonly send: HttpSend
  readonly keys: PlatformKeys
  /** Sent with each request, so that the answer is signed with a key that we have. Null: not sent. */
  readonly verifiableSerial: string | null
  /** Wall clock: signatures expire in real time. */
  readonly transportClock: Clock
  readonly timeoutMs: number
}

export function createV3Transport(options: V3TransportOptions): V3Transport {
  const { send, keys, transportClock } = options

  function sendSigned(call: V3Request): Promise<HttpAnswer> {
    const { method, target, body, url, timeoutMs, answerBytesMax } = call
    // Stringified once: what is signed is what is sent.
    const text = body === undefined ? '' : JSON.stringify(body)
    const timestamp = String(Math.floor(transportClock.now() / 1000))
    const nonce = randomAlphanumeric(32)
    const signature = signRsaSha256(
      options.merchantPrivateKey,
      v3RequestMessage(method, target, timestamp, nonce, text),
    )
    return send({
      method,
      url: url ?? wechatHosts.pay + target,
      headers: {
        accept: 'application/json',
        'user-agent': 'shop-merchant/1 (node)',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(options.verifiableSerial !== null && { [v3Headers.serial.toLowerCase()]: options.verifiableSerial }),
        authorization: formatV3Authorization({
          mchid: options.mchid,
          nonce_str: nonce,
          timestamp,
          serial_no: options.merchantSerialNo,
          signature,
        }),
      },
      ...(body !== undefined && { body: text }),
      timeoutMs: timeoutMs ?? options.timeoutMs,
      ...(answerBytesMax !== undefined && { answerBytesMax }),
    })
  }

  async function request(call: V3Request): Promise<unknown> {
    const answer = await sendSigned(call)
    const what = `${call.method} ${call.target.split('?')[0]}`
    if (answer.status >= 400 || answer.status < 200) throw toRefusal(what, answer)
    if (!(call.allowUnsigned && !isSigned(answer.headers))) {
      const refusal = await findSignatureRefusal(answer.headers, answer.body, keys, transportClock.now())
      if (refusal !== null) {
        throw new WechatPayError('LOCAL_BAD_SIGNATURE', `${what}: the answer is not WeChat Pay's: ${refusal}`, {
          status: answer.status,
          requestId: requestIdOf(answer.headers),
        })
      }
    }
    return answer.body.length === 0 ? null : parseAnswer(what, answer)
  }

  return { sendSigned, request }
}

/**
 * Uses the code of a refusal without a signature: a 401 never has one, and no refusal changes a state of ours, because
 * "paid" is always followed by a query whose answer is verified.
 */
function toRefusal(what: string, answer: HttpAnswer): WechatPayError {
  const rawBody = answer.body.toString('utf8')
  let code: unknown
  try {
    code = (JSON.parse(rawBody) as { code?: unknown } | null)?.code
  } catch (cause) {
    return new WechatPayError(answer.status === 401 ? 'SIGN_ERROR' : 'LOCAL_UNKNOWN', `${what} refused`, {
      status: answer.status,
      rawBody,
      cause,
    })
  }
  // The QQ proxy answers a bad signature with 401 and {}.
  const known = code === undefined && answer.status === 401 ? 'SIGN_ERROR' : toErrorCode(code)
  return new WechatPayError(known, `${what} refused${typeof code === 'string' ? ` with ${code.slice(0, 64)}` : ''}`, {
    status: answer.status,
    rawBody,
    requestId: requestIdOf(answer.headers),
  })
}

export function parseAnswer(what: string, answer: HttpAnswer): unknown {
  try {
    return JSON.parse(answer.body.toString('utf8'))
  } catch (cause) {
    throw new WechatPayError('LOCAL_BAD_ANSWER', `${what}: the answer is no JSON`, {
      status: answer.status,
      rawBody: answer.body.toString('utf8'),
      cause,
    })
  }
}
