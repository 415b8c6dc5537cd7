import { compareTexts, type Found } from '../../../kit/diagnosis'
import type { KnownMerchant } from '../../merchants/directory'
import type { RefusalFacts, TradeRefusal } from '../../domain/refusal'
import { compared, type Trade } from '../../domain/trade'
import { found, shorten, type WechatFinding } from '../findings'
import { quote, type Knowledge } from '../knowledge'
import { type Json } from '../../domain/evidence'
import { diagnoseRefundRefusal } from './refund-rules'
import { inWords } from '../forms/search'

/** What the ledger refused, in words for a developer. */

type Finding = Found<WechatFinding>

/** Null where the refusal is no mistake, or says everything itself. */
export function diagnoseTradeRefusal(
  refusal: TradeRefusal,
  merchant: KnownMerchant,
  known: Knowledge,
  body: Json | null,
): Finding | null {
  const { reason, facts } = refusal
  const { value = '', trade } = facts
  switch (reason) {
    case 'appid-mchid':
      return appidNotBound(value, merchant)
    case 'openid-missing':
      return found('OPENID_MISSING', 'The JSAPI order names no payer.')
    case 'openid-unknown':
      return openidUnknown(value)
    case 'openid-other-app':
    case 'sub-openid-other-app': {
      const owner = known.store.appOfOpenid(value)
      return found(
        'OPENID_OF_OTHER_APP',
        `The openid ${shorten(value)} belongs to the app ${owner ?? 'of nobody'}, which is not the one that orders.`,
      )
    }
    case 'different-parameters':
      return trade?.order === null ? burned(trade) : differs(facts)
    case 'different-settlement':
      return found('REENTRY_DIFFERS', 'The number was ordered before with other settle_info.')
    case 'number-used':
      return taken(trade, `by ${trade?.kind === 'direct' ? 'another product' : `a ${trade?.kind ?? 'former'} order`}`)
    case 'already-closed':
      return taken(trade, 'and closed')
    case 'expired':
      return taken(trade, 'and its time_expire is over')
    case 'not-found':
    case 'close-of-sub-order':
      return trade ? otherKind(trade) : null
    case 'close-list-differs':
      return found('REENTRY_DIFFERS', 'The sub orders of the close are not exactly those of the order.')
    case 'merchant-unknown':
      return found('MCHID_UNKNOWN', `There is no merchant ${shorten(value)}.`)
    case 'sub-merchant-missing':
      return found('SUB_MERCHANT', 'A partner must name the sub merchant.')
    case 'sub-merchant-is-self':
      return found('SUB_MERCHANT', `sub_mchid ${value} is the partner's own number.`)
    case 'sub-merchant-unrelated':
      return found(
        'SUB_MERCHANT',
        `${merchant.mchid} serves ${inWords([...merchant.subMerchants.keys()]) || 'nobody'}, not ${value.slice(0, 40)}.`,
      )
    case 'sub-appid-other-merchant':
      return found('SUB_MERCHANT', `The app ${value.slice(0, 40)} is none of the sub merchant's.`)
    default:
      // Paid already, or closed too soon: life, not a mistake. The others are of refunds.
      return diagnoseRefundRefusal(refusal, merchant, known, body)
  }
}

function appidNotBound(appid: string, merchant: KnownMerchant): Finding {
  const bound = inWords([...merchant.appids])
  const isQq = /^\d{8,12}$/.test(appid) && !merchant.appids.has(appid)
  return found(
    'APPID_NOT_BOUND',
    `${appid.slice(0, 40)} is not bound to merchant ${merchant.mchid}; bound: ${bound}.${isQq ? ' It looks like the appid of a QQ mini program.' : ''}`,
    isQq ? { group: 15 } : {},
  )
}

function openidUnknown(openid: string): Finding {
  return /^[0-9A-F]{32}$/.test(openid)
    ? found('OPENID_OF_QQ', `The openid ${shorten(openid)} has the shape of QQ's.`)
    : found(
        'OPENID_UNKNOWN',
        `Nobody has the openid ${shorten(openid)} here: one exists once its person has signed in.`,
      )
}

function burned(trade: Trade): Finding {
  return found('NUMBER_BURNED', `A close burned the number ${trade.out_trade_no} before it was ever ordered.`)
}

function taken(trade: Trade | undefined, how: string): Finding {
  return found('NUMBER_TAKEN', `The number ${trade?.out_trade_no ?? ''} was ordered before ${how}.`)
}

function otherKind(trade: Trade): Finding {
  const kinds = {
    direct: 'a direct order',
    partner: 'a partner order',
    combined: 'a combined order',
    sub: 'a part of a combined order',
  }
  return found(
    'NUMBER_OF_OTHER_KIND',
    `${trade.out_trade_no} is ${kinds[trade.kind]}${trade.parent ? ` (${trade.parent.out_trade_no})` : ''}.`,
  )
}

