import { XmlError, xmlToRecord } from '../../../crypto/xml'
import { parseObject } from '../../kit/read-request'

export type Fields = Readonly<Record<string, unknown>>

/** The fields of a body; null where its bytes are no such document. */
export function readFields(format: 'xml' | 'json', bytes: Buffer): Fields | null {
  return format === 'json' ? parseObject(bytes) : readXml(bytes)
}

/** Flat XML as V2 writes it; null for anything else, entities and DOCTYPE included. */
export function readXml(bytes: Buffer): Fields | null {
  try {
    return xmlToRecord(bytes)
  } catch (error) {
    if (error instanceof XmlError) return null
    throw error
  }
}

export function textOf(fields: Fields, name: string): string | null {
  const value = fields[name]
  return typeof value === 'string' && value !== '' ? value : null
}

/** The bytes of a request. */
export function bytesOf(body: unknown): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0)
}
