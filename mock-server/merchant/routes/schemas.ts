import { Type, type SchemaOptions, type Static, type TProperties, type TSchema } from '@sinclair/typebox'
import { clientKinds, deliveryKinds, limits, orderGroups } from '../../../src/contract/api'
import { linesMax } from '../domain/catalogue'
import type { OwnKeywords } from '../http/validation'

/** What the client's calls may hold, as `src/contract/api.ts` promises it. */

/** An object with these fields and no others. */
export const exact = <T extends TProperties>(fields: T) => Type.Object(fields, { additionalProperties: false })

/** A text that fits a pattern. */
export const text = (pattern: RegExp) => Type.String({ pattern: pattern.source })

/** A text of people. Trim it before it is kept. */
export const words = (max: number, min = 0) => Type.String({ words: { min, max } } satisfies OwnKeywords)

/** One of a closed list. */
export const oneOf = <T extends string>(values: readonly T[]) => Type.Unsafe<T>({ type: 'string', enum: [...values] })

/** A whole number from 1 to `max`, written in digits in a query or a path. */
export const count = (max: number) => Type.String({ countMax: max } satisfies OwnKeywords)

const orNull = <T extends TSchema>(schema: T) =>
  Type.Unsafe<Static<T> | null>({ ...(schema as SchemaOptions), nullable: true })

export const orderNoPattern = /^[0-9A-Z-]{8,32}$/
const phonePattern = /^\+?[0-9][0-9 -]{4,19}$/
const acceptsMax = 8

const requestId = text(/^[0-9A-Za-z_-]{16,64}$/)
const couponId = orNull(text(/^[1-9]\d{0,14}$/))
const fen = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
const items = Type.Array(
  exact({
    goodsId: Type.String(),
    quantity: Type.Number({ refusal: 'QUANTITY_INVALID' } satisfies OwnKeywords),
  }),
  { maxItems: linesMax },
)
// Not the closed list: a newer client may name kinds that this server does not know, and an older one after them.
const accepts = Type.Array(Type.String(), { maxItems: acceptsMax })

// Some places have no district, or no city, and some hosts then leave the field out: that must not cost an order.
const area = Type.Optional(orNull(words(limits.addressPart)))
const address = exact({
  name: words(limits.addressPart),
  phone: text(phonePattern),
  province: area,
  city: area,
  district: area,
  detail: words(limits.addressPart),
})

const delivery = byKind(
  exact({ kind: Type.Literal('express'), address }),
  exact({
    kind: Type.Literal('pickup'),
    storeId: Type.Optional(Type.String({ refusal: 'DELIVERY_INVALID' } satisfies OwnKeywords)),
  }),
  exact({ kind: Type.Literal('virtual'), phone: Type.Optional(text(phonePattern)) }),
)

/** One of several objects, told apart by `kind`. Unlike those of Type.Union, its errors are those of the kind that was sent. */
function byKind<T extends TSchema[]>(...kinds: T) {
  return Type.Unsafe<Static<T[number]>>({
    type: 'object',
    required: ['kind'],
    discriminator: { propertyName: 'kind' },
    oneOf: kinds,
  })
}

/** A body that says nothing. */
export const nothing = exact({})

export const sessionRequest = exact({
  client: oneOf(clientKinds),
  code: Type.Optional(text(/^[\x21-\x7e]{1,256}$/)),
  orderKey: Type.Optional(text(/^[0-9A-Za-z]{43}$/)),
})

export const quoteRequest = exact({
  items,
  delivery: Type.Optional(orNull(exact({ kind: oneOf(deliveryKinds) }))),
  couponId: Type.Optional(couponId),
  usePoints: Type.Optional(Type.Boolean()),
})

export const createOrderRequest = exact({
  requestId,
  items,
  accepts,
  couponId: Type.Optional(couponId),
  usePoints: Type.Optional(Type.Boolean()),
  delivery: Type.Optional(orNull(delivery)),
  remark: Type.Optional(words(limits.remark)),
  expectedTotalFen: Type.Optional(fen),
})

export const payOrderRequest = exact({ requestId, accepts })

/** What is to go back: `requestId` makes it a request of the payer. */
export const refundWish = exact({
  reason: words(limits.refundReason, 1),
  amountFen: Type.Optional(orNull(fen)),
  items: Type.Optional(items),
})

export const refundRequest = exact({ requestId, ...refundWish.properties })

/** `GET /api/orders?state=…&limit=…&cursor=…` */
export const ordersQuery = Type.Object({
  state: Type.Optional(oneOf(orderGroups)),
  limit: Type.Optional(count(limits.ordersPage)),
  cursor: Type.Optional(text(orderNoPattern)),
})
