import { isUtf8 } from 'node:buffer'
import type { Found } from '../../../kit/diagnosis'
import type { Json } from '../../domain/evidence'
import { found, type WechatFinding } from '../findings'
import { isRecord, quote } from '../knowledge'

/** Texts that are refused for their characters or their length. */

type Finding = Found<WechatFinding>

/** Names the first character that the service refuses, and where it stands. */
export function diagnoseEncoding(bytes: Buffer, body: Json | null): Finding {
  if (!isUtf8(bytes)) return found('TEXT_NOT_UTF8', 'The body is not UTF-8, perhaps GBK or Latin-1.')
  const place = findSurrogate(body)
  if (place === null) return found('TEXT_FOUR_BYTES', 'A text holds a character of four bytes.')
  const code = place.character.codePointAt(0) ?? 0
  const name = `U+${code.toString(16).toUpperCase()}`
  const what = code > 0xffff ? `${place.character} (${name}), which takes four bytes` : `half of a character (${name})`
  return found('TEXT_FOUR_BYTES', `${place.path} holds ${what}.`, { received: name })
}

/** Why a text that looks short enough is too long. Null where it has no more bytes than characters. */
export function diagnoseLength(path: string, value: unknown, limit: number | null): Finding | null {
  if (typeof value !== 'string' || limit === null) return null
  const bytes = Buffer.byteLength(value)
  const characters = [...value].length
  if (bytes === characters || bytes <= limit) return null
  return found(
    'TEXT_TOO_LONG',
    `${path.replace(/^\/body\//, '').replaceAll('/', '.')} has ${characters} characters and ${bytes} bytes, and ${limit} bytes are allowed: ${quote(value)}.`,
    { expected: `at most ${limit} bytes`, received: `${bytes} bytes` },
  )
}

/** How many values of a body are looked at: no table has as many fields. */
const valuesMax = 5000

/** Looks at each text, without recursion: a body may be nested as deep as it is long. */
function findSurrogate(body: Json | null): { readonly path: string; readonly character: string } | null {
  const seen: { readonly path: string; readonly value: unknown }[] = [{ path: '', value: body }]
  for (let index = 0; index < seen.length; index += 1) {
    const { path, value } = seen[index]!
    if (typeof value === 'string') {
      const character = /[\u{10000}-\u{10ffff}]|[\ud800-\udfff]/u.exec(value)?.[0]
      if (character !== undefined) return { path: path.slice(1), character }
    } else if (isRecord(value) || Array.isArray(value)) {
      for (const name in value) {
        if (seen.length >= valuesMax) break
        seen.push({ path: `${path}.${name}`, value: (value as Json)[name] })
      }
    }
  }
  return null
}
