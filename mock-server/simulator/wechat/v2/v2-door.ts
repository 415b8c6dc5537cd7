import type { FastifyInstance, FastifyReply } from 'fastify'
import { randomAlphanumeric } from '../../../crypto/digest'
import { recordToXml, toXmlText, XmlError, xmlToRecord } from '../../../crypto/xml'
import { presentedCertificate } from '../../kit/client-certificate'
import type { Clock } from '../../../kit/clock'
import type { OnDefect } from '../../../kit/http/http-server'
import { signV2, v2SignTypeOf, verifyV2, type V2Params, type V2SignType } from '../../../wire/v2-signing'
import { strikeApi, v2Subject, type ApiStrike, type FindTrade } from '../faults/api-faults'
import type { Directory, KnownMerchant } from '../merchants/directory'
import type { Examine } from '../domain/evidence'
import type { Faults } from '../faults/faults'
import { handedOutBase } from '../handed-out-base'
import { mayShow } from '../merchants/merchant-certificates'
import { rateFamilyOf, type RateLimits } from '../merchants/rate-limits'
import { TradeRefusal } from '../domain/refusal'
import { fromXmlError, toV2Refusal, v2ErrorTexts, UnsignedV2Refusal, unsignedRefusal, V2Refusal } from './v2-errors'
import { inForm, isBareIn, v2Forms, type V2Form } from './v2-forms'
import { checkV2Params, type V2Fields } from './v2-schema'

/** The door of the V2 API: XML in and out, HTTP 200 whatever happens, the signature among the parameters. */
export interface V2Request {
  readonly merchant: KnownMerchant
  /** Checked against the table of the route. */
  readonly params: V2Params
  /** The answer is signed in the same way. */
  readonly signType: V2SignType
  /** Origin under which the request came in: addresses handed out begin with it. */
  readonly base: string
}

/** An answer's fields besides parties and signature; undefined is left out. Bytes are sent as they are: bills. */
export type V2Result = Readonly<Record<string, string | undefined>> | Buffer

export interface V2DoorOptions {
  readonly directory: Directory
  /** Virtual time: when a merchant's certificate ends. */
  readonly clock: Clock
  readonly rateLimits: RateLimits
  readonly faults: Faults
  readonly findTrade: FindTrade
  /** Aborted when the simulator stops: nothing may be done after that. */
  readonly stopping: AbortSignal
  readonly ownBase: () => string
  readonly onDefect: OnDefect
  readonly examine: Examine
}

export interface V2RouteOptions {
  /** How an answer looks. Default: that of a close, which has nothing of its own. */
  readonly form?: V2Form
  /** Only with the merchant's own certificate, where one can be shown: under TLS. Default false. */
  readonly withCertificate?: boolean
}

type Handler = (request: V2Request) => V2Result | Promise<V2Result>

interface Caller {
  readonly merchant: KnownMerchant
  readonly params: V2Params
  readonly signType: V2SignType
}

