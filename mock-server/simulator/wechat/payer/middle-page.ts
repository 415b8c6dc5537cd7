import { randomBytes } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../../../kit/clock'
import { isLoopbackAddress } from '../../../kit/http/loopback-guard'
import { h5PagePath } from '../../../wire/v3-paths'
import { isUser, readRecord, queryOf } from '../../kit/read-request'
import { payerOf, type Directory, type KnownMerchant } from '../merchants/directory'
import type { Examine } from '../domain/evidence'
import type { Faults } from '../faults/faults'
import type { Ledger } from '../desks/ledger'
import { renderErrorPage, renderPayPage } from './middle-page-view'
import type { Store } from '../store/store'
import { isLinkAlive, isLinkOfAnother, payability, withLinkTaken, type Trade } from '../domain/trade'

/** What the page says, and the internal number that some of these carry. */
const texts = {
  noReferer: { text: '商家参数格式有误，请联系商家解决', internal: 268443815 },
  unregistered: { text: '商家存在未配置的参数，请联系商家解决', internal: 268443816 },
  otherAddress: { text: '网络环境未能通过安全验证，请稍后再试', internal: 268498465 },
  tooOld: { text: '支付请求已失效，请重新发起支付', internal: 268498468 },
  insideWechat: { text: '请在微信外打开订单，进行支付', internal: null },
  badParameters: { text: '由于商家传入的H5交易参数有误', internal: null },
  unknownLink: { text: '系统繁忙', internal: null },
  bareRedirect: { text: '系统繁忙', internal: null },
  otherUser: { text: '系统繁忙', internal: null },
  paid: { text: '该订单已支付', internal: null },
  closed: { text: '订单已关闭', internal: null },
} as const

type Text = keyof typeof texts

/** What iOS says of an address cut off, a redirect_url not encoded, and a second person: Android calls itself busy. */
const onIos: Readonly<Partial<Record<Text, string>>> = {
  unknownLink: '签名验证失败',
  bareRedirect: '签名验证失败',
  otherUser: '签名验证失败',
}

export interface MiddlePageDeps {
  readonly store: Store
  readonly clock: Clock
  readonly directory: Directory
  readonly ledger: Ledger
  readonly faults: Faults
  /** Believe X-Forwarded-For of a peer on this machine: the phones of the bench come through one. */
  readonly trustLoopbackForwarded: boolean
  /** Stands for a browser on this machine that sends no X-Forwarded-For; null: it is 127.0.0.1. */
  readonly loopbackPayerIp: string | null
  readonly examine: Examine
}

/** How the page was opened. */
interface Opening {
  /** Path and query as they came. */
  readonly target: string
  readonly referer: string
  readonly userAgent: string
}

interface OpenedPage {
  readonly trade: Trade
  readonly merchant: KnownMerchant
  readonly digits: string
  readonly redirectUrl: string | null
}

