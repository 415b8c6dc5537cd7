import type { FastifyInstance } from 'fastify'
import { takeRandomBytes } from '../../../../crypto/digest'
import { encryptRsaOaep } from '../../../../crypto/rsa'
import type { Clock } from '../../../../kit/clock'
import { v3Paths } from '../../../../wire/v3-paths'
import type { V3EchoAnswer, V3EchoRequest } from '../../../../wire/v3-types'
import { notifyUrl } from '../../domain/links'
import type { Store } from '../../store/store'
import { v3Notice } from '../payments/v3-notices'
import { createV3Door, type V3DoorOptions, type V3Request } from '../v3-door'
import { V3Refusal } from '../v3-errors'
import { checkBody, type Fields } from '../v3-schema'

export interface EchoRoutesOptions extends V3DoorOptions {
  readonly store: Pick<Store, 'write' | 'putNotice'>
  readonly clock: Clock
  /** Called when a notification was written. */
  readonly onNotice: () => void
}

/** UNVERIFIED: the lengths. */
const fields: Fields = {
  echo_message: { label: '回显信息', type: 'string', min: 1, max: 1024, required: true },
  encrypted_echo_message: { label: '加密回显信息', type: 'string', min: 1, max: 1024 },
  notify_url: { label: '通知地址', type: 'string', min: 1, max: 255, pattern: notifyUrl },
}

/**
 * The self-test: says back what it was told, decrypts and encrypts a field, and sends a notification where it is given an
 * address. It moves no money.
 * @see https://pay.weixin.qq.com/doc/v3/partner/4015139289
 */
export function addEchoRoutes(server: FastifyInstance, options: EchoRoutesOptions): void {
  const { store, clock, onNotice } = options
  const route = createV3Door(server, options)

  route('POST', v3Paths.echo, async (request) => {
    checkNamedKey(request)
    const body = request.json()
    checkBody(body, fields)
    // The table has checked it.
    const { echo_message, encrypted_echo_message, notify_url } = body as V3EchoRequest
    const answer: V3EchoAnswer = {
      echo_message,
      ...(encrypted_echo_message !== undefined && {
        encrypted_echo_message: encryptAgain(request, encrypted_echo_message),
      }),
    }
    if (notify_url !== undefined) {
      await store.write(() => store.putNotice(echoNotice(request, echo_message, notify_url, clock.now())))
      onNotice()
    }
    return { status: 200, body: answer }
  })
}

/** @throws V3Refusal. UNVERIFIED: the texts. */
function checkNamedKey({ key: { named, serial } }: V3Request): void {
  if (named === null) throw new V3Refusal('PARAM_ERROR', 'Http头缺少Wechatpay-Serial')
  if (named.toUpperCase() !== serial.toUpperCase())
    throw new V3Refusal('PARAM_ERROR', 'Http头Wechatpay-Serial不是可用的微信支付公钥ID或平台证书序列号')
}

/**
 * UNVERIFIED: under which key the answer is encrypted. All other sensitive fields of answers use the merchant's API
 * certificate. @throws V3Refusal
 */
function encryptAgain({ merchant, decrypt }: V3Request, ciphertext: string): string {
  const text = decrypt(ciphertext)
  if (text === null)
    throw new V3Refusal('PARAM_ERROR', '敏感信息解密失败，请检查加密使用的公钥或证书', {
      location: 'body',
      value: 'encrypted_echo_message',
    })
  return encryptRsaOaep(merchant.publicKey, text)
}

/** UNVERIFIED: the plaintext, which no page shows. */
function echoNotice({ merchant }: V3Request, echo_message: string, notify_url: string, now: number) {
  return v3Notice({
    id: `EV-${takeRandomBytes(17).toString('hex').slice(0, 33)}`,
    merchant,
    now,
    // It belongs to no order.
    out_trade_no: '',
    notify_url,
    event_type: 'SECURITY_ECHO.SUCCESS',
    summary: '回调通知成功',
    original_type: 'security',
    associated_data: '',
    resource: { echo_message },
  })
}
