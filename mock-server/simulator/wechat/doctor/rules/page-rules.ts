import type { Found } from '../../../kit/diagnosis'
import { type PageEvidence } from '../../domain/evidence'
import { hasExpired, type Trade } from '../../domain/trade'
import { found, type WechatFinding } from '../findings'
import { inWords } from '../forms/search'

/** Why the H5 middle page showed an error. */

type Finding = Found<WechatFinding>

export function diagnosePage(evidence: PageEvidence, now: number): Finding | null {
  const finding = diagnose(evidence, now)
  return finding && { ...finding, message: `${finding.message} ${stateOf(evidence.trade)}` }
}

function diagnose(
  { refusal, target, referer, address, redirectUrl, trade, domains, digits }: PageEvidence,
  now: number,
) {
  switch (refusal) {
    case 'insideWechat':
      return found('PAGE_INSIDE_WECHAT', 'The page was opened inside WeChat.')
    case 'noReferer':
      return found('PAGE_NO_REFERER', 'The page was opened without a Referer.')
    case 'unregistered':
      return unregistered(referer, redirectUrl, domains)
    case 'badParameters':
      return found('PAGE_LOOPBACK_IP', `The order's payer_client_ip is ${trade?.order?.payer_client_ip ?? 'missing'}.`)
    case 'otherAddress': {
      const ordered = trade?.order?.payer_client_ip ?? 'none'
      return found('PAGE_OTHER_ADDRESS', `The payer comes from ${address}, and the order says ${ordered}.`, {
        expected: ordered,
        received: address,
      })
    }
    case 'tooOld':
      return tooOld(trade, digits, now)
    case 'unknownLink':
      return unknownLink(target, trade)
    case 'bareRedirect':
      return found('PAGE_REDIRECT_UNENCODED', 'redirect_url was appended as it is, with colon and slashes.', {
        expected: encodeURIComponent(redirectUrl ?? ''),
        received: redirectUrl ?? '',
      })
    case 'otherUser':
      return found('PAGE_OTHER_USER', 'Somebody else has opened this link in the wallet before.')
    case 'paid':
    case 'closed':
      // Life, not a mistake.
      return null
  }
}

function unregistered(referer: string, redirectUrl: string | null, domains: readonly string[]): Finding {
  const known = inWords(domains.slice(0, 10))
  const host = hostOf(referer)
  if (!domains.includes(host))
    return found('PAGE_DOMAIN', `The Referer's host ${host} is not registered; registered: ${known}.`)
  return found(
    'PAGE_REDIRECT_DOMAIN',
    `redirect_url leads to ${redirectUrl === null ? 'nowhere' : hostOf(redirectUrl)}, which is not registered; registered: ${known}.`,
  )
}

function unknownLink(target: string, trade: Trade | null): Finding {
  const lacks = ['prepay_id', 'package'].filter((name) => !new RegExp(`[?&]${name}=[^&]`).test(target))
  if (target.includes('?') && lacks.length > 0)
    return found('PAGE_LINK_UNKNOWN', `The address lacks ${inWords(lacks)}.`)
  if (trade && trade.product !== 'MWEB')
    return found('PAGE_LINK_UNKNOWN', `The prepay_id is one of ${trade.product ?? 'nothing'}, not of H5.`)
  return found('PAGE_LINK_UNKNOWN', 'No order has this prepay_id with these package digits.')
}

function tooOld(trade: Trade | null, digits: string, now: number): Finding {
  const link = trade?.links.find((candidate) => candidate.digits === digits)
  const age = link ? `The link is ${Math.round((now - link.issuedAt) / 1000)} s old` : 'The link is too old'
  return found(
    'PAGE_LINK_EXPIRED',
    trade && hasExpired(trade, now) ? `${age}, and the order's time_expire is over.` : `${age}.`,
  )
}

function hostOf(address: string): string {
  if (!URL.canParse(address)) return address.slice(0, 80)
  return new URL(address).hostname
}

/** A callback on the phone decides nothing, and how the app uses it cannot be seen from here. */
function stateOf(trade: Trade | null): string {
  return trade === null
    ? ''
    : `The order is ${trade.state}, whatever a callback on the phone says; whether the app takes that callback for a payment cannot be told from here.`
}
