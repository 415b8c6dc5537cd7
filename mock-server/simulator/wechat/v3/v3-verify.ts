import type { FastifyRequest } from 'fastify'
import { verifyRsaSha256 } from '../../../crypto/rsa'
import { wallClock, type Clock } from '../../../kit/clock'
import { parseV3Authorization, v3ClockSkewSec, v3RequestMessage } from '../../../wire/v3-signing'
import type { Directory, KnownMerchant } from '../merchants/directory'
import { certificateTexts, findCertificate } from '../merchants/merchant-certificates'
import { V3Refusal } from './v3-errors'
import type { GatewayFamily } from './v3-gateway'

export interface V3VerifyOptions {
  readonly directory: Directory
  /** Virtual time: when a merchant's certificate ends. */
  readonly clock: Clock
  /** HTTP status for a serial that a known merchant never had. *Observed* in life: often 500. */
  readonly unknownSerial: 500 | 401
  /** Shape of a mismatch's `detail`: nested since about 2021, flat before. */
  readonly signErrorDetail: 'nested' | 'flat'
}

const staleText = 'Http头Authorization中的timestamp与发起请求的时间不得超过5分钟'

/** Verifies who signed a request, over its raw bytes. The check throws V3Refusal. @see https://pay.weixin.qq.com/doc/v3/merchant/4012365342 */
export function createV3Verify({ directory, clock, unknownSerial, signErrorDetail }: V3VerifyOptions) {
  return verify

  function verify(request: FastifyRequest, body: Buffer, family: GatewayFamily): KnownMerchant {
    const parsed = parseV3Authorization(request.headers.authorization)
    if (parsed === 'malformed') throw new V3Refusal('SIGN_ERROR', family.malformedText, at('authorization'))
    if (parsed === 'wrong-scheme') throw new V3Refusal('SIGN_ERROR', family.schemeText, at('authorization'))
    if (!/^\d{1,12}$/.test(parsed.timestamp) || isStale(parsed.timestamp))
      throw new V3Refusal('SIGN_ERROR', staleText, at('timestamp'))
    const merchant = directory.merchant(parsed.mchid)
    // Nobody's key: the gateway says no more than that the signature is wrong.
    if (merchant === undefined) throw new V3Refusal('SIGN_ERROR', '签名错误', at('signature'))
    const certificate = findCertificate(merchant, parsed.serial_no, clock.now())
    if (typeof certificate === 'string') {
      if (certificate === 'unknown' && unknownSerial === 500) throw new V3Refusal('SYSTEM_ERROR', '系统繁忙,请稍后重试')
      throw new V3Refusal('SIGN_ERROR', certificateTexts[certificate], at('serial_no'))
    }
    const target = request.raw.url ?? ''
    const method = request.raw.method ?? ''
    const head = `${method}\n${target}\n${parsed.timestamp}\n${parsed.nonce_str}\n`
    const message = Buffer.concat([Buffer.from(head), body, Buffer.from('\n')])
    if (!verifyRsaSha256(certificate.publicKey, message, parsed.signature)) {
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
}

function at(field: string): unknown {
  return { field, location: 'authorization' }
}

function isStale(timestamp: string): boolean {
  return Math.abs(wallClock.now() / 1000 - Number(timestamp)) > v3ClockSkewSec
}

/** The real service shows about the first eight characters of a body. */
function truncate(body: string): string {
  return [...body.slice(0, 16)].slice(0, 8).join('')
}