/** Adds routes that only a signed request reaches. */
export function createV2Door(server: FastifyInstance, options: V2DoorOptions) {
  const { directory, clock, rateLimits, faults, findTrade, stopping, ownBase, onDefect, examine } = options

  return function route(
    path: string,
    fields: V2Fields,
    handle: Handler,
    { form = v2Forms.close, withCertificate = false }: V2RouteOptions = {},
  ): void {
    const family = rateFamilyOf('POST', path)
    server.post(path, async (request, reply) => {
      let caller: Caller | null = null
      let strike: ApiStrike | null = null
      try {
        const shown = withCertificate ? presentedCertificate(request.raw) : 'plain'
        if (shown === null) return await sendNoCertificate(reply)
        caller = verify(path, Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0))
        const { merchant, params } = caller
        if (!rateLimits.take(merchant.mchid, family)) return await fail('limited')
        checkV2Params(params, fields)
        strike = await strikeApi(faults, v2Subject(merchant.mchid, params, findTrade), stopping)
        if (strike?.instead) return await fail(strike.instead)
        if (shown !== 'plain' && !mayShow(merchant, shown, clock.now())) throw new V2Refusal('CERT_ERROR')
        checkAppid(caller)
        const result = await handle({ ...caller, base: handedOutBase(request, 'h5Page', ownBase()) })
        if (strike?.afterwards === 'lost') return await fail('reset')
        return await (Buffer.isBuffer(result) ? sendFile(reply, result) : send(reply, answer(caller, result)))
      } catch (error) {
        if (stopping.aborted) return fail('reset')
        const refusal = toRefusal(error)
        if (refusal !== null) tellDoctor(path, request.body, caller, error)
        if (refusal instanceof UnsignedV2Refusal) return sendUnsignedV2Refusal(reply, refusal)
        if (refusal === null) onDefect(error)
        const { code, message } = refusal ?? new V2Refusal('SYSTEMERROR')
        return caller === null
          ? sendUnsignedV2Refusal(reply, unsignedRefusal('SYSTEMERROR'))
          : send(reply, answer(caller, {}, { code, message }))
      }

      function fail(how: NonNullable<ApiStrike['instead']>): FastifyReply {
        if (how === 'error') throw new V2Refusal('SYSTEMERROR')
        if (how === 'limited') throw new V2Refusal('FREQUENCY_LIMITED')
        if (how === 'bad-gateway') return reply.code(502).type('text/html').send('<h1>502 Bad Gateway</h1>')
        reply.hijack()
        request.raw.socket.destroy()
        return reply
      }

      function answer(
        { merchant, params, signType }: Caller,
        result: Exclude<V2Result, Buffer>,
        refusal: { readonly code: string; readonly message: string } | null = null,
      ): string {
        const values = {
          return_code: 'SUCCESS',
          return_msg: 'OK',
          appid: params['appid'],
          mch_id: params['mch_id'],
          sub_appid: params['sub_appid'],
          sub_mch_id: params['sub_mch_id'],
          device_info: params['device_info'] || undefined,
          nonce_str: randomAlphanumeric(16),
          result_code: refusal === null ? 'SUCCESS' : 'FAIL',
          err_code: refusal?.code,
          err_code_des: refusal?.message,
          ...result,
        }
        return toSignedXml(values, form, {
          apiKey: merchant.apiKey,
          signType,
          isSpoiled: strike?.signature === 'wrong',
        })
      }
    })
  }

  function tellDoctor(path: string, body: unknown, caller: Caller | null, error: unknown): void {
    examine({
      kind: 'v2-refused',
      path,
      mchid: caller?.merchant.mchid ?? null,
      params: caller?.params ?? {},
      body: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
      refusal: error instanceof TradeRefusal ? error : null,
    })
  }

  /** @throws V2Fault @see https://pay.weixin.qq.com/doc/v2/merchant/4011985891 */
  function verify(path: string, body: Buffer): Caller {
    const params = xmlToRecord(body)
    const { mch_id = '', sign = '', sign_type = '' } = params
    if (!/^\d{1,32}$/.test(mch_id)) throw new UnsignedV2Refusal('mch_id参数格式错误')
    const size = Buffer.byteLength(sign)
    // An RSA signature, as V3 has them, sent to V2.
    if (size > 128)
      throw new UnsignedV2Refusal(
        `输入源“/body/xml/sign”映射到值字段“签名”字符串规则校验失败,字节数 ${size},大于最大值 128`,
      )
    const merchant = directory.merchant(mch_id)
    if (merchant === undefined) throw unsignedRefusal('MCHID_NOT_EXIST')
    if (sign === '') throw unsignedRefusal('SIGNERROR')
    if (size !== 32 && size !== 64) throw new UnsignedV2Refusal('sign参数长度有误')
    const signType: V2SignType = sign_type === 'HMAC-SHA256' ? 'HMAC-SHA256' : 'MD5'
    if (v2SignTypeOf(sign) === signType && verifyV2(params, merchant.apiKey, signType))
      return { merchant, params, signType }
    const { apiKey, apiV3Key } = merchant
    examine({
      kind: 'v2-unsigned',
      path,
      mchid: merchant.mchid,
      sign: { params, received: sign, apiKey, signType, otherKeys: [{ name: 'the APIv3 key', key: apiV3Key }] },
    })
    throw unsignedRefusal('SIGNERROR')
  }

  /** @throws V2Fault */
  function checkAppid({ merchant, params }: Caller): void {
    const appid = params['appid'] ?? ''
    if (merchant.appids.has(appid)) return
    throw unsignedRefusal(directory.app(appid) === undefined ? 'APPID_NOT_EXIST' : 'APPID_MCHID_NOT_MATCH')
  }
}

interface V2Sealing {
  readonly apiKey: string
  readonly signType: V2SignType
  /** Makes the signature wrong. */
  readonly isSpoiled?: boolean
}

/** Signs the values and writes them in a form. Undefined values are left out. */
export function toSignedXml(
  values: Readonly<Record<string, string | undefined>>,
  form: V2Form,
  { apiKey, signType, isSpoiled = false }: V2Sealing,
): string {
  const filled: Record<string, string> = {}
  for (const [name, value] of Object.entries(values)) if (value !== undefined) filled[name] = toXmlText(value)
  const sign = signV2(filled, apiKey, signType)
  filled['sign'] = isSpoiled ? (sign.startsWith('0') ? '1' : '0') + sign.slice(1) : sign
  return recordToXml(inForm(filled, form), 'xml', (name) => isBareIn(form, name))
}

/** Null for our own bugs. */
function toRefusal(error: unknown): UnsignedV2Refusal | V2Refusal | null {
  if (error instanceof XmlError) return fromXmlError(error)
  if (error instanceof TradeRefusal) return toV2Refusal(error)
  return error instanceof UnsignedV2Refusal || error instanceof V2Refusal ? error : null
}

/** A request that never became one: no signature, and nothing but the reason. */
export function sendUnsignedV2Refusal(reply: FastifyReply, fault: UnsignedV2Refusal): FastifyReply {
  const { message: return_msg, errorCode } = fault
  return send(
    reply,
    recordToXml({ return_code: 'FAIL', return_msg, ...(errorCode !== null && { error_code: errorCode }) }),
  )
}

/** Says in V2's words what no route got to see: another method, or a body that is too large. */
export function sendV2NotTaken(reply: FastifyReply, method: string): FastifyReply {
  return sendUnsignedV2Refusal(
    reply,
    new UnsignedV2Refusal(v2ErrorTexts[method === 'POST' ? 'XML_FORMAT_ERROR' : 'REQUIRE_POST_METHOD']),
  )
}

/** Of refusals and of successes alike. The bytes are UTF-8, which the header does not say. */
function send(reply: FastifyReply, text: string): FastifyReply {
  return reply.code(200).header('Content-Type', 'text/plain').send(Buffer.from(text))
}

/** UNVERIFIED: the type of content. */
function sendFile(reply: FastifyReply, bytes: Buffer): FastifyReply {
  return reply.code(200).header('Content-Type', 'text/plain; charset=utf-8').send(bytes)
}

/** The web server's own page, sent before any XML is read. */
function sendNoCertificate(reply: FastifyReply): FastifyReply {
  return reply
    .code(400)
    .type('text/html')
    .send(
      '<html>\r\n<head><title>400 No required SSL certificate was sent</title></head>\r\n<body>\r\n<center><h1>400 Bad Request</h1></center>\r\n<center>No required SSL certificate was sent</center>\r\n</body>\r\n</html>\r\n',
    )
}
