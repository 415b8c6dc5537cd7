import { randomUUID } from 'node:crypto'
import { encryptAesGcm } from '../../../../crypto/aes-gcm'
import { randomAlphanumeric } from '../../../../crypto/digest'
import { toBeijingTime } from '../../../../kit/clock'
import type { V3Notification } from '../../../../wire/v3-types'
import type { KnownMerchant } from '../../merchants/directory'
import type { Notice } from '../../domain/notice'
import type { Trade } from '../../domain/trade'
import { toCombinedTransaction, toTransaction } from './v3-view'

/** The plaintext of a payment notification is the transaction as a query shows it. */
export function v3PaymentNotice(trade: Trade, subs: readonly Trade[], merchant: KnownMerchant, now: number): Notice {
  return v3Notice({
    merchant,
    now,
    out_trade_no: trade.out_trade_no,
    notify_url: trade.order?.notify_url ?? '',
    event_type: 'TRANSACTION.SUCCESS',
    summary: '支付成功',
    original_type: 'transaction',
    resource: trade.kind === 'combined' ? toCombinedTransaction(trade, subs) : toTransaction(trade),
  })
}

export interface V3NoticeContent {
  readonly merchant: KnownMerchant
  /** Virtual milliseconds. */
  readonly now: number
  readonly out_trade_no: string
  readonly notify_url: string
  readonly event_type: string
  readonly summary: string
  readonly original_type: 'transaction' | 'refund' | 'security'
  /** Default: the original type. */
  readonly associated_data?: string
  /** Default: a UUID. */
  readonly id?: string
  /** What the merchant reads once it has decrypted. */
  readonly resource: unknown
}

/**
 * A V3 notification, encrypted once for all its attempts; each attempt is signed anew.
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012791861
 */
export function v3Notice(content: V3NoticeContent): Notice {
  const { merchant, now, original_type, associated_data = original_type, id = randomUUID() } = content
  const nonce = randomAlphanumeric(12)
  const key = { key: merchant.apiV3Key, nonce, associatedData: associated_data }
  // The order of the keys is that of real traffic: receivers must not depend on another one.
  const body: V3Notification = {
    summary: content.summary,
    event_type: content.event_type,
    create_time: toBeijingTime(now),
    resource: {
      original_type,
      algorithm: 'AEAD_AES_256_GCM',
      ciphertext: encryptAesGcm(key, JSON.stringify(content.resource)),
      associated_data,
      nonce,
    },
    resource_type: 'encrypt-resource',
    id,
  }
  return {
    id,
    api: 'v3',
    content_type: 'application/json',
    mchid: merchant.mchid,
    out_trade_no: content.out_trade_no,
    notify_url: content.notify_url,
    event_type: content.event_type,
    created_at: now,
    body: JSON.stringify(body),
    attempts: [],
    scheduled_attempts: 0,
    next_attempt_at: now,
  }
}
