import type { FastifyRequest } from 'fastify'
import { isLoopbackAddress } from '../../../kit/http/loopback-guard'
import type { PageRefusal } from '../domain/evidence'
import { isLinkAlive, payability, type Trade } from '../domain/trade'
import type { KnownMerchant } from '../merchants/directory'

/** How the page was opened. */
export interface Opening {
  /** Path and query as they came. */
  readonly target: string
  readonly referer: string
  readonly userAgent: string
}

/** The trade that a link leads to. */
export interface FoundTrade {
  readonly trade: Trade
  readonly merchant: KnownMerchant
}

/** Checks where the payer comes from and goes to, when the page opens. */
export function checkOpening(
  { target, referer, userAgent }: Opening,
  found: Pick<FoundTrade, 'merchant'> | null,
  redirectUrl: string | null,
): PageRefusal | null {
  if (/MicroMessenger/.test(userAgent)) return 'insideWechat'
  if (referer === '') return 'noReferer'
  if (found === null) return 'unknownLink'
  if (hasBareRedirect(target)) return 'bareRedirect'
  const { h5Domains } = found.merchant
  if (!h5Domains.has(refererHost(referer))) return 'unregistered'
  return redirectUrl !== null && !h5Domains.has(hostOf(redirectUrl)) ? 'unregistered' : null
}

/** Checks what must still hold at the moment of paying. */
export function checkPaying(trade: Trade, digits: string, address: string, now: number): PageRefusal | null {
  const able = payability(trade, now)
  if (able === 'paid' || able === 'closed') return able
  const orderedFrom = trade.order?.payer_client_ip
  if (orderedFrom === '127.0.0.1' || orderedFrom === '::1') return 'badParameters'
  if (address !== orderedFrom) return 'otherAddress'
  return able === 'payable' && isLinkAlive(trade, digits, now) ? null : 'tooOld'
}

export interface AddressOptions {
  /** Believe X-Forwarded-For of a peer on this machine: the phones of the bench come through a forwarder. */
  readonly trustLoopbackForwarded: boolean
  /** Stands for a browser on this machine that sends no X-Forwarded-For; null: it is 127.0.0.1. */
  readonly loopbackPayerIp: string | null
}

/** The address that the payer's request comes from. */
export function payerAddress(request: FastifyRequest, options: AddressOptions): string {
  const peer = request.socket.remoteAddress ?? ''
  if (!isLoopbackAddress(peer)) return peer
  const forwarded = request.headers['x-forwarded-for']
  if (options.trustLoopbackForwarded && typeof forwarded === 'string') return forwarded.split(',')[0]?.trim() ?? ''
  return options.loopbackPayerIp ?? '127.0.0.1'
}

/** Whether redirect_url was appended as it is: encoded, it has neither colon nor slash. */
function hasBareRedirect(target: string): boolean {
  return /[?&]redirect_url=[^&]*[:/]/.test(target)
}

/** The host of a web address, without its port; of anything else none. */
function hostOf(address: string): string {
  return /^https?:\/\//i.test(address) && URL.canParse(address) ? new URL(address).hostname : ''
}

/** iOS web views inside apps send `www.domain.com://`, which names the domain in the place of the scheme. */
function refererHost(referer: string): string {
  return /^([\w.-]+):\/\/$/.exec(referer)?.[1] ?? hostOf(referer)
}
