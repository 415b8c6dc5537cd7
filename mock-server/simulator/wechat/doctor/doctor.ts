import { createDiagnosisJournal, type Diagnosis, type DiagnosisJournal, type Found } from '../../kit/diagnosis'
import { wallClock, type Clock } from '../../../kit/clock'
import type { HostMap } from '../../../kit/http/host-map'
import type { Directory, KnownMerchant } from '../merchants/directory'
import type { EventBus } from '../events'
import { TradeRefusal } from '../domain/refusal'
import type { Store } from '../store/store'
import type { Trade } from '../domain/trade'
import { bodyOf, diagnoseBody, diagnoseExtraFields, diagnoseField } from './rules/field-rules'
import { cannotTell, found, type WechatFinding } from './findings'
import { isRecord, type Knowledge } from './knowledge'
import type { DoorRefusal, Evidence, Examine, Json, RequestSeen } from '../domain/evidence'
import { diagnoseDelivery } from './rules/notice-rules'
import { diagnoseMissingNumber, diagnoseOrder, diagnoseTradeRefusal } from './rules/order-rules'
import { diagnosePage } from './rules/page-rules'
import { diagnosePayCall, diagnoseTakenCall, tradeOfCall } from './rules/pay-call-rules'
import { diagnosePath } from './rules/path-rules'
import { diagnoseRefund, diagnoseUnknownShipping } from './rules/refund-rules'
import { diagnoseV2Form } from './rules/v2-form-rules'
import { diagnoseV2Sign } from './forms/v2-sign'
import { diagnoseV3Request } from './forms/v3-signature'
import { wechatApiPaths } from '../../../wire/wechat-api'

export interface Doctor {
  /** It looks later, one case a turn of the event loop. */
  readonly examine: Examine
  /** Answers when everything handed in so far was looked at. */
  settled(): Promise<void>
  readonly journal: Pick<DiagnosisJournal<WechatFinding>, 'page'>
  reset(): void
}

export interface DoctorDeps {
  readonly store: Knowledge['store'] & Pick<Store, 'trade'>
  readonly directory: Directory
  readonly clock: Clock
  readonly hostMap: HostMap
  readonly events: EventBus
  /** Routes there are, for paths that lead nowhere. */
  readonly routes: readonly string[]
  readonly onDiagnosis: (diagnosis: Diagnosis) => void
}

/** Cases that wait; further ones are not looked at until some are done. */
const waitingMax = 256
/** Bodies of those that wait. */
const waitingBytesMax = 8 * 1024 * 1024
/** Warnings about what was taken nevertheless come once. */
const onceMax = 1000

/** Where a proxy says under which target it was called. */
export const proxiedTargetHeader = 'x-forwarded-uri'
const proxiedTargetMax = 4096

type Place = Parameters<DiagnosisJournal<WechatFinding>['add']>[1]
interface Case {
  readonly place: Place
  readonly findings: readonly (Found<WechatFinding> | null)[]
  /** Said once to each merchant. */
  readonly isWarning?: true
}