/** Names each field with its first and its present value. */
function differs({ trade, fields = [], requested }: RefusalFacts): Finding {
  const [first, second] = [trade?.order, requested]
  const shown = fields.map((name) => {
    const read = compared.find(([known]) => known === name)?.[1]
    if (!read || !first || !second) return name
    const show = (value: unknown): string =>
      /openid/.test(name) && typeof value === 'string' ? shorten(value) : quote(value)
    return `${name} was ${show(read(first))}, now ${show(read(second))}`
  })
  return found(
    'REENTRY_DIFFERS',
    `The number ${trade?.out_trade_no ?? ''} was ordered before with other content: ${shown.join('; ')}.`,
  )
}

/** Where a number is that a query or a close did not find; null where nothing is known of it. */
export function diagnoseMissingNumber(target: string, merchant: KnownMerchant, known: Knowledge): Finding | null {
  const { store } = known
  const id = numberIn(target, /\/transactions\/id\/([^/?]+)/)
  if (id !== null) {
    const trade = store.trade(merchant.mchid, id) ?? store.combined(merchant.mchid, id)
    return trade && found('NUMBER_OF_OTHER_KIND', `${id} is an out_trade_no: ask under /out-trade-no/.`)
  }
  const number = numberIn(target, /\/out-trade-no\/([^/?]+)/)
  if (number === null) return null
  const there = store.trade(merchant.mchid, number) ?? store.combined(merchant.mchid, number)
  if (there) return there.order === null ? burned(there) : otherKind(there)
  for (const candidate of unmangled(number)) {
    const trade = store.trade(merchant.mchid, candidate) ?? store.combined(merchant.mchid, candidate)
    if (trade)
      return found(
        'NUMBER_MANGLED',
        `${number} is ${candidate} with its capitals rewritten.`,
        compareTexts(candidate, number),
      )
  }
  const foreign = known.merchants.find(({ mchid }) => mchid !== merchant.mchid && store.trade(mchid, number)?.order)
  return foreign
    ? found(
        'NUMBER_OF_OTHER_MERCHANT',
        `${number} was ordered by merchant ${foreign.mchid}, and ${merchant.mchid} asks.`,
      )
    : null
}

function numberIn(target: string, pattern: RegExp): string | null {
  const text = pattern.exec(target)?.[1]
  if (text === undefined) return null
  try {
    return decodeURIComponent(text)
  } catch {
    // Escapes of something else than UTF-8.
    return text
  }
}

/** SDKs that turn chained properties into paths make `-x` of each `X`, some of the first one, too. */
function unmangled(number: string): readonly string[] {
  const inner = number.replace(/-([a-z])/g, (_all, letter: string) => letter.toUpperCase())
  const capital = inner.slice(0, 1).toUpperCase() + inner.slice(1)
  const decoded = number.includes('%') ? [numberIn(`/${number}`, /\/([^/?]+)/) ?? number] : []
  return [inner, capital, ...decoded].filter((candidate) => candidate !== number)
}

/** An order that was taken, and looks as if it was not meant so. */
export function diagnoseOrder(body: Json, known: Knowledge): readonly Finding[] {
  return [yuanForFen(body), intranet(body, known)].filter((finding) => finding !== null)
}

/** Only where the order contradicts itself: its goods, in fen, are a hundred times its amount. */
function yuanForFen({ amount, detail }: Json): Finding | null {
  const total = (amount as Json | undefined)?.['total']
  const goods = (detail as Json | undefined)?.['goods_detail']
  if (typeof total !== 'number' || !Array.isArray(goods) || goods.length === 0) return null
  const sum = goods.reduce<number>((fen, item: Json) => fen + Number(item['unit_price']) * Number(item['quantity']), 0)
  return sum === total * 100
    ? found('AMOUNT_YUAN', `The goods come to ${sum} fen and amount.total is ${total}: it is in yuan.`, {
        expected: String(sum),
        received: String(total),
      })
    : null
}

const privateHost = /^(localhost|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|\[|[^.]+$)/

function intranet({ notify_url }: Json, { isMapped }: Knowledge): Finding | null {
  if (typeof notify_url !== 'string' || !URL.canParse(notify_url) || isMapped(notify_url)) return null
  const { hostname } = new URL(notify_url)
  return privateHost.test(hostname)
    ? found(
        'NOTIFY_URL_INTRANET',
        `notify_url leads to ${hostname}, which this machine reaches and WeChat Pay would not.`,
      )
    : null
}
