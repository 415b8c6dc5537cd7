import { XmlError, xmlToRecord } from '../crypto/xml'
import { v3Headers } from '../wire/v3-signing'
import type { Expected } from './question'
import type { Answer } from './send'

const { requestId, ...signatureNames } = v3Headers

const nameSets: Readonly<Record<NonNullable<Expected['names']>, readonly string[]>> = {
  signed: [requestId, ...Object.values(signatureNames)],
  'request-id': [requestId],
  none: [],
}

/** In which points an answer is another one than expected. Empty: it agrees. */
export function compare({ status, headers, text }: Answer, expected: Expected): readonly string[] {
  const differences: string[] = []
  const say = (what: string, wanted: unknown, got: unknown): void => {
    if (wanted !== got) differences.push(`${what}: expected ${show(wanted)}, got ${show(got)}`)
  }
  say('status', expected.status, status)
  if (expected.names !== undefined) {
    const theirs = headers.map(([name]) => name).filter((name) => /^(wechatpay-|request-id$)/i.test(name))
    say('header names', nameSets[expected.names].toSorted().join(' '), theirs.toSorted().join(' '))
  }
  if (expected.contentType !== undefined) {
    const type = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? ''
    say('content type', expected.contentType, type.split(';', 1)[0])
  }
  if (expected.text !== undefined) say('body', expected.text, text)
  compareFields(expected.json, () => parseJson(text), say)
  compareFields(expected.xml, () => parseXml(text), say)
  return differences
}

function compareFields(
  expected: Readonly<Record<string, unknown>> | undefined,
  parse: () => Readonly<Record<string, unknown>>,
  say: (what: string, wanted: unknown, got: unknown) => void,
): void {
  if (expected === undefined) return
  const fields = parse()
  for (const [name, wanted] of Object.entries(expected)) say(name, wanted, fields[name])
}

/** A body of another form has none of the fields. */
function parseJson(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch (error) {
    if (error instanceof SyntaxError) return {}
    throw error
  }
}

function parseXml(text: string): Readonly<Record<string, unknown>> {
  try {
    return xmlToRecord(Buffer.from(text))
  } catch (error) {
    if (error instanceof XmlError) return {}
    throw error
  }
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? 'nothing'
}
