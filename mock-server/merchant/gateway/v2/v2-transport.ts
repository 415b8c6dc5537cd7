import { randomAlphanumeric } from '../../../crypto/digest'
import { recordToXml, toXmlText, xmlToRecord, XmlError } from '../../../crypto/xml'
import { signV2, verifyV2, type V2SignType } from '../../../wire/v2-signing'
import { wechatHosts } from '../../../wire/v3-paths'
import { toErrorCode, WechatPayError, type WechatPayErrorCode } from '../errors'
import type { ClientCertificate, HttpAnswer, HttpSend } from '../http-sender'
import type { V2Party } from '../parties'

export interface V2Signer {
  readonly party: V2Party
  readonly apiKey: string
  readonly signType: V2SignType
}

export interface V2Call {
  /** Path at WeChat Pay. */
  readonly target: string
  /** Without the party, the nonce and the signature. */
  readonly params: Readonly<Record<string, string>>
  /** Address to send to, where that is not WeChat Pay itself. */
  readonly url?: string
  readonly timeoutMs?: number
  readonly answerBytesMax?: number
  readonly certificate?: ClientCertificate
  /** Checks an answer before it is parsed as XML. Throws where it is QQ's refusal. */
  readonly beforeParse?: (answer: HttpAnswer) => void
}

/**
 * Signs, sends, and verifies the signature of the answer before any field is used.
 * @throws WechatPayError for every refusal and every answer that is not WeChat Pay's
 */
export type V2Send = (call: V2Call) => Promise<Readonly<Record<string, string>>>

export interface V2Transport {
  readonly send: V2Send
  /** Downloads a file, which has no signature. @throws WechatPayError for a refusal */
  download(call: Pick<V2Call, 'target' | 'params' | 'timeoutMs' | 'answerBytesMax'>): Promise<Buffer>
}

export interface V2TransportOptions extends V2Signer {
  readonly send: HttpSend
  readonly timeoutMs: number
}

/** @see https://pay.weixin.qq.com/doc/v2/merchant/4011985891 */
export function createV2Transport(options: V2TransportOptions): V2Transport {
  const { party, apiKey, signType } = options

  function sendSigned({ target, params, url, timeoutMs, answerBytesMax, certificate }: V2Call): Promise<HttpAnswer> {
    const filled = { ...party.params, ...params, nonce_str: randomAlphanumeric(32), sign_type: signType }
    // XML cannot carry every character: sign what the receiver will read.
    const record = Object.fromEntries(Object.entries(filled).map(([name, value]) => [name, toXmlText(value)]))
    return options.send({
      method: 'POST',
      url: url ?? wechatHosts.pay + target,
      headers: { 'content-type': 'text/xml; charset=utf-8', 'user-agent': 'shop-merchant/1 (node)' },
      body: recordToXml({ ...record, sign: signV2(record, apiKey, signType) }),
      timeoutMs: timeoutMs ?? options.timeoutMs,
      ...(answerBytesMax !== undefined && { answerBytesMax }),
      ...(certificate && { certificate }),
    })
  }

  async function download(call: V2Call): Promise<Buffer> {
    const answer = await sendSigned(call)
    if (answer.body[0] !== '<'.charCodeAt(0)) return answer.body
    const what = `POST ${call.target}`
    throw toUnsignedRefusal(what, answer, parse(what, answer))
  }

  async function send(call: V2Call): Promise<Readonly<Record<string, string>>> {
    const { target, beforeParse } = call
    const answer = await sendSigned(call)
    beforeParse?.(answer)
    const what = `POST ${target}`
    const record = parse(what, answer)
    if (record['return_code'] !== 'SUCCESS') throw toUnsignedRefusal(what, answer, record)
    // An answer must be signed with the method of its request.
    if (!verifyV2(record, apiKey, signType)) {
      throw new WechatPayError('LOCAL_BAD_SIGNATURE', `${what}: the answer is not WeChat Pay's`, {
        status: answer.status,
      })
    }
    if (record['mch_id'] !== party.params['mch_id']) {
      throw new WechatPayError('LOCAL_BAD_ANSWER', `${what}: the answer is another merchant's`, {
        status: answer.status,
      })
    }
    if (record['result_code'] === 'SUCCESS') return record
    const code = record['err_code'] ?? ''
    throw new WechatPayError(toErrorCode(code), `${what} refused with ${code.slice(0, 64)}`, {
      status: answer.status,
      rawBody: answer.body.toString('utf8'),
    })
  }

  return { send, download }
}

function parse(what: string, answer: HttpAnswer): Readonly<Record<string, string>> {
  try {
    return xmlToRecord(answer.body)
  } catch (cause) {
    if (!(cause instanceof XmlError)) throw cause
    throw new WechatPayError('LOCAL_BAD_ANSWER', `${what}: the answer is no XML that we take`, {
      status: answer.status,
      rawBody: answer.body.toString('utf8'),
      cause,
    })
  }
}

/** Codes of the bill download: the only ones at this level. */
const fileCodes: Readonly<Record<string, WechatPayErrorCode>> = {
  20002: 'NO_STATEMENT_EXIST',
  20007: 'STATEMENT_CREATING',
}

/** A refusal at transport level. It has no signature, so it changes no state: it only leads to a query or another try. */
function toUnsignedRefusal(
  what: string,
  answer: HttpAnswer,
  { return_msg = '', error_code = '' }: Readonly<Record<string, string>>,
): WechatPayError {
  const isAboutSigning = return_msg.includes('签名') || /sign/i.test(return_msg)
  const code = fileCodes[error_code] ?? (isAboutSigning ? 'SIGN_ERROR' : 'LOCAL_UNKNOWN')
  return new WechatPayError(code, `${what} refused: ${return_msg.slice(0, 64)}`, {
    status: answer.status,
    rawBody: answer.body.toString('utf8'),
  })
}
