import { compareTexts, showText, type Found } from '../../../kit/diagnosis'
import { v3PayMessage } from '../../../../wire/v3-signing'
import { cannotTell, found, foundAll, type Mistake, type WechatFinding } from '../findings'
import { findSigner, readSignature, type KeyHolder, type KnownKeys } from '../known-keys'
import { bySha256, search, type Alternative, type LayoutAlternative, type SearchSpace } from './search'
import { v2SignOf } from './v2-sign'

/** What `wx.requestPayment` was called with, and for which order. */
export interface PaySignEvidence {
  readonly appid: string
  readonly timeStamp: string
  readonly nonceStr: string
  readonly package: string
  readonly signType: string
  readonly paySign: string
  /** The merchant who ordered. */
  readonly own: KeyHolder & { readonly apiKey: string; readonly apiV3Key: string }
  /** Other apps that the text may have been signed for. */
  readonly otherAppids: readonly string[]
}

type Finding = Found<WechatFinding>
type Name = 'appid' | 'timeStamp' | 'nonceStr' | 'package'

/** Says why the signature of a pay call for a V3 order does not fit. */
export function diagnosePaySign(evidence: PaySignEvidence, keys: KnownKeys): Finding {
  const { appid, timeStamp, nonceStr, paySign, signType, own } = evidence
  const right = v3PayMessage(appid, timeStamp, nonceStr, evidence.package)
  const byDigest = /^(?:[0-9a-f]{32}|[0-9a-f]{64})$/i.test(paySign)
  if (byDigest) return byApiKey(evidence, right)
  const signature = readSignature(paySign)
  const signer = signature && findSigner(own, keys, signature.bytes)
  if (!signature || !signer) {
    return cannotTell(
      6,
      'paySign was made with a key that nobody here has, or it was damaged on its way: it cannot be told which, nor what was signed. Compare it with the expected text.',
      { expected: showText(right) },
    )
  }
  const match = signer.digest.kind === 'sha256' ? search(searchSpace(evidence), bySha256(signer.digest.hash)) : null
  const mistakes: Mistake[] = []
  if (signer.kind === 'platform')
    mistakes.push({ finding: 'PAY_KEY', text: "paySign was made with WeChat Pay's own key." })
  if (signer.kind === 'other-merchant') {
    mistakes.push({
      finding: 'PAY_KEY',
      text: `paySign was made with the key of merchant ${signer.holder.mchid}; ${own.mchid} ordered.`,
    })
  }
  if (signature.as !== 'plain')
    mistakes.push({ finding: 'SIGNATURE_ENCODING', text: `paySign is written as ${signature.as}.` })
  if (signer.digest.kind !== 'sha256')
    mistakes.push({ finding: 'DIGEST_DIFFERS', text: 'paySign was not made with SHA-256.' })
  mistakes.push(
    ...(match?.mistakes ?? []).map(({ finding, what }) => ({ finding, text: `The merchant signed ${what}.` })),
  )
  if (signType !== 'RSA' && match) {
    mistakes.push({
      finding: 'PAY_SIGN_TYPE',
      text: `paySign is RSA, and signType says ${nameType(signType)}.`,
    })
  }
  const [first, ...others] = mistakes
  if (first === undefined) {
    return cannotTell(
      6,
      match
        ? 'Key, text and signature are right: the call was refused for another reason.'
        : 'The key is right, but paySign is over another text, and none of the mistakes known here gives it: other values were signed than the phone was handed, for example an older nonceStr. Compare with the expected text.',
      { expected: showText(right) },
    )
  }
  const comparison = match && match.text !== right ? compareTexts(right, match.text) : { expected: showText(right) }
  return { ...foundAll([first, ...others], comparison), group: 6 }
}

/** 32 or 64 hexadecimal characters: a signature of V2 for an order of V3. */
function byApiKey(evidence: PaySignEvidence, right: string): Finding {
  const { appid, timeStamp, nonceStr, signType, paySign, own } = evidence
  const used = paySign.length === 32 ? 'MD5' : 'HMAC-SHA256'
  const fits = ['RSA', used, signType, ''].some((named) => {
    const params = { appId: appid, timeStamp, nonceStr, package: evidence.package, signType: named }
    return v2SignOf(params, own.apiKey, used) === paySign.toLowerCase()
  })
  const how = fits ? ', made with the API key over the sorted pairs' : ''
  return found(
    'PAY_V2_SIGNATURE',
    `paySign is ${used} as in V2${how}; the order is one of V3, and signType says ${nameType(signType)}.`,
    { expected: showText(right), received: paySign },
  )
}

