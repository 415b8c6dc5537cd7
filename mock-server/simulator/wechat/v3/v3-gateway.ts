import type { FastifyReply, FastifyRequest } from 'fastify'
import { V3Refusal } from './v3-errors'

/** What the gateway in front of the V3 API answers without asking anybody behind it. It differs by family of paths. */
export interface GatewayFamily {
  /** Whether a request without `User-Agent` or `Accept` is refused, before its signature is looked at. */
  readonly needsUserAgent: boolean
  /** What a missing or malformed Authorization gets, and another scheme. */
  readonly malformedText: string
  readonly schemeText: string
  /** Whether a 401 carries a `Request-ID`. */
  readonly namesRefused: boolean
}

/** Observed of `/v3/pay/transactions/*`; that partner's and combined orders stand behind the same gateway is UNVERIFIED. */
const payments: GatewayFamily = {
  needsUserAgent: false,
  malformedText: '签名信息错误，验签失败',
  schemeText: '签名信息错误，验签失败',
  namesRefused: false,
}

/** Observed of certificates and refunds, and of the trade bill's 401; that the rest behaves like them is UNVERIFIED. */
const others: GatewayFamily = {
  needsUserAgent: true,
  malformedText: 'Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》',
  // UNVERIFIED: the blanks. The vendor's FAQ has them in this text, the observed ones have none.
  schemeText: 'Http头Authorization认证类型不正确',
  namesRefused: true,
}

const paymentPrefixes = ['/v3/pay/', '/v3/combine-transactions']

/** The family of a path or a route. */
export function gatewayFamilyOf(path: string): GatewayFamily {
  return paymentPrefixes.some((prefix) => path.startsWith(prefix)) ? payments : others
}

/** @throws V3Refusal where the request does not say who it is or what it takes. That `Accept` alone is missed, too, is UNVERIFIED. */
export function checkUserAgent({ headers }: FastifyRequest, { needsUserAgent }: GatewayFamily): void {
  if (needsUserAgent && (!headers['user-agent'] || !headers.accept))
    throw new V3Refusal('HEADER_MISSING', 'Http头缺少Accept或User-Agent')
}

/** A path that leads nowhere, or not by this method: no body, no `Request-ID`. */
export function sendUnrouted(reply: FastifyReply, path: string, isRouted: (path: string) => boolean): FastifyReply {
  return reply.code(isRouted(path) ? 405 : 404).send()
}
