import { XMLParser, XMLValidator } from 'fast-xml-parser'

/**
 * Flat XML: one root with elements that hold text, and nothing else. A document that declares a type or an entity is
 * refused before a parser sees it, so no entity is ever expanded.
 */

export type XmlRefusal =
  'empty' | 'not-utf8' | 'too-large' | 'declares-entities' | 'malformed' | 'nested' | 'duplicate' | 'illegal-character'

/** A document that is refused. Nothing in it may be trusted. */
export class XmlError extends Error {
  override readonly name = 'XmlError'

  constructor(
    readonly code: XmlRefusal,
    detail: string = code,
    cause?: unknown,
  ) {
    super(`XML refused: ${detail}`, { cause })
  }
}

export interface XmlLimits {
  /** Default 128 KiB: the longest V2 field has 6000 characters. */
  readonly bytesMax?: number
  /** Default 1000: a page of refunds has twenty fields for each. */
  readonly elementsMax?: number
}

type Node = Readonly<Record<string, readonly Node[] | string>>

const text = '#text'
const cdata = '#cdata'

const parser = new XMLParser({
  preserveOrder: true,
  cdataPropName: cdata,
  ignoreAttributes: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  parseTagValue: false,
  trimValues: false,
  processEntities: false,
  maxNestedTags: 2,
  // Here, nodes are lists of single pairs: no element's name can reach a prototype.
  onDangerousProperty: (name) => name,
})

/**
 * Reads the children of the root, with or without CDATA, declaration and line breaks; the root may have any name. Values
 * stay the text that was sent, blanks included; only line ends become one line feed, as XML demands.
 * @returns a record without a prototype, in the order of the document
 * @throws XmlError
 */
export function xmlToRecord(bytes: Uint8Array, limits: XmlLimits = {}): Readonly<Record<string, string>> {
  const { bytesMax = 131_072, elementsMax = 1000 } = limits
  if (bytes.length === 0) throw new XmlError('empty')
  if (bytes.length > bytesMax) throw new XmlError('too-large', `more than ${bytesMax} bytes`)
  const document = decode(bytes)
  if (document.trim() === '') throw new XmlError('empty')
  checkMarkup(document)
  const validity = XMLValidator.validate(document)
  if (validity !== true) throw new XmlError('malformed', validity.err.msg)
  const children = childrenOf(rootOf(parse(document)))
  const record: Record<string, string> = Object.create(null) as Record<string, string>
  let count = 0
  for (const node of children) {
    const [name = '', content = ''] = Object.entries(node)[0] ?? []
    if (name === text && typeof content === 'string' && content.trim() === '') continue
    if (name === text || name === cdata) throw new XmlError('malformed', 'text between elements')
    if (Object.hasOwn(record, name)) throw new XmlError('duplicate', `a second <${name}>`)
    if ((count += 1) > elementsMax) throw new XmlError('too-large', `more than ${elementsMax} elements`)
    record[name] = (typeof content === 'string' ? [] : content).map((part) => textOf(part, name)).join('')
  }
  return record
}

/**
 * Writes each value as CDATA on a line of its own, as WeChat Pay does. Values should have passed `toXmlText`.
 * @param isBare names whose values stand there without CDATA; only digits ever do. Default: none.
 */
export function recordToXml(
  record: Readonly<Record<string, string>>,
  root = 'xml',
  isBare: (name: string) => boolean = () => false,
): string {
  const elements = Object.entries(record).map(([name, value]) => {
    const text = /^\d+$/.test(value) && isBare(name) ? value : toCdata(value)
    return `<${name}>${text}</${name}>`
  })
  return `<${root}>${elements.join('\n')}\n</${root}>`
}

/** The text that a reader of the XML gets: characters that XML cannot carry become U+FFFD, line ends one line feed. Sign it. */
export function toXmlText(value: string): string {
  // Encoding and decoding replaces lone surrogates.
  return Buffer.from(value, 'utf8').toString('utf8').replace(/\r\n?/g, '\n').replace(illegal, '\ufffd')
}

// What XML 1.0 forbids.
const illegal = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g

/** A CDATA section ends at its first `]]>`: a value that contains it is split into two sections there. */
function toCdata(value: string): string {
  return `<![CDATA[${value.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new XmlError('not-utf8', 'the bytes are no UTF-8', error)
  }
}

/** Sections whose content is not markup. */
const sections = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
] as const

const reference = /&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#[xX]([\dA-Fa-f]{1,6}));/g

/** Checks the text outside of comments, CDATA and instructions, in linear time even where a section has no end. */
function checkMarkup(document: string): void {
  if (document.search(illegal) >= 0) throw new XmlError('illegal-character', 'a character that XML forbids')
  let from = 0
  for (let at = document.indexOf('<'); at >= 0; at = document.indexOf('<', from)) {
    checkText(document.slice(from, at))
    const section = sections.find(([start]) => document.startsWith(start, at))
    if (section) {
      const end = document.indexOf(section[1], at + section[0].length)
      if (end < 0) throw new XmlError('malformed', `${section[0]} without ${section[1]}`)
      from = end + section[1].length
      continue
    }
    if (document.startsWith('<!', at)) throw new XmlError('declares-entities', 'a DOCTYPE or another declaration')
    from = at + 1
  }
  checkText(document.slice(from))
}

function checkText(piece: string): void {
  const ampersands = piece.split('&').length - 1
  if (ampersands > 0 && ampersands !== (piece.match(reference)?.length ?? 0))
    throw new XmlError('declares-entities', 'an entity that XML does not define')
}

function parse(document: string): readonly Node[] {
  try {
    return parser.parse(document) as readonly Node[]
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new XmlError(reason.includes('nested') ? 'nested' : 'malformed', reason, error)
  }
}

function rootOf(nodes: readonly Node[]): Node {
  const [root, other] = nodes.filter((node) => !(text in node))
  if (root === undefined || other !== undefined) throw new XmlError('malformed', 'not one root')
  return root
}

function childrenOf(node: Node): readonly Node[] {
  const children = Object.values(node)[0]
  return children === undefined || typeof children === 'string' ? [] : children
}

function textOf(node: Node, name: string): string {
  const [kind, content] = Object.entries(node)[0] ?? []
  if (kind === text && typeof content === 'string') return content.replace(reference, resolve)
  if (kind === cdata && Array.isArray(content)) return content.map((part: Node) => String(part[text] ?? '')).join('')
  throw new XmlError('nested', `<${kind}> inside <${name}>`)
}

const predefined: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function resolve(_all: string, named?: string, decimal?: string, hexadecimal?: string): string {
  if (named !== undefined) return predefined[named] ?? ''
  const code = decimal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : Number.parseInt(decimal, 10)
  const isSurrogate = code >= 0xd800 && code <= 0xdfff
  const character = code > 0x10ffff || isSurrogate ? null : String.fromCodePoint(code)
  if (character === null || character.search(illegal) >= 0)
    throw new XmlError('illegal-character', 'a reference to a character that XML forbids')
  return character
}
