import { createHash, createHmac } from 'node:crypto'
import { compareTexts, showText, type Found } from '../../../kit/diagnosis'
import { cannotTell, foundAll, type Mistake, type WechatFinding } from '../findings'
import { search, type Alternative, type Part } from './search'
import { type V2SignEvidence } from '../../domain/evidence'

type Pairs = readonly (readonly [name: string, value: string])[]

const notSigned = new Set(['sign', 'paySign'])

/** Words that stand in published examples where the API key belongs. */
const exampleKeys = ['laoxie', 'key', 'secret', 'API_KEY', 'undefined', 'null', '']

const changedValues: readonly {
  readonly finding: WechatFinding
  readonly what: string
  readonly change: (value: string) => string
}[] = [
  { finding: 'V2_VALUES_ENCODED', what: 'the values with percent-escapes', change: encodeURIComponent },
  {
    finding: 'V2_VALUES_ENCODED',
    what: 'the values with percent-escapes and + for a blank',
    change: (value) => new URLSearchParams([['', value]]).toString().slice(1),
  },
  { finding: 'V2_VALUES_DECODED', what: 'the values with their percent-escapes decoded', change: decode },
  {
    finding: 'V2_VALUES_DECODED',
    what: 'the values with percent-escapes and + decoded',
    change: (value) => decode(value.replace(/\+/g, ' ')),
  },
  { finding: 'V2_VALUES_CHANGED', what: 'the values inside <![CDATA[…]]>', change: (value) => `<![CDATA[${value}]]>` },
  {
    finding: 'V2_VALUES_CHANGED',
    what: 'the values with XML escapes',
    change: (value) => value.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;'),
  },
  { finding: 'V2_VALUES_CHANGED', what: 'the values without the blanks around them', change: (value) => value.trim() },
  { finding: 'V2_VALUES_CHANGED', what: 'the values in quotes', change: (value) => `"${value}"` },
]

const byCode = (pairs: Pairs): Pairs => [...pairs].sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0))

/**
 * Names the mistake whose text gives the received signature. Call it after the answer was sent; it takes a few milliseconds
 * at most.
 */
export function diagnoseV2Sign(evidence: V2SignEvidence): Found<WechatFinding> {
  const { params, received, apiKey, group = 0 } = evidence
  const method = evidence.signType ?? (params['sign_type'] === 'HMAC-SHA256' ? 'HMAC-SHA256' : 'MD5')
  const all: Pairs = Object.entries(params).filter(([name]) => !notSigned.has(name))
  const right = toText(byCode(all.filter(([, value]) => value !== '')), 'raw', `&key=${apiKey}`)
  const shown = covered(right, evidence)
  const wanted = received.toLowerCase()
  if (!/^(?:[0-9a-f]{32}|[0-9a-f]{64})$/.test(wanted)) {
    const rsa = /^[\w+/]{340,344}=*$/.test(received) ? ': it looks like an RSA signature, which is V3' : ''
    const text = `The signature has ${received.length} characters instead of 32 (MD5) or 64 (HMAC-SHA256) hexadecimal ones${rsa}.`
    return { ...foundAll([{ finding: 'V2_DIGEST', text }], { expected: showText(shown) }), group }
  }

  let digest: Digest | null = null
  const digests = digestsFor(wanted, method, evidence)
  const fits = (text: string): boolean => {
    digest = digests.find(({ of }) => of(text) === wanted) ?? null
    return digest !== null
  }
  const match = search(searchSpace(evidence, all), fits, Math.floor(hashesMax / digests.length))
  const made = digest as Digest | null
  if (!match || !made) {
    return cannotTell(
      group,
      'The signature fits none of the mistakes known here. Either the key is another one (set it anew in the merchant platform: an online checker only repeats the key that is typed into it), or other values were signed.',
      { expected: showText(shown) },
    )
  }
  const mistakes: Mistake[] = [
    ...made.mistakes,
    ...match.mistakes.map(({ finding, what }) => ({ finding, text: `The client signed ${what}.` })),
    ...(received === received.toUpperCase() || received !== wanted
      ? []
      : [{ finding: 'V2_LOWER_CASE', text: 'The signature is in small letters.' } as const]),
  ]
  const [first, ...others] = mistakes
  if (first === undefined)
    return cannotTell(group, 'The signature is right: the request was refused for another reason.')
  const comparison =
    match.text === right ? { expected: showText(shown) } : compareTexts(shown, covered(match.text, evidence))
  return { ...foundAll([first, ...others], comparison), group }
}

/** All methods and keys together. */
const hashesMax = 3000

interface Digest {
  readonly mistakes: readonly Mistake[]
  of(text: string): string
}

