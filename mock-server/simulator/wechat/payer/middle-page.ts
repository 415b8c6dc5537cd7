import { randomBytes } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { h5PagePath } from '../../../wire/v3-paths'
import { isUser, readRecord } from '../../kit/read-request'
import type { Ledger } from '../desks/ledger'
import type { VoucherDesk } from '../desks/voucher-desk'
import type { PageRefusal } from '../domain/evidence'
import { isLinkOfAnother } from '../domain/trade'
import type { Faults } from '../faults/faults'
import { payerOf } from '../merchants/directory'
import { readCouponId } from './cashier'
import { createH5Links, type H5LinkDeps } from './h5-links'
import { renderPayPage } from './middle-page-view'
import { renderRefusal, sendRefusal } from './page-refusals'

export interface MiddlePageDeps extends H5LinkDeps {
  readonly ledger: Ledger
  readonly voucherDesk: VoucherDesk
  readonly faults: Faults
}

/** The H5 middle page and its two buttons. @see https://pay.weixin.qq.com/doc/v3/merchant/4012791834 */
export function addMiddlePage(server: FastifyInstance, deps: MiddlePageDeps): void {
  const { find, take, open } = createH5Links(deps)

  server.get(h5PagePath, (request, reply) => {
    const { referer = '', 'user-agent': userAgent = '' } = request.headers
    const opened = open(request, { target: request.raw.url ?? '', referer, userAgent })
    const nonce = randomBytes(16).toString('base64')
    void reply
      .header('content-type', 'text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .header('content-security-policy', contentSecurityPolicy(nonce))
    if ('refusal' in opened) return reply.send(renderRefusal(request, opened.refusal, nonce))
    const { trade, merchant, digits, redirectUrl } = opened
    return reply.send(
      renderPayPage(
        {
          payee: merchant.name,
          total: trade.order?.total ?? 0,
          outTradeNo: trade.out_trade_no,
          prepayId: trade.prepay_id,
          digits,
          redirectUrl,
          backTo: /\bQQ\//.test(userAgent) ? ' QQ' : '商户页面',
        },
        nonce,
      ),
    )
  })

  /**
   * The page as data, for a client that has no window to show it in: QQ's own tool. The Referer is the one that the
   * window would send, as `qq.requestWxPayment` was told.
   */
  server.post('/client/h5-page', (request, reply) => {
    const { url, referer } = readRecord(request.body)
    if (typeof url !== 'string' || typeof referer !== 'string' || !URL.canParse(url)) {
      return sendRefusal(request, reply, 'badParameters')
    }
    const { pathname, search } = new URL(url)
    if (pathname !== h5PagePath) return sendRefusal(request, reply, 'unknownLink')
    const opened = open(request, { target: `${pathname}${search}`, referer, userAgent: '' })
    if ('refusal' in opened) return sendRefusal(request, reply, opened.refusal)
    const { trade, merchant, digits } = opened
    return {
      payee: merchant.name,
      description: trade.order?.description ?? '',
      total: trade.order?.total ?? 0,
      out_trade_no: trade.out_trade_no,
      prepay_id: trade.prepay_id,
      package: digits,
    }
  })

  addPayButton(server, deps)

  /** A payer who cancels has been in the wallet: the link stays theirs. */
  server.post(`${h5PagePath}/cancel`, async (request, reply) => {
    const call = readCall(request)
    if (call === null || !find(call.prepayId, call.digits)) return {}
    return (await take(call.prepayId, call.digits, call.user)) === null ? sendRefusal(request, reply, 'otherUser') : {}
  })
}

/** The button that pays. */
function addPayButton(server: FastifyInstance, deps: MiddlePageDeps): void {
  const { ledger, voucherDesk, faults } = deps
  const { find, take, whyNotPayable, stateRefusal } = createH5Links(deps)

  server.post(`${h5PagePath}/pay`, async (request, reply) => {
    const call = readCall(request)
    if (call === null) return sendRefusal(request, reply, 'badParameters')
    const { prepayId, digits, user } = call
    const fail = (refusal: PageRefusal): FastifyReply => {
      const { referer = '' } = request.headers
      stateRefusal(request, refusal, { target: request.raw.url ?? '', referer }, prepayId, digits)
      return sendRefusal(request, reply, refusal)
    }
    const found = find(prepayId, digits)
    if (!found) return fail('unknownLink')
    if (isLinkOfAnother(found.trade, digits, user)) return fail('otherUser')
    const refusal = whyNotPayable(request, found.trade, digits)
    const isLate = refusal === 'closed' && (await faults.take('paid-despite-close', found.trade)) !== null
    if (refusal && !isLate) return fail(refusal)
    const trade = await take(prepayId, digits, user)
    if (trade === null) return fail('otherUser')
    await voucherDesk.strike(trade, user)
    // The page is left for the wallet, which preselects the best voucher.
    const voucher = voucherDesk.choose(trade, user, call.couponId)
    const paid = trade.order && (await ledger.pay(trade, payerOf(trade.order, user), { isLate, voucher }))
    return paid === null ? sendRefusal(request, reply, 'paid') : { transaction_id: paid.transaction_id }
  })
}

interface PageCall {
  readonly prepayId: string
  readonly digits: string
  readonly user: string
  readonly couponId: string | null | undefined
}

function readCall(request: FastifyRequest): PageCall | null {
  const body = readRecord(request.body)
  const { prepay_id, package: digits, user = 'payer-1' } = body
  const isRight = typeof prepay_id === 'string' && typeof digits === 'string' && isUser(user)
  return isRight ? { prepayId: prepay_id, digits, user, couponId: readCouponId(body) } : null
}

function contentSecurityPolicy(nonce: string): string {
  return `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors http://127.0.0.1:* http://localhost:*`
}
