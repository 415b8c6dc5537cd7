import { compareTexts, type Found } from '../../../kit/diagnosis'
import { cannotTell, found, type WechatFinding } from '../findings'
import { isRecord, quote, valueAt } from '../knowledge'
import { type Json } from '../../domain/evidence'
import { inWords } from '../forms/search'
import { diagnoseLength } from './text-rules'

/** Fields that the tables refused (PARAM_ERROR), in words for a developer. */

type Finding = Found<WechatFinding>

const rules: readonly (readonly [RegExp, (value: unknown, path: string) => Finding | null])[] = [
  [/\/(total|total_amount|refund)$/, amount],
  [/\/(combine_)?out_trade_no$/, number],
  [/\/notify_url$/, notifyUrl],
]

/**
 * `path` comes from the refusal, such as `/body/amount/total`, and `limit` is the number of bytes that it names as the
 * largest. Null where the refusal needs no explanation.
 */
export function diagnoseField(path: string, body: unknown, target: string, limit: number | null): Finding | null {
  const value = path.startsWith('/body/') ? valueAt(body, path) : fromTarget(path, target)
  if (value === undefined) return absent(path, body)
  return rules.find(([pattern]) => pattern.test(path))?.[1](value, path) ?? diagnoseLength(path, value, limit)
}

function fromTarget(path: string, target: string): string | undefined {
  if (path === '/uri_template/out_trade_no') return /\/out-trade-no\/([^/?]*)/.exec(target)?.[1]
  return undefined
}

/** A required field that is missing: perhaps it is there under another name. */
function absent(path: string, body: unknown): Finding | null {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const parent = valueAt(body, path.slice(0, path.lastIndexOf('/')))
  const camel = name.replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase())
  if (camel !== name && isRecord(parent) && parent[camel] !== undefined)
    return found(
      'FIELD_UNKNOWN',
      `The field ${name} is missing, and ${camel} is there: on the wire names have underscores.`,
    )
  if (/^\/body\/payer(\/openid)?$/.test(path)) return found('OPENID_MISSING', 'The JSAPI order names no payer.')
  const old = v2Names.find(([, now]) => now === path)?.[0]
  if (old !== undefined && isRecord(body) && body[old] !== undefined)
    return found(
      'FIELD_UNKNOWN',
      `${old} is V2's name; in V3 it is ${path.slice('/body/'.length).replaceAll('/', '.')}.`,
    )
  return null
}

/** V2's names, and where V3 has the same. */
const v2Names: readonly (readonly [string, string])[] = [
  ['mch_id', '/body/mchid'],
  ['body', '/body/description'],
  ['total_fee', '/body/amount/total'],
  ['total_fee', '/body/amount'],
  ['openid', '/body/payer/openid'],
  ['openid', '/body/payer'],
  ['spbill_create_ip', '/body/scene_info/payer_client_ip'],
  ['spbill_create_ip', '/body/scene_info'],
]

/** Fields that no table names. */
export function diagnoseExtraFields(paths: readonly string[]): Finding {
  const hints = paths.flatMap((path) => {
    const name = path.slice(path.lastIndexOf('/') + 1)
    const now = v2Names.find(([old]) => `/body/${old}` === path)?.[1]
    if (now !== undefined) return [`${name} is V2's name for ${now.slice('/body/'.length).replaceAll('/', '.')}`]
    return /[a-z][A-Z]/.test(name) ? [`${name} is in camel case; on the wire names have underscores`] : []
  })
  const named = inWords(
    paths.slice(0, 10).map((path) =>
      path
        .replace(/^\/body\//, '')
        .replaceAll('/', '.')
        .slice(0, 60),
    ),
  )
  return found('FIELD_UNKNOWN', `No table names ${named}${hints.length > 0 ? ` (${hints.join('; ')})` : ''}.`)
}

export function amount(value: unknown): Finding | null {
  if (typeof value === 'string')
    return found('AMOUNT_TEXT', `The amount ${quote(value)} is a text.`, {
      expected: 'a JSON number',
      received: quote(value),
    })
  if (typeof value !== 'number') return null
  if (!Number.isInteger(value)) {
    const near = Math.round(value)
    // 19.9 * 100 is 1989.9999999999998: a product of binary fractions, not an amount that anybody wrote.
    const isNoise = near !== 0 && Math.abs(value - near) < 1e-6
    const meant = isNoise ? near : Math.round(value * 100)
    return found(
      'AMOUNT_FLOAT',
      isNoise
        ? `The amount ${value} is ${near} with the error of a floating-point product.`
        : `The amount ${value} is no whole number of fen; if it means yuan, it is ${meant} fen.`,
      { expected: String(meant), received: String(value) },
    )
  }
  return value < 1 ? found('AMOUNT_TOO_SMALL', `The amount is ${value}.`) : null
}

const numberCharacter = /[0-9A-Za-z_\-|*]/

export function number(value: unknown): Finding | null {
  if (typeof value !== 'string') return null
  const { length } = [...value]
  const bad = [...new Set([...value].filter((char) => !numberCharacter.test(char)))]
  if (length < 6 || length > 32) {
    const uuid = /[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}/i.test(value)
    return found(
      'NUMBER_LENGTH',
      `out_trade_no has ${length} characters: ${quote(value)}.${uuid ? ' It contains a UUID, which alone has 32 to 36.' : ''}`,
    )
  }
  if (bad.length > 0)
    return found(
      'NUMBER_CHARACTERS',
      `out_trade_no contains ${bad.slice(0, 8).map(quote).join(', ')}: ${quote(value)}.`,
    )
  return null
}

export function notifyUrl(value: unknown): Finding | null {
  if (typeof value !== 'string') return null
  const shown = quote(value)
  if (/\s/.test(value)) return found('NOTIFY_URL_SPACE', `notify_url contains white space: ${shown}.`)
  if (!/^https?:\/\//i.test(value))
    return found('NOTIFY_URL_SCHEME', `notify_url does not begin with http:// or https://: ${shown}.`)
  const cut = value.slice(0, value.search(/[?#]|$/))
  if (value.includes('?'))
    return found('NOTIFY_URL_QUERY', `notify_url has a query: ${shown}.`, compareTexts(cut, value))
  return found('NOTIFY_URL_SHAPE', `notify_url is refused by the service's pattern: ${shown}.`)
}

/** Bodies that are no JSON object. */
export function diagnoseBody(body: Buffer): Finding {
  const text = body.toString('utf8')
  if (text.trimStart().startsWith('<')) return found('FIELD_UNKNOWN', 'The body is XML, which is V2; V3 takes JSON.')
  if (/^[\w.]+=/.test(text)) return found('FIELD_UNKNOWN', 'The body is a form (a=b&c=d); V3 takes JSON.')
  return cannotTell(0, 'The body is no JSON object in UTF-8.')
}

export function bodyOf(bytes: Buffer): Json | null {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    return isRecord(value) ? value : null
  } catch {
    // What is no JSON has no fields.
    return null
  }
}
