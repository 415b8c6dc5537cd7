import { randomUUID } from 'node:crypto'
import { encryptAesEcb } from '../../../crypto/aes-ecb'
import { md5Hex, randomAlphanumeric, takeRandomBytes } from '../../../crypto/digest'
import { recordToXml } from '../../../crypto/xml'
import type { KnownMerchant } from '../merchants/directory'
import type { Refund } from '../domain/refund'
import type { Notice } from '../domain/notice'
import type { Api, Trade } from '../domain/trade'
import { toSignedXml } from './v2-door'
import { v2Forms } from './v2-forms'
import { toV2Parties, toV2Payment, toV2RefundNotice } from './v2-view'

/**
 * The notification of a payment that V2 ordered: signed once, in the way the order was. It does not name the method: the
 * one capture that is signed with HMAC-SHA256 has no sign_type either.
 * @see https://pay.weixin.qq.com/doc/v2/merchant/4011937248
 */
export function v2PaymentNotice(trade: Trade, _subs: readonly Trade[], merchant: KnownMerchant, now: number): Notice {
  const signType = trade.sign_type ?? 'MD5'
  const values = {
    return_code: 'SUCCESS',
    result_code: 'SUCCESS',
    ...toV2Parties(trade),
    nonce_str: takeRandomBytes(16).toString('hex'),
    ...toV2Payment(trade),
  }
  return v2Notice({
    merchant,
    now,
    out_trade_no: trade.out_trade_no,
    notify_url: trade.order?.notify_url ?? '',
    event_type: 'TRANSACTION.SUCCESS',
    body: toSignedXml(values, v2Forms.paymentNotice, { apiKey: merchant.apiKey, signType }),
  })
}

/**
 * The notification of a refund's end: no signature; its content is encrypted with a digest of the API key.
 * @see https://pay.weixin.qq.com/doc/v2/merchant/4011936330
 */
export function v2RefundNotice(refund: Refund, trade: Trade, merchant: KnownMerchant, now: number): Notice {
  const plaintext = recordToXml({ ...toV2RefundNotice(refund) }, 'root')
  const parties = Object.entries(toV2Parties(trade)).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  )
  return v2Notice({
    merchant,
    now,
    out_trade_no: refund.out_trade_no,
    notify_url: refund.notify_url,
    event_type: `REFUND.${refund.state}`,
    ...(refund.api !== 'v2' && { asked_in: refund.api }),
    body: recordToXml({
      return_code: 'SUCCESS',
      ...(Object.fromEntries(parties) as Record<string, string>),
      nonce_str: randomAlphanumeric(32),
      req_info: encryptAesEcb(md5Hex(merchant.apiKey), plaintext),
    }),
  })
}

export interface V2NoticeContent {
  readonly merchant: KnownMerchant
  /** Virtual milliseconds. */
  readonly now: number
  readonly out_trade_no: string
  readonly notify_url: string
  /** The name that V3 has for it: for our own lists. */
  readonly event_type: string
  readonly asked_in?: Api
  readonly body: string
}

export function v2Notice({ merchant, now, ...content }: V2NoticeContent): Notice {
  return {
    id: randomUUID(),
    api: 'v2',
    content_type: 'text/xml',
    mchid: merchant.mchid,
    created_at: now,
    ...content,
    attempts: [],
    scheduled_attempts: 0,
    next_attempt_at: now,
  }
}