/** The H5 middle page and its two buttons. @see https://pay.weixin.qq.com/doc/v3/merchant/4012791834 */
export function addMiddlePage(server: FastifyInstance, deps: MiddlePageDeps): void {
  const { store, clock, directory, ledger, faults } = deps

  server.get(h5PagePath, (request, reply) => {
    const { referer = '', 'user-agent': userAgent = '' } = request.headers
    const opened = open(request, { target: request.raw.url ?? '', referer, userAgent })
    const nonce = randomBytes(16).toString('base64')
    void reply
      .header('content-type', 'text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .header(
        'content-security-policy',
        `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors http://127.0.0.1:* http://localhost:*`,
      )
    if ('fault' in opened) return reply.send(showFault(request, opened.fault, nonce))
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
      return refuse(request, reply, 'badParameters')
    }
    const { pathname, search } = new URL(url)
    if (pathname !== h5PagePath) return refuse(request, reply, 'unknownLink')
    const opened = open(request, { target: `${pathname}${search}`, referer, userAgent: '' })
    if ('fault' in opened) return refuse(request, reply, opened.fault)
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

  server.post(`${h5PagePath}/pay`, async (request, reply) => {
    const call = readCall(request)
    if (call === null) return refuse(request, reply, 'badParameters')
    const { prepayId, digits, user } = call
    const fail = (fault: Text): FastifyReply => {
      const { referer = '' } = request.headers
      tellDoctor(request, fault, { target: request.raw.url ?? '', referer }, prepayId, digits)
      return refuse(request, reply, fault)
    }
    const found = find(prepayId, digits)
    if (!found) return fail('unknownLink')
    if (isLinkOfAnother(found.trade, digits, user)) return fail('otherUser')
    const fault = checkPaying(request, found.trade, digits)
    const isLate = fault === 'closed' && (await faults.take('paid-despite-close', found.trade)) !== null
    if (fault && !isLate) return fail(fault)
    const trade = await take(prepayId, digits, user)
    if (trade === null) return fail('otherUser')
    const paid = trade.order && (await ledger.pay(trade, payerOf(trade.order, user), undefined, isLate))
    return paid === null ? refuse(request, reply, 'paid') : { transaction_id: paid.transaction_id }
  })

  /** Who cancels has been in the wallet: the link stays theirs. */
  server.post(`${h5PagePath}/cancel`, async (request, reply) => {
    const call = readCall(request)
    if (call === null || !find(call.prepayId, call.digits)) return {}
    return (await take(call.prepayId, call.digits, call.user)) === null ? refuse(request, reply, 'otherUser') : {}
  })

  function readCall(request: FastifyRequest): { prepayId: string; digits: string; user: string } | null {
    const { prepay_id, package: digits, user = 'payer-1' } = readRecord(request.body)
    const isRight = typeof prepay_id === 'string' && typeof digits === 'string' && isUser(user)
    return isRight ? { prepayId: prepay_id, digits, user } : null
  }

  /** One payer per link. @returns null where somebody else was quicker */
  function take(prepayId: string, digits: string, user: string): Promise<Trade | null> {
    return store.write(() => {
      const present = store.tradeByPrepay(prepayId)
      if (present === null || isLinkOfAnother(present, digits, user)) return null
      const taken = withLinkTaken(present, digits, user)
      store.putTrade(taken)
      return taken
    })
  }

  /** Looks at everything before the page shows anything; what is wrong goes to the doctor, too. */
  function open(request: FastifyRequest, opening: Opening): OpenedPage | { readonly fault: Text } {
    const query = queryOf(opening.target)
    const prepayId = query.get('prepay_id') ?? ''
    const digits = query.get('package') ?? ''
    const redirectUrl = query.get('redirect_url')
    const found = find(prepayId, digits)
    const fault = checkOpening(opening, found, redirectUrl) ?? (found && checkPaying(request, found.trade, digits))
    if (found !== null && fault === null) return { ...found, digits, redirectUrl }
    tellDoctor(request, fault ?? 'unknownLink', opening, prepayId, digits)
    return { fault: fault ?? 'unknownLink' }
  }

  function tellDoctor(
    request: FastifyRequest,
    fault: Text,
    { target, referer }: Pick<Opening, 'target' | 'referer'>,
    prepayId: string,
    digits: string,
  ): void {
    const trade = store.tradeByPrepay(prepayId)
    const domains = [...((trade && directory.merchant(trade.mchid)?.h5Domains) ?? [])]
    const redirectUrl = queryOf(target).get('redirect_url')
    const page = {
      refusal: fault,
      target,
      referer,
      address: payerAddress(request),
      digits,
      redirectUrl,
      trade,
      domains,
    }
    deps.examine({ kind: 'page', page })
  }

  function find(prepayId: string, digits: string): { trade: Trade; merchant: KnownMerchant } | null {
    const trade = store.tradeByPrepay(prepayId)
    const merchant = trade && directory.merchant(trade.mchid)
    if (!trade || !merchant || trade.product !== 'MWEB') return null
    return trade.links.some((link) => link.digits === digits) ? { trade, merchant } : null
  }

  /** Where the payer comes from and goes to: looked at when the page opens. */
  function checkOpening(
    { target, referer, userAgent }: Opening,
    found: { merchant: KnownMerchant } | null,
    redirectUrl: string | null,
  ): Text | null {
    if (/MicroMessenger/.test(userAgent)) return 'insideWechat'
    if (referer === '') return 'noReferer'
    if (found === null) return 'unknownLink'
    if (hasBareRedirect(target)) return 'bareRedirect'
    const { h5Domains } = found.merchant
    if (!h5Domains.has(refererHost(referer))) return 'unregistered'
    return redirectUrl !== null && !h5Domains.has(hostOf(redirectUrl)) ? 'unregistered' : null
  }

  /** What must still hold at the moment of paying. */
  function checkPaying(request: FastifyRequest, trade: Trade, digits: string): Text | null {
    const now = clock.now()
    const able = payability(trade, now)
    if (able === 'paid' || able === 'closed') return able
    const orderedFrom = trade.order?.payer_client_ip
    if (orderedFrom === '127.0.0.1' || orderedFrom === '::1') return 'badParameters'
    if (payerAddress(request) !== orderedFrom) return 'otherAddress'
    return able === 'payable' && isLinkAlive(trade, digits, now) ? null : 'tooOld'
  }

  function payerAddress(request: FastifyRequest): string {
    const peer = request.socket.remoteAddress ?? ''
    if (!isLoopbackAddress(peer)) return peer
    const forwarded = request.headers['x-forwarded-for']
    if (deps.trustLoopbackForwarded && typeof forwarded === 'string') return forwarded.split(',')[0]?.trim() ?? ''
    return deps.loopbackPayerIp ?? '127.0.0.1'
  }
}

function textOf(request: FastifyRequest, fault: Text): string {
  const isIos = /iPhone|iPad|iPod/.test(request.headers['user-agent'] ?? '')
  return (isIos ? onIos[fault] : undefined) ?? texts[fault].text
}

function showFault(request: FastifyRequest, fault: Text, nonce: string): string {
  return renderErrorPage(textOf(request, fault), texts[fault].internal, nonce)
}

function refuse(request: FastifyRequest, reply: FastifyReply, fault: Text): FastifyReply {
  return reply.code(403).send({ code: texts[fault].internal, message: textOf(request, fault) })
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
