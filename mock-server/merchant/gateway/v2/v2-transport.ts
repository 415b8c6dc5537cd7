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
  /** As WeChat Pay knows it. */
  readonly target: string
  /** Without who asks, nonce and signature. */
  readonly params: Readonly<Record<string, string>>
  /** Where to send it when that is not WeChat Pay itself. */
  readonly url?: string
  readonly timeoutMs?: number
  readonly answerBytesMax?: number
  readonly certificate?: ClientCertificate
  /** Looks at an answer before it is taken for XML; throws where it is somebody else's refusal. */
  readonly beforeParse?: (answer: HttpAnswer) => void
}

/**
 * Signs, sends, and believes nothing of an answer before its signature has been checked.
 * @throws WechatPayError for every refusal and every answer that is not WeChat Pay's
 */
export type V2Send = (call: V2Call) => Promise<Readonly<Record<string, string>>>

export interface V2Transport {
  readonly send: V2Send
  /** For what is answered with a file, which nothing signs. @throws WechatPayError where a refusal comes instead */
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
    // What a reader gets is what is signed: XML cannot carry every character.
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
    const read = parse(what, answer)
    if (read['return_code'] !== 'SUCCESS') throw toUnsignedRefusal(what, answer, read)
    // An answer is signed with the method of its request: one that chose for itself is not the answer.
    if (!verifyV2(read, apiKey, signType)) {
      throw new WechatPayError('LOCAL_BAD_SIGNATURE', `${what}: the answer is not WeChat Pay's`, {
        status: answer.status,
      })
    }
    if (read['mch_id'] !== party.params['mch_id']) {
      throw new WechatPayError('LOCAL_BAD_ANSWER', `${what}: the answer is another merchant's`, {
        status: answer.status,
      })
    }
    if (read['result_code'] === 'SUCCESS') return read
    const code = read['err_code'] ?? ''
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

/** Of bills: nothing else has a code at this level. */
const fileCodes: Readonly<Record<string, WechatPayErrorCode>> = {
  20002: 'NO_STATEMENT_EXIST',
  20007: 'STATEMENT_CREATING',
}

/** Transport level: it has no signature, so it is only ever the reason to ask or to try again. */
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
