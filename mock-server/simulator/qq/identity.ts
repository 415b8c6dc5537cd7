import { randomBytes, randomInt } from 'node:crypto'

/** A WeChat Pay merchant as QQ's console knows it: the number, and the WeChat apps that are bound to it. */
export interface QqBoundMerchant {
  readonly mchid: string
  /** WeChat appids: an order's body names one of these, never the QQ appid. */
  readonly appids: readonly string[]
}

/** A QQ mini program as its console has it set up. Everything is text, so that it can be kept in a file. */
export interface QqAppIdentity {
  readonly appid: string
  readonly secret: string
  /** WeChat Pay merchants that are bound to the mini program. */
  readonly merchants: readonly QqBoundMerchant[]
  /** Whether WeChat Pay is opened for the mini program. Default true. */
  readonly isWechatPayOpen?: boolean
  /** Where notifications go when an order names no `real_notify_url`. Default: nowhere. */
  readonly notifyUrl?: string
  /** Account whose apps share a person's unionid. Default none: no unionid. */
  readonly openPlatform?: string
}

/** A mini program with an appid and a secret of its own. */
export function createQqAppIdentity(options: {
  readonly merchants: readonly QqBoundMerchant[]
  readonly notifyUrl?: string
}): QqAppIdentity {
  return {
    appid: `11${String(randomInt(0, 100_000_000)).padStart(8, '0')}`,
    secret: randomBytes(16).toString('hex'),
    ...options,
  }
}
