import { notifyUrl } from '../domain/links'
import { V3Refusal } from './v3-errors'

/** Checks of requests against field tables, with refusals in the words of the service (PARAM_ERROR). */

interface Common {
  /** The field's name in the official tables: it is part of the text. */
  readonly label: string
  readonly required?: true
}

export type Field = Common &
  (
    | {
        readonly type: 'string'
        readonly min?: number
        readonly max: number
        /** What `min` and `max` count. Default bytes, as observed of numbers and `attach`; of most other fields that is UNVERIFIED. */
        readonly unit?: 'bytes' | 'characters'
        readonly pattern?: RegExp
        readonly time?: true
      }
    | { readonly type: 'integer'; readonly min?: number; readonly max?: number }
    | { readonly type: 'boolean' }
    | { readonly type: 'object'; readonly fields: Fields }
    | { readonly type: 'array'; readonly items: Field; readonly min?: number; readonly max?: number }
  )

export type Fields = Readonly<Record<string, Field>>

const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/
const notifyUrlText = '^https?://([^\\s/?#\\[\\]\\@]+\\@)?([^\\s/?#\\@:]+)(?::\\d{2,5})?([^\\s?#\\[\\]]*)$'

/**
 * Checks a body against its table.
 * @throws V3Refusal PARAM_ERROR for the first field at fault
 */
export function checkBody(body: unknown, fields: Fields): void {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new V3Refusal('PARAM_ERROR', '请求体不是合法的JSON对象', { location: 'body', value: '' })
  }
  const extra: string[] = []
  checkObject(body as Record<string, unknown>, fields, '/body', extra)
  if (extra.length > 0) {
    throw new V3Refusal('EXTRA_PARAM', '请求中含有未在API文档中定义的参数', { location: null, value: extra })
  }
}

/**
 * Checks one value of the query (`/query/mchid`) or of the path (`/uri_template/out_trade_no`).
 * @returns the value
 * @throws V3Refusal PARAM_ERROR
 */
export function checkText(value: string | null, field: Field & { type: 'string' }, path: string): string {
  if (value === null || value === '') throw missing(path, field)
  checkString(value, field, path)
  return value
}

/** UNVERIFIED: the wording for too few or too many items. @throws V3Refusal */
export function checkCount(path: string, label: string, count: number, min = 0, max = Infinity): void {
  const refuse = (text: string): V3Refusal =>
    new V3Refusal('PARAM_ERROR', `输入源“${path}”映射到数组字段“${label}”规则校验失败，${text}`, {
      location: locationOf(path),
      value: count,
    })
  if (count < min) throw refuse(`元素个数 ${count}，小于最小值 ${min}`)
  if (count > max) throw refuse(`元素个数 ${count}，大于最大值 ${max}`)
}

/** A field that must be there: @throws V3Refusal PARAM_ERROR in its name. */
export function missingField(path: string, label: string): V3Refusal {
  return missing(path, { label, type: 'string', max: 0 })
}

function checkObject(object: Record<string, unknown>, fields: Fields, path: string, extra: string[]): void {
  for (const name of Object.keys(object)) {
    if (!Object.hasOwn(fields, name)) extra.push(`${path}/${name}`)
  }
  for (const [name, field] of Object.entries(fields)) {
    const value = Object.hasOwn(object, name) ? object[name] : undefined
    if (value === undefined || value === null || (field.required && value === '')) {
      if (field.required) throw missing(`${path}/${name}`, field)
    } else checkValue(value, field, `${path}/${name}`, extra)
  }
}

function checkValue(value: unknown, field: Field, path: string, extra: string[]): void {
  switch (field.type) {
    case 'string':
      return checkString(value, field, path)
    case 'integer':
      return checkInteger(value, field, path)
    case 'boolean':
      if (typeof value !== 'boolean') throw mistyped(path, field, value, '布尔值')
      return
    case 'object':
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        throw mistyped(path, field, value, '对象')
      }
      return checkObject(value as Record<string, unknown>, field.fields, path, extra)
    case 'array':
      if (!Array.isArray(value)) throw mistyped(path, field, value, '数组')
      checkCount(path, field.label, value.length, field.min, field.max)
      value.forEach((item: unknown, index) => checkValue(item, field.items, `${path}/${index}`, extra))
  }
}

function checkString(value: unknown, field: Field & { type: 'string' }, path: string): void {
  if (typeof value !== 'string') throw mistyped(path, field, value, '字符串')
  if (hasSurrogate(value)) throw notUtf8()
  const [length, counted] = measure(value, field.unit)
  const refuse = (shown: unknown, text: string): V3Refusal =>
    new V3Refusal('PARAM_ERROR', `输入源“${path}”映射到值字段“${field.label}”字符串规则校验失败，${text}`, {
      location: locationOf(path),
      value: shown,
    })
  if (field.min !== undefined && length < field.min)
    throw refuse(length, `${counted} ${length}，小于最小值 ${field.min}`)
  if (length > field.max) throw refuse(length, `${counted} ${length}，大于最大值 ${field.max}`)
  if (field.pattern && !field.pattern.test(value)) {
    const text = field.pattern === notifyUrl ? notifyUrlText : field.pattern.source
    throw refuse(value, `字符串必须匹配正则表达式“${text}”`)
  }
  if (field.time && (!rfc3339.test(value) || Number.isNaN(Date.parse(value)))) {
    throw refuse(value, '字符串必须符合 RFC 3339 时间格式')
  }
}

/** A character of four bytes in UTF-8, or half of one, which no UTF-8 can hold. */
function hasSurrogate(text: string): boolean {
  return /[\ud800-\udfff]/.test(text)
}

/**
 * Text of which a character takes four bytes in UTF-8 is refused like text in another encoding: emoji, rare Han characters.
 * @see https://github.com/cloudreve/Cloudreve/issues/2491
 */
export function notUtf8(): V3Refusal {
  return new V3Refusal('NOT_UTF8', '请求内容传入了非UTF8参数')
}

function measure(text: string, unit: 'bytes' | 'characters' = 'bytes'): readonly [number, string] {
  return unit === 'bytes' ? [Buffer.byteLength(text), '字节数'] : [[...text].length, '字符数']
}

function checkInteger(value: unknown, field: Field & { type: 'integer' }, path: string): void {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw mistyped(path, field, value, '整数')
  const refuse = (text: string): V3Refusal =>
    new V3Refusal('PARAM_ERROR', `输入源“${path}”映射到数值字段“${field.label}”规则校验失败，${text}`, {
      location: locationOf(path),
      value,
    })
  if (field.min !== undefined && value < field.min) throw refuse(`值低于最小值 ${field.min}`)
  if (field.max !== undefined && value > field.max) throw refuse(`值高于最大值 ${field.max}`)
}

function missing(path: string, field: Field): V3Refusal {
  return new V3Refusal('PARAM_ERROR', `输入源“${path}”映射到字段“${field.label}”必填性规则校验失败，此字段为必填项`, {
    location: locationOf(path),
    value: '',
  })
}

/** What the service names as the place: `body`, `query` or `uri_template`, the beginning of the path. */
function locationOf(path: string): string {
  return path.split('/', 2)[1] ?? 'body'
}

/** UNVERIFIED: the wording for values of the wrong JSON type in a body. */
function mistyped(path: string, field: Field, value: unknown, wanted: string): V3Refusal {
  return new V3Refusal(
    'PARAM_ERROR',
    `无法将输入源“${path}”映射到目标字段“${field.label}”中，此字段需要一个合法的${wanted}`,
    {
      location: locationOf(path),
      value: typeof value === 'object' ? '' : value,
    },
  )
}
