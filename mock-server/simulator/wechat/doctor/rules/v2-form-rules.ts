import type { Found } from '../../../kit/diagnosis'
import { amount, notifyUrl, number } from './field-rules'
import { found, type WechatFinding } from '../findings'

/** Requests of V2: those that were refused for their form, and orders that were taken in spite of it. */

type Finding = Found<WechatFinding>

/** Null where the answer says everything itself. `isLetIn`: the signature was right. */
export function diagnoseV2Form(
  params: Readonly<Record<string, string>>,
  body: Buffer,
  isLetIn: boolean,
): Finding | null {
  if (!isLetIn) {
    const text = body.toString('utf8', 0, 200).trimStart()
    if (/^[{[]/.test(text))
      return found(
        'FIELD_UNKNOWN',
        'The body is JSON, which is V3 (and the default of many HTTP clients); V2 takes XML.',
      )
    return /^[\w.]+=/.test(text) ? found('FIELD_UNKNOWN', 'The body is a form (a=b&c=d); V2 takes XML.') : null
  }
  const { total_fee, out_trade_no, notify_url } = params
  const money = total_fee !== undefined && /^-?\d+(\.\d+)?$/.test(total_fee) ? amount(Number(total_fee)) : null
  if (money) return money
  // V2 takes numbers of any length up to 32.
  const bad = out_trade_no !== undefined && (out_trade_no.length > 32 || /[^\w\-|*]/.test(out_trade_no))
  if (bad) return number(out_trade_no)
  return notify_url !== undefined && /[?#\s]|^(?!https?:)/i.test(notify_url) ? notifyUrl(notify_url) : null
}

/** The advised value of an H5 order's scene_info, as JSON. */
const advisedScene = '{"h5_info":{"type":"Wap","wap_url":"https://…","wap_name":"…"}}'

/** An H5 order that was taken, and should say where the payer comes from. */
export function diagnoseV2Order({ trade_type, scene_info = '' }: Readonly<Record<string, string>>): Finding | null {
  if (trade_type !== 'MWEB' || isH5Scene(scene_info)) return null
  const what = scene_info === '' ? 'has no scene_info' : 'has a scene_info that is not the documented JSON'
  return found('SCENE_INFO_MISSING', `The MWEB order ${what}. It was taken; the documents require it.`, {
    expected: advisedScene,
    received: scene_info.slice(0, 80),
  })
}

/** Wap, IOS and Android have names of their own beside the type. */
function isH5Scene(value: string): boolean {
  try {
    const scene: unknown = JSON.parse(value)
    const info = typeof scene === 'object' && scene !== null && 'h5_info' in scene ? scene.h5_info : null
    return typeof info === 'object' && info !== null && 'type' in info && typeof info.type === 'string'
  } catch {
    // Not JSON, which is what the question is.
    return false
  }
}
