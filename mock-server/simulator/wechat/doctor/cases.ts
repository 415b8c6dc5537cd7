import { wechatApiPaths } from '../../../wire/wechat-api'
import type { DiagnosisJournal, Found } from '../../kit/diagnosis'
import type { Evidence, Json, RequestSeen } from '../domain/evidence'
import type { Trade } from '../domain/trade'
import type { KnownMerchant } from '../merchants/directory'
import { found, type WechatFinding } from './findings'
import { diagnoseV2Sign } from './forms/v2-sign'
import { diagnoseV3Request } from './forms/v3-signature'
import type { Knowledge } from './knowledge'
import { bodyOf } from './rules/field-rules'
import { diagnoseDelivery } from './rules/notice-rules'
import { diagnoseOrder, diagnoseTradeRefusal } from './rules/order-rules'
import { diagnosePage } from './rules/page-rules'
import { diagnosePath } from './rules/path-rules'
import { diagnosePayCall, diagnoseTakenCall, tradeOfCall } from './rules/pay-call-rules'
import { diagnoseRefund, diagnoseUnknownShipping } from './rules/refund-rules'
import { diagnoseRefusal } from './rules/refusal-rules'
import { diagnoseV2Form, diagnoseV2Order } from './rules/v2-form-rules'

export type Place = Parameters<DiagnosisJournal<WechatFinding>['add']>[1]

/** What the doctor makes of one piece of evidence. */
export interface Case {
  readonly place: Place
  readonly findings: readonly (Found<WechatFinding> | null)[]
  /** The request was accepted nevertheless: told once to each merchant. */
  readonly isWarning?: true
}

/** What the cases need besides the evidence. */
export interface Consultation {
  readonly known: Knowledge
  /** By the wall clock, in milliseconds. */
  readonly receivedAt: number
  /** The routes of the service, for paths that lead nowhere. */
  readonly routes: readonly string[]
}

type EvidenceOf<K extends Evidence['kind']> = Extract<Evidence, { readonly kind: K }>

/** Which rules look at which evidence. */
const cases: { readonly [K in Evidence['kind']]: (evidence: EvidenceOf<K>, consultation: Consultation) => Case } = {
  'v3-refused'({ request, refusal, mchid }, { known, receivedAt }) {
    const merchant = merchantOf(mchid, known)
    const body = bodyOf(request.body)
    const finding = isHeaderMissing(refusal)
      ? found('HEADER_MISSING', 'The request has no User-Agent, or no Accept.')
      : merchant
        ? diagnoseRefusal(request, body, merchant, refusal, known)
        : diagnoseV3Request(toRefused(request, receivedAt), known.keys)
    return { place: placeOf(request, body, merchant), findings: [finding] }
  },
  'v3-ordered'({ body, trade }, { known }) {
    const place = { where: 'order', subject: trade.out_trade_no, ...keyOf(trade) } as const
    return { place, findings: diagnoseOrder(body, known), isWarning: true }
  },
  'v2-ordered'({ params, trade }) {
    const place = { where: 'order', subject: trade.out_trade_no, ...keyOf(trade) } as const
    return { place, findings: [diagnoseV2Order(params)], isWarning: true }
  },
  'other-key-named'({ request, mchid, named, signed }, { known }) {
    const merchant = merchantOf(mchid, known)
    if (merchant === null) return { place: placeOf(request, null, null), findings: [] }
    const finding = found(
      'VERIFIES_WITH_OTHER_KEY',
      `The client says that it verifies with ${named.slice(0, 80)}; answers to merchant ${merchant.mchid} (mode ${merchant.keyMode}) are signed with ${signed}.`,
      { expected: signed, received: named.slice(0, 80) },
    )
    return { place: placeOf(request, null, merchant), findings: [finding], isWarning: true }
  },
  'v2-refused'({ path, params, body, refusal, mchid }, { known }) {
    const merchant = merchantOf(mchid, known)
    const finding =
      refusal && merchant
        ? diagnoseTradeRefusal(refusal, merchant, known, params)
        : diagnoseV2Form(params, body, merchant !== null)
    const { mch_id, out_trade_no } = params
    const place = {
      where: 'request',
      subject: `POST ${path}`,
      ...(mch_id !== undefined && { mchid: mch_id.slice(0, 64) }),
      ...(out_trade_no !== undefined && { out_trade_no: out_trade_no.slice(0, 64) }),
    } as const
    return { place, findings: [finding] }
  },
  'v2-unsigned'({ path, mchid, sign }) {
    const number = sign.params['out_trade_no']
    return {
      place: { where: 'request', subject: `POST ${path}`, mchid, ...(number && { out_trade_no: number }) },
      findings: [diagnoseV2Sign(sign)],
    }
  },
  refunded({ refund }, { known }) {
    return {
      place: { where: 'request', subject: refund.out_refund_no, ...keyOf(refund) },
      findings: [diagnoseRefund(refund, known)],
    }
  },
  'pay-call'({ call, isTaken }, { known }) {
    const place = { where: 'pay-call', subject: 'wx.requestPayment', ...keyOf(tradeOfCall(call, known)) } as const
    return { place, findings: [isTaken ? diagnoseTakenCall(call) : diagnosePayCall(call, known)] }
  },
  delivered({ notice, delivery }) {
    const place = { where: 'notice', subject: notice.notify_url, ...keyOf(notice) } as const
    return { place, findings: [diagnoseDelivery(notice, delivery)] }
  },
  page({ page }, { known }) {
    const place = { where: 'page', subject: withoutQuery(page.target), ...keyOf(page.trade) } as const
    return { place, findings: [diagnosePage(page, known.now)] }
  },
  'no-such-path'({ method, target }, { routes }) {
    const place = { where: 'request', subject: `${method} ${withoutQuery(target).slice(0, 200)}` } as const
    return { place, findings: [diagnosePath(method, target, routes)] }
  },
  'shipping-unknown'({ trade }, { known }) {
    return {
      place: { where: 'request', subject: `POST ${wechatApiPaths.uploadShipping}`, ...keyOf(trade) },
      findings: [diagnoseUnknownShipping(trade, known.now)],
    }
  },
}