function nameType(signType: string): string {
  return signType === '' ? 'nothing' : signType.slice(0, 20)
}

function searchSpace(evidence: PaySignEvidence): SearchSpace<Name> {
  const { appid, timeStamp, nonceStr } = evidence
  const packageText = evidence.package
  const bare = packageText.replace(/^prepay_id=/, '')
  const seconds = Number(timeStamp)
  const stamp = (what: string, value: string): Alternative => ({
    finding: 'PAY_TIMESTAMP_DIFFERS',
    what: `${what} (${value}) instead of the timeStamp that was handed over (${timeStamp})`,
    value,
  })
  return {
    parts: {
      package: {
        right: packageText,
        wrong: [
          { finding: 'PAY_BARE_PREPAY_ID', what: 'the bare prepay_id, without prepay_id= in front', value: bare },
          { finding: 'PAY_BARE_PREPAY_ID', what: 'prepay_id= twice', value: `prepay_id=${packageText}` },
          { finding: 'PAY_BARE_PREPAY_ID', what: '"package=" in front', value: `package=${packageText}` },
          { finding: 'PAY_BARE_PREPAY_ID', what: 'an empty package', value: '' },
          {
            finding: 'PAY_BARE_PREPAY_ID',
            what: 'Sign=WXPay, which is what the APP product passes',
            value: 'Sign=WXPay',
          },
        ],
      },
      appid: {
        right: appid,
        wrong: evidence.otherAppids.map((value) => ({
          finding: 'PAY_OTHER_APPID',
          what: `appId ${value} instead of ${appid}`,
          value,
        })),
      },
      timeStamp: {
        right: timeStamp,
        wrong: [
          stamp('milliseconds', `${timeStamp}000`),
          ...(timeStamp.length === 13 ? [stamp('seconds', timeStamp.slice(0, 10))] : []),
          ...(Number.isSafeInteger(seconds)
            ? [-1, 1, -2, 2].map((drift) => stamp('another instant', String(seconds + drift)))
            : []),
        ],
      },
      nonceStr: {
        right: nonceStr,
        wrong: [nonceStr.toLowerCase(), nonceStr.toUpperCase()].map((value) => ({
          finding: 'PAY_LINE_FEEDS',
          what: 'nonceStr in other letters than it was handed over',
          value,
        })),
      },
    },
    layout: (v) => v3PayMessage(v.appid, v.timeStamp, v.nonceStr, v.package),
    layouts: layouts(),
  }
}

/** Texts that were put together wrongly from the right parts. */
function layouts(): readonly LayoutAlternative<Name>[] {
  const lines = (v: Readonly<Record<Name, string>>, eol: string): string =>
    [v.appid, v.timeStamp, v.nonceStr, v.package].join(eol)
  const layout = (finding: WechatFinding, what: string, join: LayoutAlternative<Name>['join']) => ({
    finding,
    what,
    join,
  })
  return [
    layout('PAY_LAST_LF_MISSING', 'a text without its last line feed', (v) => lines(v, '\n')),
    layout('PAY_LINE_FEEDS', 'lines that end with CR LF', (v) => `${lines(v, '\r\n')}\r\n`),
    layout('PAY_LINE_FEEDS', 'a backslash and an n for each line feed', (v) => `${lines(v, '\\n')}\\n`),
    layout('PAY_LINE_FEEDS', 'all parts in one line', (v) => lines(v, '')),
    layout('PAY_LINE_ORDER', 'nonceStr before timeStamp', (v) =>
      v3PayMessage(v.appid, v.nonceStr, v.timeStamp, v.package),
    ),
    layout('PAY_LINE_ORDER', 'package before nonceStr', (v) =>
      v3PayMessage(v.appid, v.timeStamp, v.package, v.nonceStr),
    ),
    layout('PAY_SIGN_TYPE_IN_TEXT', 'signType as a fifth line', (v) => `${lines(v, '\n')}\nRSA\n`),
    ...['RSA', 'MD5', 'HMAC-SHA256', null].map((signType) =>
      layout(
        'PAY_V2_TEXT',
        `sorted pairs as in V2${signType === null ? '' : ` with signType=${signType}`}`,
        (v) =>
          `appId=${v.appid}&nonceStr=${v.nonceStr}&package=${v.package}${signType === null ? '' : `&signType=${signType}`}&timeStamp=${v.timeStamp}`,
      ),
    ),
  ]
}
