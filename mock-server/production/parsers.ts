import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { readConnection } from './connection'

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

export function matching(pattern: RegExp, expected: string): Parser<string> {
  return { expected, parse: (value) => (pattern.test(value) ? { value } : misfit) }
}

/** A path, or a name that others give. Line ends and control characters come from a copy that went wrong. */
export const oneLine = matching(/^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]+$/u, 'one line of text')

/** SQLite's own words for a database that is not a file would become the name of one. */
export const databaseFile = matching(
  /^(?!file:|:memory:)[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]+$/u,
  'a file that keeps the orders',
)

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
  (entry) => (/^https?:/.test(entry) && URL.canParse(entry) && new URL(entry).origin === entry ? entry : null),
  'origins without a path',
)

/**
 * The origin that strangers know. Written as browsers write it, so that everything that is made of it is compared as
 * equal: lower case, without a port that goes without saying and without a slash.
 */
export const publicOrigin: Parser<string> = {
  expected: 'an origin without user, password and path',
  parse(text) {
    if (!/^https?:\/\/[^\s/?#@\\]+\/?$/i.test(text) || !URL.canParse(text)) return misfit
    const { origin, hostname, port } = new URL(text)
    return hostname.endsWith('.') || port === '0' ? misfit : { value: origin }
  },
}

/** Blocks as the HTTP server reads them, which ends at a prefix that is too long. */
export const addressBlocks = listOf((entry) => {
  const [, address = '', bits = '0'] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(entry) ?? []
  const longest = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1
  return Number(bits) <= longest ? entry : null
}, 'addresses or CIDR blocks, with a prefix of at most 32 bits for IPv4 and 128 for IPv6')

/** The address of a database. Whatever is in it, the password included, is not shown. */
export const databaseUrl: Parser<string> = {
  expected: 'postgres://user:password@host/database',
  parse(text) {
    const [, authority, rest] = /^postgres(?:ql)?:\/\/([^\s/?#]*)((?:[/?#]\S*)?)$/.exec(text) ?? []
    if (authority === undefined || rest === undefined) return misfit
    const [path = ''] = rest.split('?')
    const isCut = path.includes('#') || path.includes('@') || (!authority.includes('@') && rest.includes('@'))
    if (isCut || rest.includes('#'))
      return { found: ['a password that ends at a sign: write # as %23, / as %2F, ? as %3F'] }
    if (!/^\/./.test(path))
      return { found: ['no database (in a file of settings, # begins a comment: write it as %23)'] }
    try {
      readConnection(text)
      return { value: text }
    } catch (error) {
      // The message may show what was being read.
      const { code } = error as { readonly code?: string }
      return { found: [`what the driver cannot use (${code ?? 'a sign in it, or sslmode without its certificate'})`] }
    }
  },
}

/** A user and a password in an address end up in logs, so a bad address is not shown. */
export const hookUrl: Parser<string> = {
  expected: 'a URL without user, password and fragment',
  parse(value) {
    if (!/^https?:\/\/[^\s\\]+$/.test(value) || !URL.canParse(value)) return { found: [''] }
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
  expected: 'a file with a PEM public key',
  parse(file) {
    const content = fileText.parse(file)
    if ('found' in content) return content
    // Node makes a public key of these, too, and none that WeChat Pay signs with.
    const [, other] = /-----BEGIN (CERTIFICATE|[A-Z ]*PRIVATE KEY)-----/.exec(content.value) ?? []
    if (other !== undefined) return { found: [other === 'CERTIFICATE' ? 'a certificate' : 'a private key'] }
    const parsed = pem(createPublicKey).parse(content.value)
    return 'found' in parsed ? parsed : { value: parsed.value.key }
  },
}