function digestsFor(wanted: string, method: 'MD5' | 'HMAC-SHA256', evidence: V2SignEvidence): readonly Digest[] {
  const other = (used: string): readonly Mistake[] =>
    used === method ? [] : [{ finding: 'V2_DIGEST', text: `The signature is ${used}, and ${method} was announced.` }]
  const hmac = (key: string, mistakes: readonly Mistake[]): Digest => ({
    mistakes: [...mistakes, ...other('HMAC-SHA256')],
    of: (text) => createHmac('sha256', key).update(text, 'utf8').digest('hex'),
  })
  if (wanted.length === 32)
    return [{ mistakes: other('MD5'), of: (text) => createHash('md5').update(text, 'utf8').digest('hex') }]
  const keyedWith = (what: string): readonly Mistake[] => [
    { finding: 'V2_HMAC_KEY', text: `The HMAC is keyed with ${what} instead of the API key.` },
  ]
  return [
    hmac(evidence.apiKey, []),
    ...(evidence.otherKeys ?? []).map(({ name, key }) => hmac(key, keyedWith(name))),
    ...exampleKeys.map((key) => hmac(key, keyedWith(key === '' ? 'an empty text' : `the word ${key}`))),
    {
      mistakes: [{ finding: 'V2_DIGEST', text: 'The signature is a plain SHA-256 without a key.' }],
      of: (text) => createHash('sha256').update(text, 'utf8').digest('hex'),
    },
  ]
}

/** What a V2 signature of these parameters is, in small letters. */
export function v2SignOf(
  params: Readonly<Record<string, string>>,
  apiKey: string,
  method: 'MD5' | 'HMAC-SHA256',
): string {
  const filled = Object.entries(params).filter(([name, value]) => !notSigned.has(name) && value !== '')
  const text = toText(byCode(filled), 'raw', `&key=${apiKey}`)
  const hash = method === 'MD5' ? createHash('md5') : createHmac('sha256', apiKey)
  return hash.update(text, 'utf8').digest('hex')
}

type Name = 'selection' | 'order' | 'values' | 'end'

/** More parameters than any request has are not left out one by one. */
const leftOutMax = 60

function searchSpace({ params, apiKey, otherKeys = [] }: V2SignEvidence, all: Pairs) {
  const filled = all.filter(([, value]) => value !== '')
  const selections = new Map<string, Pairs>([
    ['filled', filled],
    ['with-sign', Object.entries(params).filter(([, value]) => value !== '')],
    ['with-empty', all],
    ...filled
      .slice(0, leftOutMax)
      .map(([name]) => [`without ${name}`, filled.filter(([other]) => other !== name)] as const),
  ])
  const orders = new Map<string, (pairs: Pairs) => Pairs>([
    ['sorted', byCode],
    ['sent', (pairs) => pairs],
    [
      'ignoring-case',
      (pairs) => [...pairs].sort(([left], [right]) => (left.toLowerCase() < right.toLowerCase() ? -1 : 1)),
    ],
    ['backwards', (pairs) => byCode(pairs).toReversed()],
  ])
  const wrong = (finding: WechatFinding, what: string, value: string): Alternative => ({ finding, what, value })
  const parts: Record<Name, Part> = {
    selection: {
      right: 'filled',
      wrong: [
        wrong('V2_SIGN_INCLUDED', 'the parameter sign together with the others', 'with-sign'),
        wrong('V2_EMPTY_INCLUDED', 'empty values together with the others', 'with-empty'),
        ...filled
          .slice(0, leftOutMax)
          .map(([name]) => wrong('V2_PARAM_NOT_SIGNED', `the parameters without ${name}`, `without ${name}`)),
      ],
    },
    order: {
      right: 'sorted',
      wrong: [
        wrong('V2_UNSORTED', 'the parameters in the order in which they are sent', 'sent'),
        wrong('V2_UNSORTED', 'the parameters sorted without regard to capitals', 'ignoring-case'),
        wrong('V2_UNSORTED', 'the parameters in falling order', 'backwards'),
      ],
    },
    values: { right: 'raw', wrong: changedValues.map(({ finding, what }) => wrong(finding, what, what)) },
    end: {
      right: `&key=${apiKey}`,
      wrong: [
        wrong('V2_KEY_NOT_APPENDED', 'the parameters without the key at their end', ''),
        wrong('V2_KEY_NOT_APPENDED', 'the key behind the parameters without &key= in front', apiKey),
        wrong('V2_KEY_NOT_APPENDED', 'the key behind & without key= in front', `&${apiKey}`),
        wrong('V2_KEY_NOT_APPENDED', 'the key as &KEY= in capitals', `&KEY=${apiKey}`),
        wrong('V2_KEY', 'the API key with a line feed behind it', `&key=${apiKey}\n`),
        ...otherKeys.map(({ name, key }) => wrong('V2_KEY', `${name} in the place of the API key`, `&key=${key}`)),
        ...exampleKeys.map((key) =>
          wrong('V2_KEY', `${key === '' ? 'nothing' : `the word ${key}`} in the place of the API key`, `&key=${key}`),
        ),
      ],
    },
  }
  return {
    parts,
    layout: (v: Readonly<Record<Name, string>>) =>
      toText((orders.get(v.order) ?? byCode)(selections.get(v.selection) ?? filled), v.values, v.end),
    layouts: [],
  }
}

function toText(pairs: Pairs, values: string, end: string): string {
  const change = changedValues.find(({ what }) => what === values)?.change ?? ((value: string) => value)
  return pairs.map(([name, value]) => `${name}=${change(value)}`).join('&') + end
}

/** No key is ever shown, wherever it stands in a text. */
function covered(text: string, { apiKey, otherKeys = [] }: V2SignEvidence): string {
  return [apiKey, ...otherKeys.map(({ key }) => key)]
    .filter((key) => key !== '')
    .reduce((shown, key) => shown.replaceAll(key, '***'), text)
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    // No percent-escapes of UTF-8: nothing to decode.
    return value
  }
}
