import { isUtf8 } from 'node:buffer'
import type { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { randomAlphanumeric, takeRandomBytes } from '../../../crypto/digest'
import { decryptRsaOaep, signRsaSha256 } from '../../../crypto/rsa'
import { wallClock } from '../../../kit/clock'
import type { OnDefect } from '../../../kit/http/http-server'
import { queryOf } from '../../kit/read-request'
import { spellHeaders } from '../../../kit/http/spell-headers'
import { v3AuthorizationScheme, v3Headers, v3ResponseMessage } from '../../../wire/v3-signing'
import { strikeApi, v3Subject, type ApiStrike, type FindTrade } from '../faults/api-faults'
import type { KnownMerchant, Signer } from '../merchants/directory'
import type { Examine, RequestSeen } from '../domain/evidence'
import type { Faults } from '../faults/faults'
import { handedOutBase } from '../handed-out-base'
import { createV3Verify, type V3VerifyOptions } from './v3-verify'
import { toV3Refusal, V3Refusal } from './v3-errors'
import { notUtf8 } from './v3-schema'
import { checkUserAgent, gatewayFamilyOf } from './v3-gateway'
import { rateFamilyOf, type RateLimits } from '../merchants/rate-limits'
import { TradeRefusal } from '../domain/refusal'

/** The door of the V3 API: verifies the signature over the raw bytes before anything is parsed, and signs every answer. */
export interface V3Request {
  readonly merchant: KnownMerchant
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  /** @throws V3Refusal where the body is no JSON */
  json(): unknown
  /** What `Wechatpay-Serial` says, and the name of the key that signs the answer. */
  readonly key: { readonly named: string | null; readonly serial: string }
  /** Opens a field that was encrypted with the key that `Wechatpay-Serial` names; null where it does not open. */
  decrypt(ciphertext: string): string | null
  /** What addresses of pages that are handed out begin with (`h5_url`). */
  readonly base: string
  /** What addresses of this API begin with (`download_url`). */
  readonly apiBase: string
}

export interface V3Answer {
  readonly status: 200 | 204
  readonly body?: unknown
  /** Instead of a body: bytes that are sent as they are, unsigned. */
  readonly file?: { readonly contentType: string; readonly content: Readable }
}

export interface V3DoorOptions extends V3VerifyOptions {
  readonly rateLimits: RateLimits
  readonly faults: Faults
  readonly findTrade: FindTrade
  /** Aborted when the simulator stops: nothing may be done after that. */
  readonly stopping: AbortSignal
  /** Whether refusals of well-signed requests are signed. */
  readonly signRefusals: boolean
  /** Base of addresses that are handed out to a caller who used another name than a loopback one. */
  readonly ownBase: () => string
  readonly onDefect: OnDefect
  /** Receives evidence of refusals. */
  readonly examine: Examine
}

type Handler = (request: V3Request) => V3Answer | Promise<V3Answer>

/** Adds routes that only a signed request reaches. */
export function createV3Door(server: FastifyInstance, options: V3DoorOptions) {
  const { directory, rateLimits, faults, findTrade, stopping, signRefusals, ownBase, onDefect, examine } = options
  const verify = createV3Verify(options)

  return function route(method: 'GET' | 'POST', path: string, handle: Handler): void {
    const kind = rateFamilyOf(method, path)
    const family = gatewayFamilyOf(path)
    server.route({
      method,
      url: path,
      handler: async (request, reply) => {
        const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
        let signer: Signer | null = null
        let strike: ApiStrike | null = null
        let merchant: KnownMerchant | null = null
        try {
          checkUserAgent(request, family)
          merchant = verify(request, body, family)
          signer = directory.signerFor(merchant, namedSerial(request))
          compareNamed(request, merchant, signer)
          const key = signer.privateKey
          if (!rateLimits.take(merchant.mchid, kind)) return await fail('limited')
          const params = request.params as Record<string, string>
          const json = once(() => parseJson(body))
          strike = await strikeApi(faults, v3Subject(merchant.mchid, params, json, findTrade), stopping)
          if (strike?.instead) return await fail(strike.instead)
          if (strike?.signature === 'other-key') signer = directory.otherSignerFor(merchant)
          const answer = await handle({
            merchant,
            params,
            get query() {
              return queryOf(request.raw.url)
            },
            json,
            key: { named: namedSerial(request) ?? null, serial: signer.serial },
            decrypt: (ciphertext) => decryptRsaOaep(key, ciphertext),
            base: handedOutBase(request, 'h5Page', ownBase()),
            apiBase: handedOutBase(request, 'pay', ownBase()),
          })
          if (strike?.afterwards === 'lost') return await fail('reset')
          if (answer.file) return sendFile(reply, answer.file)
          const text = answer.body === undefined ? '' : JSON.stringify(answer.body)
          return send(reply, answer.status, text, createRequestId(0), signer, strike?.signature === 'wrong')
        } catch (error) {
          if (stopping.aborted) return fail('reset')
          const refusal = toRefusal(error)
          if (refusal === null) onDefect(error)
          else
            examine({
              kind: 'v3-refused',
              request: seen(request, body),
              mchid: merchant?.mchid ?? null,
              refusal: error instanceof TradeRefusal ? error : refusal,
            })
          const { status, body: answer, internal } = refusal ?? new V3Refusal('SYSTEM_ERROR', '系统繁忙，请稍后重试')
          const by = signRefusals ? signer : null
          const requestId = status === 401 && !family.namesRefused ? null : createRequestId(internal)
          return send(reply, status, JSON.stringify(answer), requestId, by, strike?.signature === 'wrong')
        }

        function fail(how: NonNullable<ApiStrike['instead']>): FastifyReply {
          if (how === 'error') throw new V3Refusal('SYSTEM_ERROR', '系统繁忙，请稍后重试')
          if (how === 'limited') throw new V3Refusal('FREQUENCY_LIMITED', '接口调用频率超过限制，请稍后重试')
          if (how === 'bad-gateway') return reply.code(502).type('text/html').send('<h1>502 Bad Gateway</h1>')
          reply.hijack()
          request.raw.socket.destroy()
          return reply
        }
      },
    })
  }

  /** A client that names a key it verifies with, and gets another one's signature, will refuse the answer. */
  function compareNamed(request: FastifyRequest, merchant: KnownMerchant, { serial }: Signer): void {
    const named = namedSerial(request)
    if (named === undefined || named.toUpperCase() === serial.toUpperCase()) return
    examine({
      kind: 'other-key-named',
      request: seen(request, Buffer.alloc(0)),
      mchid: merchant.mchid,
      named,
      signed: serial,
    })
  }

  function send(
    reply: FastifyReply,
    status: number,
    body: string,
    requestId: string | null,
    signer: Signer | null,
    isSpoiled: boolean,
  ): FastifyReply {
    void spellHeaders(reply.code(status), {
      ...(requestId !== null && { [v3Headers.requestId]: requestId }),
      'Cache-Control': 'no-cache, must-revalidate',
      'X-Content-Type-Options': 'nosniff',
      'Content-Language': 'zh-CN',
    })
    if (signer !== null) {
      const timestamp = String(Math.floor(wallClock.now() / 1000))
      const nonce = randomAlphanumeric(32)
      const message = v3ResponseMessage(timestamp, nonce, isSpoiled ? `${body} ` : body)
      void spellHeaders(reply, {
        [v3Headers.timestamp]: timestamp,
        [v3Headers.nonce]: nonce,
        [v3Headers.serial]: signer.serial,
        [v3Headers.signature]: signRsaSha256(signer.privateKey, message),
        [v3Headers.signatureType]: v3AuthorizationScheme,
      })
    }
    if (body === '') return reply.send()
    return reply.header('Content-Type', 'application/json; charset=utf-8').send(body)
  }
}

/** Reads a body once, however often it is asked for; a body that can't be read fails each time. */
function once<T>(read: () => T): () => T {
  let known: { readonly value: T } | null = null
  return () => (known ??= { value: read() }).value
}

function seen(request: FastifyRequest, body: Buffer): RequestSeen {
  const { method = '', url = '' } = request.raw
  return { method, target: url, headers: request.headers, body }
}

/** Null for our own bugs. */
function toRefusal(error: unknown): V3Refusal | null {
  if (error instanceof TradeRefusal) return toV3Refusal(error)
  return error instanceof V3Refusal ? error : null
}

function sendFile(reply: FastifyReply, { contentType, content }: NonNullable<V3Answer['file']>): FastifyReply {
  return spellHeaders(reply.code(200), { [v3Headers.requestId]: createRequestId(0) })
    .type(contentType)
    .send(content)
}

/** What an unsigned refusal looks like: bodies that never became a request. */
export function sendUnsigned(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  return spellHeaders(reply.code(status), { [v3Headers.requestId]: createRequestId(status) })
    .header('Content-Type', 'application/json; charset=utf-8')
    .send(JSON.stringify({ code, message }))
}

/** Some SDKs name the key that they can verify with. */
function namedSerial(request: FastifyRequest): string | undefined {
  const value = request.headers[v3Headers.serial.toLowerCase()]
  return typeof value === 'string' ? value : undefined
}

/** `<opaque>-<number>`: the number is the internal error, 0 where there is none. */
function createRequestId(internal: number): string {
  return `08${takeRandomBytes(16).toString('hex').toUpperCase()}-${internal}`
}

function parseJson(body: Buffer): unknown {
  if (!isUtf8(body)) throw notUtf8()
  try {
    return JSON.parse(body.toString('utf8')) as unknown
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw new V3Refusal('PARAM_ERROR', '请求体不是合法的JSON格式', { location: 'body', value: '' })
}