export function createDoctor(deps: DoctorDeps): Doctor {
  const { store, directory, clock, hostMap, events, onDiagnosis } = deps
  const journal = createDiagnosisJournal<WechatFinding>(clock)
  const waiting: { readonly evidence: Evidence; readonly receivedAt: number; readonly bytes: number }[] = []
  const said = new Set<string>()
  let bytesWaiting = 0
  let running: Promise<void> | null = null

  function examine(evidence: Evidence): void {
    const bytes = 'request' in evidence ? evidence.request.body.length : 0
    if (waiting.length >= waitingMax || bytesWaiting + bytes > waitingBytesMax) return
    waiting.push({ evidence, receivedAt: wallClock.now(), bytes })
    bytesWaiting += bytes
    running ??= new Promise((done) => setImmediate(lookAtNext, done))
  }

  /** One case a turn of the event loop: requests come in between. */
  function lookAtNext(done: () => void): void {
    const next = waiting.shift()
    if (next === undefined) {
      running = null
      return done()
    }
    bytesWaiting -= next.bytes
    const { place, findings, isWarning } = look(next.evidence, next.receivedAt)
    for (const finding of findings)
      if (finding !== null && !(isWarning && wasSaid(place, finding))) tell(place, finding)
    setImmediate(lookAtNext, done)
  }

  function look(evidence: Evidence, receivedAt: number): Case {
    try {
      return toCase(evidence, knowledge(), receivedAt)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      const failed = cannotTell(0, `The doctor failed over this case: ${reason}. That is a bug of the simulator.`)
      return { place: { where: 'request', subject: evidence.kind }, findings: [failed] }
    }
  }

  function tell(place: Place, finding: Found<WechatFinding>): void {
    const diagnosis = journal.add(finding, place)
    const { id: _id, at, mchid, out_trade_no, ...detail } = diagnosis
    events.announce({
      type: 'diagnosis',
      at,
      ...(mchid !== undefined && { mchid }),
      ...(out_trade_no !== undefined && { out_trade_no }),
      detail,
    })
    onDiagnosis(diagnosis)
  }

  function wasSaid({ mchid }: Place, { finding, received, expected }: Found<WechatFinding>): boolean {
    const key = [finding, mchid, received, expected].join('|')
    if (said.has(key)) return true
    if (said.size >= onceMax) said.clear()
    said.add(key)
    return false
  }

  function knowledge(): Knowledge {
    const merchants = directory.merchants()
    return {
      store,
      merchants,
      keys: { merchants, platform: directory.platformKeys() },
      appids: directory.appids(),
      now: clock.now(),
      isMapped: (url) => hostMap.has(url),
    }
  }

  function merchantOf(mchid: string | null): KnownMerchant | null {
    return mchid === null ? null : (directory.merchant(mchid) ?? null)
  }

  function toCase(evidence: Evidence, known: Knowledge, receivedAt: number): Case {
    switch (evidence.kind) {
      case 'v3-refused': {
        const { request, refusal } = evidence
        const merchant = merchantOf(evidence.mchid)
        const body = bodyOf(request.body)
        const finding = merchant
          ? diagnoseBusiness(request, body, merchant, refusal, known)
          : diagnoseV3Request(toRefused(request, receivedAt), known.keys)
        return { place: placeOf(request, body, merchant), findings: [finding] }
      }
      case 'v3-ordered': {
        const { body, trade } = evidence
        const place = {
          where: 'order',
          subject: trade.out_trade_no,
          mchid: trade.mchid,
          out_trade_no: trade.out_trade_no,
        } as const
        return { place, findings: diagnoseOrder(body, known), isWarning: true }
      }
      case 'other-key-named': {
        const { request, mchid, named, signed } = evidence
        const merchant = merchantOf(mchid)
        if (merchant === null) return { place: placeOf(request, null, null), findings: [] }
        const finding = found(
          'VERIFIES_WITH_OTHER_KEY',
          `The client says that it verifies with ${named.slice(0, 80)}; answers to merchant ${merchant.mchid} (mode ${merchant.keyMode}) are signed with ${signed}.`,
          { expected: signed, received: named.slice(0, 80) },
        )
        return { place: placeOf(request, null, merchant), findings: [finding], isWarning: true }
      }
      case 'v2-refused': {
        const { path, params, body, refusal } = evidence
        const merchant = merchantOf(evidence.mchid)
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
      }
      case 'refunded': {
        const { refund } = evidence
        const { mchid, out_trade_no } = refund
        return {
          place: { where: 'request', subject: refund.out_refund_no, mchid, out_trade_no },
          findings: [diagnoseRefund(refund, known)],
        }
      }
      case 'pay-call': {
        const { call, isTaken } = evidence
        const trade = tradeOfCall(call, known)
        const place = { where: 'pay-call', subject: 'wx.requestPayment', ...keyOf(trade) } as const
        return { place, findings: [isTaken ? diagnoseTakenCall(call) : diagnosePayCall(call, known)] }
      }
      case 'delivered': {
        const { notice, delivery } = evidence
        const place = {
          where: 'notice',
          subject: notice.notify_url,
          mchid: notice.mchid,
          out_trade_no: notice.out_trade_no,
        } as const
        return { place, findings: [diagnoseDelivery(notice, delivery)] }
      }
      case 'page': {
        const { page } = evidence
        const place = { where: 'page', subject: page.target.split('?', 1)[0] ?? '', ...keyOf(page.trade) } as const
        return { place, findings: [diagnosePage(page, known.now)] }
      }
      case 'no-such-path': {
        const { method, target } = evidence
        const place = {
          where: 'request',
          subject: `${method} ${(target.split('?', 1)[0] ?? '').slice(0, 200)}`,
        } as const
        return { place, findings: [diagnosePath(method, target, deps.routes)] }
      }
      case 'v2-unsigned': {
        const { path, mchid, sign } = evidence
        const number = sign.params['out_trade_no']
        return {
          place: { where: 'request', subject: `POST ${path}`, mchid, ...(number && { out_trade_no: number }) },
          findings: [diagnoseV2Sign(sign)],
        }
      }
      case 'shipping-unknown':
        return {
          place: { where: 'request', subject: `POST ${wechatApiPaths.uploadShipping}`, ...keyOf(evidence.trade) },
          findings: [diagnoseUnknownShipping(evidence.trade, known.now)],
        }
    }
  }

  return {
    examine,
    async settled() {
      await running
    },
    journal,
    reset() {
      journal.clear()
      said.clear()
    },
  }
}