export function toCase<K extends Evidence['kind']>(evidence: EvidenceOf<K>, consultation: Consultation): Case {
  return cases[evidence.kind as K](evidence, consultation)
}

/** Where a proxy says under which target it was called. */
const proxiedTargetHeader = 'x-forwarded-uri'
const proxiedTargetMax = 4096

function toRefused({ method, target, headers, body }: RequestSeen, receivedAt: number) {
  const forwarded = headers[proxiedTargetHeader]
  return {
    method,
    target,
    body: body.toString('utf8'),
    authorization: headers.authorization,
    receivedAt,
    ...(headers.host !== undefined && { host: headers.host }),
    ...(typeof forwarded === 'string' && forwarded.length <= proxiedTargetMax && { proxiedTarget: forwarded }),
  }
}

function isHeaderMissing(refusal: EvidenceOf<'v3-refused'>['refusal']): boolean {
  return 'refusal' in refusal && refusal.refusal === 'HEADER_MISSING'
}

function merchantOf(mchid: string | null, { merchants }: Knowledge): KnownMerchant | null {
  return merchants.find((merchant) => merchant.mchid === mchid) ?? null
}

function withoutQuery(target: string): string {
  return target.split('?', 1)[0] ?? ''
}

function placeOf({ method, target }: RequestSeen, body: Json | null, merchant: KnownMerchant | null): Place {
  const number = ['out_trade_no', 'combine_out_trade_no']
    .map((name) => body?.[name])
    .find((value) => typeof value === 'string')
  const inPath = /\/out-trade-no\/([^/?]+)/.exec(target)?.[1]
  const outTradeNo = typeof number === 'string' ? number : inPath
  const claimed = ['mchid', 'sp_mchid', 'combine_mchid']
    .map((name) => body?.[name])
    .find((value) => typeof value === 'string')
  const mchid = merchant?.mchid ?? (typeof claimed === 'string' ? claimed : undefined)
  return {
    where: 'request',
    subject: `${method} ${withoutQuery(target).slice(0, 200)}`,
    ...(mchid !== undefined && { mchid: mchid.slice(0, 64) }),
    ...(outTradeNo !== undefined && { out_trade_no: outTradeNo.slice(0, 64) }),
  }
}

function keyOf(trade: Pick<Trade, 'mchid' | 'out_trade_no'> | null): Pick<Place, 'mchid' | 'out_trade_no'> {
  return trade === null ? {} : { mchid: trade.mchid, out_trade_no: trade.out_trade_no }
}
