import type { Clock } from '../../../kit/clock'
import {
  compareTexts,
  createDiagnosisJournal,
  type Diagnosis,
  type DiagnosisJournal,
  type Found,
} from '../../kit/diagnosis'
import { h5PagePath } from '../../../wire/v3-paths'
import type { QqExamine, RefusedOrder } from '../domain/evidence'
import { qqErrors, type QqError } from '../domain/qq-errors'
import type { QqEvents } from '../events'
import type { QqAppIdentity } from '../identity'
import type { Store } from '../store/store'

/** What QQ's doctor can find: all of it belongs to the way through QQ. */
const mends = {
  APPID_UNKNOWN: 'The query names the QQ appid, the body the WeChat appid.',
  TOKEN_REFUSED: 'Take access_token from getToken, with the credentials of this very app, and renew it before it ends.',
  BODY_UNREADABLE: 'Send V3 orders as JSON and V2 orders as XML, with merchant and order number.',
  WECHAT_PAY_NOT_OPENED: 'Open WeChat Pay for the mini program in the QQ console.',
  MERCHANT_NOT_BOUND: 'Bind the merchant number to the mini program in the QQ console.',
  WECHAT_APPID_NOT_BOUND: 'Name a WeChat appid that is bound to the merchant number, also for an order from QQ.',
  NOTIFY_URL_NOT_QQ: "Name QQ's address as notify_url, and your own as real_notify_url in the query.",
  REAL_NOTIFY_URL: 'Give a full http(s) address, URL-encoded.',
  REFUSED_BY_WECHAT: "Look among WeChat Pay's diagnoses: it has the keys, QQ has not.",
  URL_NOT_THROUGH_PROXY:
    'Order through api.q.qq.com/wxpay: an address that was ordered directly opens in a browser only.',
  URL_OF_OTHER_APP: 'Order with the appid of the mini program that pays.',
  URL_NO_PAY_PAGE: 'Hand over the h5_url or mweb_url as it was answered.',
} as const

export type QqFinding = keyof typeof mends

export interface QqDoctor {
  readonly examine: QqExamine
  readonly journal: Pick<DiagnosisJournal<QqFinding>, 'page' | 'clear'>
}

export interface QqDoctorDeps {
  readonly store: Pick<Store, 'orderByUrl' | 'appidOfToken'>
  readonly clock: Clock
  readonly events: QqEvents
  readonly apps: readonly QqAppIdentity[]
  readonly onDiagnosis: (diagnosis: Diagnosis) => void
}

/** Names by rule what went wrong on the way through QQ. It changes no answer. */
export function createQqDoctor({ store, clock, events, apps, onDiagnosis }: QqDoctorDeps): QqDoctor {
  const journal = createDiagnosisJournal<QqFinding>(clock)

  function tell(found: Found<QqFinding>, place: Parameters<typeof journal.add>[1]): void {
    const diagnosis = journal.add(found, place)
    const { id: _id, at: _at, ...detail } = diagnosis
    events.announce('diagnosis', detail)
    onDiagnosis(diagnosis)
  }

  const placeOf = ({ path, mchid, outTradeNo }: RefusedOrder): Parameters<typeof journal.add>[1] => ({
    where: 'proxy',
    subject: `POST ${path}`,
    ...(mchid !== null && { mchid: mchid.slice(0, 64) }),
    ...(outTradeNo !== null && { out_trade_no: outTradeNo.slice(0, 64) }),
  })

  const examine: QqExamine = (evidence) => {
    switch (evidence.kind) {
      case 'order-refused': {
        const found = diagnose(evidence.order, evidence.error)
        if (found) tell(found, placeOf(evidence.order))
        return
      }
      case 'order-not-let-in': {
        const found = say(
          'REFUSED_BY_WECHAT',
          'WeChat Pay refused the signature of this order; QQ does not have the keys that would tell why.',
        )
        return tell({ ...found, proved: false }, placeOf(evidence.order))
      }
      case 'url-unknown': {
        const { appid, url } = evidence
        const subject = `qq.requestWxPayment in ${appid.slice(0, 40)}`
        return tell(diagnoseUrl(appid, url), { where: 'url-check', subject })
      }
    }
  }

  return { examine, journal }

  function diagnose(order: RefusedOrder, error: QqError): Found<QqFinding> | null {
    const { query } = order
    const appid = query.get('appid') ?? ''
    switch (error) {
      case qqErrors.APPID:
        return say(
          'APPID_UNKNOWN',
          `QQ knows no app ${appid.slice(0, 40) || '(none)'}${/^wx/.test(appid) ? ': it looks like a WeChat appid' : ''}.`,
        )
      case qqErrors.TOKEN:
        return tokenRefused(appid, query.get('access_token') ?? '')
      case qqErrors.BODY:
        return say('BODY_UNREADABLE', 'The body could not be read, or names no merchant or order number (9034).')
      case qqErrors.NOT_OPENED:
        return say('WECHAT_PAY_NOT_OPENED', `WeChat Pay is not opened for ${appid} (9032).`)
      case qqErrors.MERCHANT_NOT_BOUND:
        return say('MERCHANT_NOT_BOUND', `Merchant ${order.mchid?.slice(0, 40) ?? ''} is not bound to ${appid} (9030).`)
      case qqErrors.APPID_NOT_BOUND: {
        const isQq = order.wechatAppid === appid ? ', which is the QQ appid' : ''
        return say('WECHAT_APPID_NOT_BOUND', `The body names the app ${order.wechatAppid?.slice(0, 40) ?? ''}${isQq}.`)
      }
      case qqErrors.NOTIFY_URL:
        return {
          ...say(
            'NOTIFY_URL_NOT_QQ',
            `notify_url is ${order.notifyUrl === null ? 'missing' : "not QQ's address"} (9031).`,
          ),
          ...compareTexts(order.expectedNotifyUrl, order.notifyUrl ?? ''),
        }
      case qqErrors.REAL_NOTIFY_URL:
        return say(
          'REAL_NOTIFY_URL',
          `real_notify_url is no address: ${(query.get('real_notify_url') ?? '').slice(0, 120)} (9031).`,
        )
      default:
        // Busy: nothing that the merchant did.
        return null
    }
  }

  function tokenRefused(appid: string, token: string): Found<QqFinding> {
    if (token === '') return say('TOKEN_REFUSED', 'The query has no access_token.')
    const owner = store.appidOfToken(token, clock.now())
    return say(
      'TOKEN_REFUSED',
      owner === null
        ? 'The access_token is none that is alive: it ended, was replaced, or never was one.'
        : `The access_token belongs to ${owner}, and ${appid.slice(0, 40)} orders.`,
    )
  }

  function diagnoseUrl(appid: string, url: string): Found<QqFinding> {
    const ordered = url.replace(/&redirect_url=.*$/s, '')
    const owner = apps.find((app) => app.appid !== appid && store.orderByUrl(app.appid, ordered) !== null)
    if (owner)
      return say('URL_OF_OTHER_APP', `The address was ordered for ${owner.appid}, and ${appid.slice(0, 40)} opens it.`)
    return url.includes(h5PagePath)
      ? say(
          'URL_NOT_THROUGH_PROXY',
          "The address is one of WeChat Pay's pay page, and no order with it came through the proxy.",
        )
      : say('URL_NO_PAY_PAGE', `The address is none of WeChat Pay's pay page: ${url.slice(0, 120)}.`)
  }
}

function say(finding: QqFinding, mistake: string): Found<QqFinding> {
  return { group: 15, finding, message: `${mistake} ${mends[finding]}`, proved: true }
}
