import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'

/** Makes a value of the text of a setting. */
export interface Parser<T> {
  /** What a good text is, after the word "expected". */
  readonly expected: string
  parse(text: string): Parsed<T>
}

/**
 * A value, or what was found instead of one, a finding for each. `null` stands for the text itself, of which a secret
 * shows only its length; an empty text is not shown at all.
 */
export type Parsed<T> = { readonly value: T } | { readonly found: readonly (string | null)[] }

const misfit = { found: [null] } as const

export const anyText: Parser<string> = { expected: 'a text', parse: (value) => ({ value }) }

export function matching(pattern: RegExp, expected: string): Parser<string> {
  return { expected, parse: (value) => (pattern.test(value) ? { value } : misfit) }
}

export function oneOf<const T extends string>(...values: readonly T[]): Parser<T> {
  return {
    expected: values.join(' or '),
    parse(text) {
      const value = values.find((each) => each === text)
      return value === undefined ? misfit : { value }
    },
  }
}

export function wholeNumber(min: number, max: number): Parser<number> {
  return {
    expected: `a whole number from ${min} to ${max}`,
    parse(text) {
      const value = /^\d{1,6}$/.test(text) ? Number(text) : NaN
      return value >= min && value <= max ? { value } : misfit
    },
  }
}

/** Entries with commas between them. */
export function listOf<T>(toEntry: (text: string) => T | null, expected: string): Parser<readonly T[]> {
  return {
    expected,
    parse(text) {
      const entries = text.split(',').flatMap((entry) => (entry.trim() === '' ? [] : [entry.trim()]))
      const parsed = entries.map((entry) => ({ entry, value: toEntry(entry) }))
      const bad = parsed.flatMap(({ entry, value }) => (value === null ? [entry] : []))
      if (bad.length > 0) return { found: bad }
      return { value: parsed.flatMap(({ value }) => (value === null ? [] : [value])) }
    },
  }
}

/** An address of this machine. */
export const ownAddress: Parser<string> = {
  expected: 'an IP address of this machine',
  parse: (value) => (isIP(value) === 0 ? misfit : { value }),
}

export const origins = listOf(
  (entry) => (URL.canParse(entry) && new URL(entry).origin === entry ? entry : null),
  'origins without a path',
)

export const addressBlocks = listOf((entry) => {
  const [address = '', bits, ...rest] = entry.split('/')
  const isBlock = isIP(address) !== 0 && rest.length === 0 && (bits === undefined || /^\d{1,3}$/.test(bits))
  return isBlock ? entry : null
}, 'addresses or CIDR blocks')

/** A user and a password in an address end up in logs, so a bad address is not shown. */
export const hookUrl: Parser<string> = {
  expected: 'a URL without user, password and fragment',
  parse(value) {
    if (!/^https?:/.test(value) || !URL.canParse(value)) return { found: [''] }
    const { username, password, hash } = new URL(value)
    return username === '' && password === '' && hash === '' ? { value } : { found: [''] }
  },
}

export const fileText: Parser<string> = {
  expected: 'a file that can be read',
  parse(file) {
    try {
      return { value: readFileSync(file, 'utf8') }
    } catch (error) {
      return { found: [`${file} (${(error as { code?: string }).code})`] }
    }
  },
}

/** @param toKey throws where the text is no such key */
function pem(toKey: (text: string) => KeyObject): Parser<{ readonly pem: string; readonly key: KeyObject }> {
  return {
    expected: 'a PEM key',
    parse(text) {
      // An environment file has one line for each setting: a key's line ends are written out there.
      const lines = text.includes('\n') ? text : text.replaceAll('\\n', '\n')
      try {
        return { value: { pem: lines, key: toKey(lines) } }
      } catch {
        return { found: [`${text.length} characters that are none`] }
      }
    },
  }
}

export const privateKey = pem(createPrivateKey)

export const publicKeyFile: Parser<KeyObject> = {
  expected: 'a file with a PEM key',
  parse(file) {
    const content = fileText.parse(file)
    if ('found' in content) return content
    const parsed = pem(createPublicKey).parse(content.value)
    return 'found' in parsed ? parsed : { value: parsed.value.key }
  },
}
