import { isUtf8 } from 'node:buffer'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { randomAlphanumeric, takeRandomBytes } from '../../crypto/digest'
import { signRsaSha256, verifyRsaSha256 } from '../../crypto/rsa'
import { wallClock } from '../../kit/clock'
import { queryOf } from '../../kit/read-request'
import {
  parseV3Authorization,
  v3AuthorizationScheme,
  v3ClockSkewSec,
  v3Headers,
  v3RequestMessage,
  v3ResponseMessage,
} from '../../wire/v3-signing'
import type { Directory, KnownMerchant, Signer } from './directory'
import { V3Refusal } from './errors'

/** The door of the V3 API: who asks is proved over the raw bytes before anything is parsed, and every answer is signed. */

export interface V3Request {
  readonly merchant: KnownMerchant
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  /** @throws V3Refusal where the body is no JSON */
  json(): unknown
  /** Origin under which the request came in: addresses handed out begin with it. */
  readonly base: string
}

export interface V3Answer {
  readonly status: 200 | 204
  readonly body?: unknown
}

export interface V3DoorOptions {
  readonly directory: Directory
  /** What a serial that is not the merchant's gets. *Observed* in life: often 500. */
  readonly unknownSerial: 500 | 401
  /** Shape of a mismatch's `detail`: nested since about 2021, flat before. */
  readonly signErrorDetail: 'nested' | 'flat'
  /** Base of addresses that are handed out to a caller who used another name than a loopback one. */
  readonly ownBase: () => string
}

type Handler = (request: V3Request) => V3Answer | Promise<V3Answer>

/** Adds routes that only a signed request reaches. */
export function createV3Door(
  server: FastifyInstance,
  { directory, unknownSerial, signErrorDetail, ownBase }: V3DoorOptions,
) {
  return function route(method: 'GET' | 'POST', path: string, handle: Handler): void {
    server.route({
      method,
      url: path,
      handler: async (request, reply) => {
        const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
        let signer: Signer | null = null
        try {
          const merchant = verify(request, body)
          signer = directory.signerFor(merchant, namedSerial(request))
          const answer = await handle({
            merchant,
            params: request.params as Record<string, string>,
            get query() {
              return queryOf(request.raw.url)
            },
            json: () => parseJson(body),
            base: baseOf(request, ownBase()),
          })
          return send(reply, answer.status, answer.body === undefined ? '' : JSON.stringify(answer.body), 0, signer)
        } catch (error) {
          const refusal =
            error instanceof V3Refusal ? error : new V3Refusal('SYSTEM_ERROR', '系统繁忙，请稍后重试', undefined)
          if (refusal !== error) request.log.error(error)
          return send(reply, refusal.status, JSON.stringify(refusal.body), refusal.internal, signer)
        }
      },
    })
  }

  /** @throws V3Refusal @see https://pay.weixin.qq.com/doc/v3/merchant/4012365342 */
  function verify(request: FastifyRequest, body: Buffer): KnownMerchant {
    const header = request.headers.authorization
    const parsed = parseV3Authorization(header)
    if (parsed === 'malformed')
      throw new V3Refusal('SIGN_ERROR', 'Http 头 Authorization 值格式错误', at('authorization'))
    if (parsed === 'wrong-scheme')
      throw new V3Refusal('SIGN_ERROR', 'Http 头 Authorization 认证类型不正确', at('authorization'))
    if (!/^\d{1,12}$/.test(parsed.timestamp) || isStale(parsed.timestamp)) {
      throw new V3Refusal(
        'SIGN_ERROR',
        'Http 头 Authorization 中的 timestamp 与发起请求的时间不得超过 5 分钟',
        at('timestamp'),
      )
    }
    const merchant = directory.merchant(parsed.mchid)
    if (merchant === undefined || merchant.serial !== parsed.serial_no.toUpperCase()) {
      if (unknownSerial === 500) throw new V3Refusal('SYSTEM_ERROR', '系统繁忙,请稍后重试')
      throw new V3Refusal('SIGN_ERROR', '商户证书序列号有误。', at('serial_no'))
    }
    const target = request.raw.url ?? ''
    const method = request.raw.method ?? ''
    const head = `${method}\n${target}\n${parsed.timestamp}\n${parsed.nonce_str}\n`
    const message = Buffer.concat([Buffer.from(head), body, Buffer.from('\n')])
    if (!verifyRsaSha256(merchant.publicKey, message, parsed.signature)) {
      throw mismatch({
        method,
        url: target,
        truncated_sign_message: v3RequestMessage(
          method,
          target,
          parsed.timestamp,
          parsed.nonce_str,
          truncate(body.toString('utf8', 0, 64)),
        ),
        sign_message_length: message.length,
      })
    }
    return merchant
  }

  function mismatch(sign_information: unknown): V3Refusal {
    const common = { field: 'signature', location: 'authorization', sign_information }
    return signErrorDetail === 'flat'
      ? new V3Refusal('SIGN_ERROR', '错误的签名，验签失败', { ...common, issue: 'sign not match' })
      : new V3Refusal('SIGN_ERROR', '签名错误', { ...common, detail: { issue: 'sign not match' } })
  }

  function send(
    reply: FastifyReply,
    status: number,
    body: string,
    internal: number,
    signer: Signer | null,
  ): FastifyReply {
    void reply
      .code(status)
      .header(v3Headers.requestId, createRequestId(internal))
      .header('Cache-Control', 'no-cache, must-revalidate')
      .header('X-Content-Type-Options', 'nosniff')
      .header('Content-Language', 'zh-CN')
    if (signer !== null) {
      const timestamp = String(Math.floor(wallClock.now() / 1000))
      const nonce = randomAlphanumeric(32)
      void reply
        .header(v3Headers.timestamp, timestamp)
        .header(v3Headers.nonce, nonce)
        .header(v3Headers.serial, signer.serial)
        .header(v3Headers.signature, signRsaSha256(signer.privateKey, v3ResponseMessage(timestamp, nonce, body)))
        .header(v3Headers.signatureType, v3AuthorizationScheme)
    }
    if (body === '') return reply.send()
    return reply.header('Content-Type', 'application/json; charset=utf-8').send(body)
  }
}

