import type { Found } from '../../../kit/diagnosis'
import { payerOf } from '../../merchants/directory'
import { payability, type Trade } from '../../domain/trade'
import { verifyRsaSha256 } from '../../../../crypto/rsa'
import { isUser } from '../../../kit/read-request'
import { v3PayMessage } from '../../../../wire/v3-signing'
import { found, shorten, type WechatFinding } from '../findings'
import { quote, type Knowledge } from '../knowledge'
import { type Json } from '../../domain/evidence'
import { diagnosePaySign } from '../forms/pay-sign'
import { diagnoseV2Sign, v2SignOf } from '../forms/v2-sign'
import { inWords } from '../forms/search'

/** Why the cashier did not open for a call of `wx.requestPayment`. */

type Finding = Found<WechatFinding>

const names = ['timeStamp', 'nonceStr', 'package', 'paySign'] as const

/** What clients call the fields otherwise. */
const misnamed: Readonly<Record<(typeof names)[number], readonly string[]>> = {
  timeStamp: ['timestamp', 'time_stamp'],
  nonceStr: ['noncestr', 'nonce_str'],
  package: ['packageVal', 'packageValue', 'prepay_id', 'prepayId'],
  paySign: ['paysign', 'pay_sign', 'sign'],
}

/** Which trade the call is for; null where none. */
export function tradeOfCall(call: Json, known: Knowledge): Trade | null {
  const text = call['package']
  const prepayId = typeof text === 'string' ? /^(?:prepay_id=)?(.+)$/s.exec(text)?.[1] : undefined
  return prepayId === undefined ? null : known.store.tradeByPrepay(prepayId)
}

/** Null where the refusal is no mistake of the caller. */
export function diagnosePayCall(call: Json, known: Knowledge): Finding | null {
  const missing = parameterFinding(call)
  if (missing) return missing
  const packageText = textOf(call, 'package')
  if (!packageText.startsWith('prepay_id='))
    return found('PAY_PARAMETERS', `package is ${quote(packageText)}, without prepay_id= in front.`)
  const trade = tradeOfCall(call, known)
  const own = trade && known.merchants.find(({ mchid }) => mchid === trade.mchid)
  if (!trade || !own || trade.order === null)
    return found('PAY_PREPAY_ID_UNKNOWN', `Nobody ordered ${quote(packageText)}.`)
  const { order } = trade
  const appid = textOf(call, 'appid')
  if (order.appid !== appid && order.sub_appid !== appid) {
    const expected = [order.appid, order.sub_appid].filter((one) => one !== undefined)
    return found('PAY_CALLING_APP', `${appid.slice(0, 40)} calls, and ${inWords(expected)} ordered.`, {
      expected: expected.join(' '),
      received: appid.slice(0, 40),
    })
  }
  const signature = signatureFinding(call, trade, known)
  if (signature) return signature
  if (trade.product !== 'JSAPI') return found('PAY_SCENE', `The order is one of ${trade.product ?? 'nothing'}.`)
  const user = call['user']
  const payer = isUser(user) ? payerOf(order, user) : null
  if (
    payer &&
    ((order.openid ?? payer.openid) !== payer.openid || (order.sub_openid ?? payer.sub_openid) !== payer.sub_openid)
  )
    return found(
      'OTHER_PAYER',
      `The order is for ${shorten(order.openid ?? order.sub_openid ?? '')}, and ${shorten(payer.openid)} pays.`,
    )
  if (payability(trade, known.now) === 'prepay-expired')
    return found(
      'PAY_PREPAY_ID_EXPIRED',
      `The prepay_id is ${Math.round((known.now - trade.prepaid_at) / 60_000)} minutes old.`,
    )
  return null
}

/** A call that was taken although it is not as documented: the age of timeStamp is not known to be checked. */
export function diagnoseTakenCall(call: Json): Finding | null {
  return typeof call['timeStamp'] === 'string' && /^\d{13}$/.test(call['timeStamp'])
    ? found('PAY_TIMESTAMP_MS', 'timeStamp has 13 digits: it is in milliseconds. It was taken here.')
    : null
}

function parameterFinding(call: Json): Finding | null {
  const faults = names.flatMap((name) => {
    const value = call[name]
    if (typeof value === 'string' && value !== '') return []
    const other = misnamed[name].find((candidate) => call[candidate] !== undefined)
    if (other !== undefined) return [`${name} is missing, and ${other} is there`]
    if (value === undefined || value === null) return [`${name} is missing`]
    return [value === '' ? `${name} is empty` : `${name} is a ${typeof value} instead of a text`]
  })
  if (faults.length === 0) return null
  const { timeStamp } = call
  const isMs = typeof timeStamp === 'number' && timeStamp > 1e12
  return found(
    isMs ? 'PAY_TIMESTAMP_MS' : 'PAY_PARAMETERS',
    `In the pay call ${inWords(faults)}${isMs ? ', in milliseconds' : ''}.`,
  )
}

function signatureFinding(call: Json, trade: Trade, known: Knowledge): Finding | null {
  const own = known.merchants.find(({ mchid }) => mchid === trade.mchid)
  if (!own) return null
  const text = (name: string): string => textOf(call, name)
  const [appid, timeStamp, nonceStr, packageText] = [
    text('appid'),
    text('timeStamp'),
    text('nonceStr'),
    text('package'),
  ]
  const [signType, paySign] = [text('signType'), text('paySign')]
  if (trade.api === 'v2') {
    const method = trade.sign_type ?? 'MD5'
    const params = { appId: appid, timeStamp, nonceStr, package: packageText, signType, paySign }
    if (signType === method && v2SignOf(params, own.apiKey, method) === paySign.toLowerCase()) return null
    const otherKeys = [{ name: 'the APIv3 key', key: own.apiV3Key }]
    return diagnoseV2Sign({ params, received: paySign, apiKey: own.apiKey, signType: method, otherKeys, group: 6 })
  }
  const message = v3PayMessage(appid, timeStamp, nonceStr, packageText)
  if (signType === 'RSA' && verifyRsaSha256(own.publicKey, message, paySign)) return null
  return diagnosePaySign(
    {
      appid,
      timeStamp,
      nonceStr,
      package: packageText,
      signType,
      paySign,
      own,
      otherAppids: [...new Set([...own.appids, ...known.appids, 'undefined', ''])].filter((other) => other !== appid),
    },
    known.keys,
  )
}

/** What a call names, where it is a text. */
function textOf(call: Json, name: string): string {
  const value = call[name]
  return typeof value === 'string' ? value : ''
}
