import type { TSchema, Static } from '@sinclair/typebox'
import type { FastifyRequest, FastifySchemaValidationError, FastifyServerOptions, FastifyTypeProvider } from 'fastify'
import type { ApiErrorCode } from '../../../src/contract/errors'
import { ApiError } from './api-error'

/**
 * Checks requests against the schemas of their routes with Fastify's own validator. Nothing is converted and nothing is
 * removed: a request fits as it was sent, or its first error becomes a refusal.
 */

/** Gives `request.body`, `request.query` and `request.params` the static type of their schema. */
export interface SchemaTypes extends FastifyTypeProvider {
  validator: this['schema'] extends TSchema ? Static<this['schema']> : unknown
}

/** Keywords of ours, in addition to those of JSON Schema. */
export interface OwnKeywords {
  /** The refusal of a value that does not fit. Default BAD_REQUEST. */
  readonly refusal?: ApiErrorCode
  /** Characters of a text that people write, after trimming; control characters are refused. */
  readonly words?: { readonly min: number; readonly max: number }
  /** The largest of the whole numbers, from 1, that a query or a path may write in digits. */
  readonly countMax?: number
}

export const ajvOptions: NonNullable<FastifyServerOptions['ajv']> = {
  customOptions: {
    coerceTypes: false,
    removeAdditional: false,
    useDefaults: false,
    discriminator: true,
    // An error then brings its schema, where `refusal` stands. It brings the value, too: never log one.
    verbose: true,
    keywords: [
      { keyword: 'refusal', schemaType: 'string' },
      { keyword: 'words', type: 'string', schemaType: 'object', validate: fitsWords, errors: false },
      { keyword: 'countMax', type: 'string', schemaType: 'number', validate: fitsCount, errors: false },
    ],
  },
}

function fitsWords({ min, max }: NonNullable<OwnKeywords['words']>, text: string): boolean {
  const words = text.trim()
  const { length } = [...words]
  return length >= min && length <= max && !/\p{Cc}/u.test(words)
}

function fitsCount(max: number, digits: string): boolean {
  return /^\d{1,9}$/.test(digits) && Number(digits) >= 1 && Number(digits) <= max
}

interface ErrorSchema extends OwnKeywords {
  readonly properties?: Readonly<Record<string, OwnKeywords>>
}

/** Makes a refusal of the first error: its code, and the path of the field, such as `items[0].quantity`. */
export function toFieldRefusal(errors: readonly FastifySchemaValidationError[], part: string): ApiError {
  const { instancePath = '', params = {}, ...rest } = errors[0] ?? {}
  const { parentSchema = {} } = rest as { readonly parentSchema?: ErrorSchema }
  const { missingProperty, additionalProperty, tag } = params as Readonly<Record<string, string | undefined>>
  const steps = instancePath.split('/').slice(1)
  const child = missingProperty ?? additionalProperty?.slice(0, 64) ?? tag
  const path = [...steps, ...(child === undefined ? [] : [child])]
    .map((step, depth) => (/^\d+$/.test(step) && depth > 0 ? `[${step}]` : `.${step}`))
    .join('')
    .slice(1)
  const schema = missingProperty === undefined ? parentSchema : parentSchema.properties?.[missingProperty]
  return new ApiError(schema?.refusal ?? 'BAD_REQUEST', path === '' ? part : path)
}

/** Hook before validation: parses the bytes of a body as JSON. It comes after the hook that asks who calls. */
export async function parseJsonBody(request: FastifyRequest): Promise<void> {
  const { body, headers } = request
  if (!/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '')) throw new ApiError('UNSUPPORTED_MEDIA_TYPE')
  try {
    request.body = JSON.parse(Buffer.isBuffer(body) ? body.toString('utf8') : '')
  } catch (cause) {
    throw new ApiError('BAD_REQUEST', 'body', cause)
  }
}

/** The same for calls that need no body: none counts as `{}`, which is what clients send that cannot send none. */
export async function parseOptionalJsonBody(request: FastifyRequest): Promise<void> {
  const { body } = request
  const isEmpty = body === undefined || body === null || (Buffer.isBuffer(body) && body.length === 0)
  if (isEmpty) request.body = {}
  else await parseJsonBody(request)
}
