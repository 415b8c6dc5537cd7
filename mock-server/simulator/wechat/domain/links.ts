import { createHash } from 'node:crypto'
import { h5PagePath, nativeCodePrefix } from '../../../wire/v3-paths'
import type { Trade } from './trade'

/** As the service prints it. @see https://pay.weixin.qq.com/doc/v3/merchant/4012525182 */
// eslint-disable-next-line regexp/no-super-linear-backtracking -- the service's own words, tried on at most 256 bytes
export const notifyUrl = /^https?:\/\/([^\s/?#[\]@]+@)?([^\s/?#@:]+)(?::\d{2,5})?([^\s?#[\]]*)$/

/** The address of the middle page with the trade's newest link; V2 calls it `mweb_url`. */
export function toH5Url(trade: Trade, base: string): string {
  const digits = trade.links[trade.links.length - 1]?.digits ?? ''
  return `${base}${h5PagePath}?prepay_id=${trade.prepay_id}&package=${digits}`
}

/** Nine characters, the same as long as the prepay_id is: a code lives as long as that. */
export function toCodeUrl({ prepay_id }: Trade): string {
  const code = createHash('sha256').update(prepay_id).digest('base64url').replace(/[-_]/g, 'z').slice(0, 9)
  return nativeCodePrefix + code
}