/** What an unsigned refusal looks like: unknown paths and bodies that never became a request. */
export function sendUnsigned(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  return reply
    .code(status)
    .header(v3Headers.requestId, createRequestId(status))
    .header('Content-Type', 'application/json; charset=utf-8')
    .send(JSON.stringify({ code, message }))
}

function at(field: string): unknown {
  return { field, location: 'authorization' }
}

/** Some SDKs name the key that they can verify with. */
function namedSerial(request: FastifyRequest): string | undefined {
  const value = request.headers[v3Headers.serial.toLowerCase()]
  return typeof value === 'string' ? value : undefined
}

function isStale(timestamp: string): boolean {
  return Math.abs(wallClock.now() / 1000 - Number(timestamp)) > v3ClockSkewSec
}

/** The real service shows about the first eight characters of a body. */
function truncate(body: string): string {
  return [...body.slice(0, 16)].slice(0, 8).join('')
}

/** `<opaque>-<number>`: the number is the internal error, 0 where there is none. */
function createRequestId(internal: number): string {
  return `08${takeRandomBytes(16).toString('hex').toUpperCase()}-${internal}`
}

function parseJson(body: Buffer): unknown {
  try {
    if (isUtf8(body)) return JSON.parse(body.toString('utf8')) as unknown
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw new V3Refusal('PARAM_ERROR', '请求体不是合法的JSON格式', { location: 'body', value: '' })
}

const loopbackHost = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/

/**
 * The address under which the caller reached us, so that what we hand out is reachable for him too. Only a loopback name
 * is believed: anything else in Host would send the payer wherever the caller likes.
 */
function baseOf(request: FastifyRequest, otherwise: string): string {
  const { host } = request.headers
  return host !== undefined && loopbackHost.test(host) ? `http://${host}` : otherwise
}
