import { randomBytes, randomInt } from 'node:crypto'

/** A QQ mini program as its console has it set up. Everything is text, so that it can be kept in a file. */
export interface QqAppIdentity {
  readonly appid: string
  readonly secret: string
  /** WeChat Pay merchants that are bound to the mini program. */
  readonly mchids: readonly string[]
  /** Whether WeChat Pay is opened for the mini program. Default true. */
  readonly isWechatPayOpen?: boolean
  /** Where notifications go when an order names no `real_notify_url`. Default: nowhere. */
  readonly notifyUrl?: string
}

/** A mini program with an appid and a secret of its own. */
export function createQqAppIdentity(options: {
  readonly mchids: readonly string[]
  readonly notifyUrl?: string
}): QqAppIdentity {
  return {
    appid: `11${String(randomInt(0, 100_000_000)).padStart(8, '0')}`,
    secret: randomBytes(16).toString('hex'),
    ...options,
  }
}
