import type { FastifyRequest } from 'fastify'
import { isOverTls } from '../kit/client-certificate'
import { isLoopbackAddress } from '../../kit/http/loopback-guard'
import { wechatHosts } from '../../wire/v3-paths'

const loopbackHost = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/

export type HandedOut = 'h5Page' | 'pay'

/**
 * The base of addresses in answers, so that the caller can reach them: the address under which
 * they reached us; under TLS the real name of the service. Only a loopback name is believed: anything else in Host would
 * send the payer to any site that the caller chooses.
 * @param otherwise for a caller who used another name than a loopback one, without TLS
 */
export function handedOutBase(request: FastifyRequest, what: HandedOut, otherwise: string): string {
  const { host } = request.headers
  const isLocal = host !== undefined && loopbackHost.test(host)
  if (isTls(request)) return isLocal ? `https://${host}` : wechatHosts[what]
  return isLocal ? `http://${host}` : otherwise
}

/** QQ's proxy on this machine passes on in X-Forwarded-Proto how it was called. */
function isTls(request: FastifyRequest): boolean {
  if (isOverTls(request.raw)) return true
  return isLoopbackAddress(request.socket.remoteAddress) && request.headers['x-forwarded-proto'] === 'https'
}