function diagnoseBusiness(
  request: RequestSeen,
  body: Json | null,
  merchant: KnownMerchant,
  refusal: DoorRefusal | TradeRefusal,
  known: Knowledge,
): Found<WechatFinding> | null {
  if (refusal instanceof TradeRefusal) return diagnoseTradeRefusal(refusal, merchant, known, body)
  switch (refusal.refusal) {
    case 'PARAM_ERROR': {
      // The texts name the field as a path, in quotes of their own.
      const path = /“(\/[^”]+)”/.exec(refusal.message)?.[1]
      if (path !== undefined) return diagnoseField(path, body, request.target)
      return body === null ? diagnoseBody(request.body) : null
    }
    case 'EXTRA_PARAM': {
      const detail = refusal.body.detail
      const paths = isRecord(detail) && Array.isArray(detail['value']) ? detail['value'].map(String) : []
      return diagnoseExtraFields(paths)
    }
    case 'MCHID_DIFFERS':
      return mchidDiffers(request, body, merchant)
    case 'ORDER_NOT_EXIST':
      return diagnoseMissingNumber(request.target, merchant, known)
    case 'RESOURCE_NOT_EXISTS':
      return request.target.startsWith('/v3/certificates')
        ? found(
            'CERTIFICATES_IN_KEY_MODE',
            `Merchant ${merchant.mchid} is in public-key mode: it has no platform certificate, its key is ${merchant.publicKeyId}.`,
          )
        : null
    default:
      return null
  }
}

function mchidDiffers({ target }: RequestSeen, body: Json | null, merchant: KnownMerchant): Found<WechatFinding> {
  const names = ['mchid', 'sp_mchid', 'combine_mchid']
  const query = new URLSearchParams(target.split('?')[1] ?? '')
  const named = names.map((name) => body?.[name] ?? query.get(name)).find((value) => typeof value === 'string') ?? ''
  return found(
    'MCHID_BODY_DIFFERS',
    `Authorization names merchant ${merchant.mchid}, and the request ${String(named).slice(0, 40)}.`,
    {
      expected: merchant.mchid,
      received: String(named).slice(0, 40),
    },
  )
}

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
    subject: `${method} ${(target.split('?', 1)[0] ?? '').slice(0, 200)}`,
    ...(mchid !== undefined && { mchid: mchid.slice(0, 64) }),
    ...(outTradeNo !== undefined && { out_trade_no: outTradeNo.slice(0, 64) }),
  }
}

function keyOf(trade: Trade | null): Pick<Place, 'mchid' | 'out_trade_no'> {
  return trade === null ? {} : { mchid: trade.mchid, out_trade_no: trade.out_trade_no }
}
