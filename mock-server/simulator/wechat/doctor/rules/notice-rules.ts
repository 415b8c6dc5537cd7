import { toBeijingTime } from '../../../../kit/clock'
import type { Found } from '../../../kit/diagnosis'
import type { FaultName } from '../../domain/fault-names'
import type { Notice } from '../../domain/notice'
import type { Delivery } from '../../domain/notice'
import { cannotTell, found, type WechatFinding } from '../findings'
import { quote } from '../knowledge'

/** What a receiver's answer to a notification shows about it. */

type Finding = Found<WechatFinding>

/** Faults that a receiver must refuse, and what it means where the receiver accepts. */
const mustBeRefused: Partial<Record<FaultName, readonly [WechatFinding, string]>> = {
  'signtest-probe': ['NOTICE_NOT_VERIFIED', 'a probe with a wrong signature (WECHATPAY/SIGNTEST/)'],
  'wrong-signature': ['NOTICE_NOT_VERIFIED', 'a notification whose signature is over other bytes'],
  'reserialised-signature': [
    'NOTICE_RESERIALISED',
    'a notification whose signature is over its JSON without white space, not over the bytes that were sent',
  ],
  'unknown-serial': ['NOTICE_UNCHECKED', 'a notification with a serial that nobody has'],
  'wrong-serial': ['NOTICE_UNCHECKED', "a notification with the serial of the merchant's own certificate"],
  'stale-timestamp': ['NOTICE_UNCHECKED', 'a notification that was signed ten minutes ago'],
  'corrupt-ciphertext': ['NOTICE_UNCHECKED', 'a notification that cannot be decrypted'],
}

/** Null where the receiver did right, or did the same as at the attempt before. */
export function diagnoseDelivery(notice: Notice, attempt: Delivery): Finding | null {
  if (attempt.outcome === 'dropped') return null
  const spoiled = spoiledBy(notice, attempt)
  if (spoiled) {
    const [finding, what] = spoiled
    if (attempt.outcome !== 'acknowledged') return null
    return found(finding, `The receiver acknowledged ${what}. ${facts(notice, attempt)}`)
  }
  const before = notice.attempts.filter(({ number, faults }) => number < attempt.number && faults.length === 0).at(-1)
  if (before && before.outcome === attempt.outcome && before.status === attempt.status) return null
  const finding = attempt.outcome === 'acknowledged' ? acknowledged(notice, attempt) : refused(notice, attempt)
  return finding && { ...finding, message: `${finding.message} ${facts(notice, attempt)}` }
}

function spoiledBy({ api }: Notice, { faults, body }: Delivery): readonly [WechatFinding, string] | null {
  // V2 has no signature but in its body, and not every body has one: what was not changed may be believed.
  if (api === 'v2' && body === undefined) return null
  return faults.map((name) => mustBeRefused[name]).find((rule) => rule !== undefined) ?? null
}

function acknowledged({ api }: Notice, { answer_body }: Delivery): Finding | null {
  if (api === 'v2') return null
  const saysFail = /"code"\s*:\s*"(?!SUCCESS")[^"]+"/i.test(answer_body) || xmlCode(answer_body) === 'FAIL'
  if (saysFail)
    return found(
      'ACK_FAIL_WITH_SUCCESS_STATUS',
      'The receiver says that it failed, with a status of success: in V3 the status alone counts, and the notification never comes again.',
    )
  if (xmlCode(answer_body) !== null)
    return found(
      'ACK_XML_TO_V3',
      'The receiver answers a V3 notification with the XML of V2; it counts only by its status.',
    )
  if (/<html|<!doctype html/i.test(answer_body))
    return found('ACK_PAGE', 'A web page answers the notification, with a status that acknowledges it.')
  return null
}

function refused({ api, asked_in }: Notice, { outcome, status, answer_body }: Delivery): Finding | null {
  if (outcome === 'timeout') return found('ACK_SLOW', 'The receiver took longer than five seconds.')
  if (outcome === 'unreachable') return found('NOTIFY_UNREACHABLE', 'Nobody could be reached at notify_url.')
  const code = status ?? 0
  if (code >= 300 && code < 400)
    return found('NOTIFY_LOGIN_IN_FRONT', 'notify_url redirects; redirects are not followed.')
  if (code === 404 || code === 405)
    return found('NOTIFY_NO_SUCH_PATH', `There is no POST route under notify_url (${code}).`)
  if (asked_in === 'v3')
    return found(
      'ACK_V3_TO_CONSOLE',
      "The receiver does not take the notification. The refund was asked for with V3 and named no notify_url: WeChat Pay tells it at the address of the merchant's console, as XML of V2 without a signature.",
    )
  if (api === 'v2' && code === 200) return refusedV2(answer_body)
  if (code >= 200 && code < 300) return found('ACK_STATUS', `The status ${code} is taken for a failure.`)
  if (code === 401 || code === 403 || code === 400) {
    return cannotTell(
      13,
      'The receiver refused a notification that is rightly signed and encrypted; what it did wrong cannot be seen from outside. Often it verifies over re-serialised JSON (the fault reserialised-signature proves that), with the wrong key for the serial in Wechatpay-Serial, or decrypts with another APIv3 key.',
    )
  }
  return cannotTell(14, 'The receiver failed; why, its own log says. The notification comes again.')
}

function refusedV2(body: string): Finding {
  if (xmlCode(body) === 'FAIL') return found('ACK_FAIL_TO_V2', 'The receiver answers FAIL.')
  if (/^\s*[{[]/.test(body)) return found('ACK_JSON_TO_V2', 'The receiver answers a V2 notification with JSON.')
  return found('ACK_MALFORMED_V2', 'The answer to a V2 notification is no well-formed XML with return_code SUCCESS.')
}

function xmlCode(body: string): string | null {
  return /<return_code>\s*(?:<!\[CDATA\[)?(\w+)/.exec(body)?.[1] ?? null
}

function facts(notice: Notice, attempt: Delivery): string {
  const answered =
    attempt.status === null ? quote(attempt.answer_body) : `${attempt.status} ${quote(attempt.answer_body)}`
  const next = notice.next_attempt_at === null ? 'none' : toBeijingTime(notice.next_attempt_at)
  return `Attempt ${attempt.number} of ${notice.id}: ${answered} after ${attempt.latency_ms} ms; next attempt: ${next}.`
}
