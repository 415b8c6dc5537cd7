/** The closed list of the merchant API's refusals: code, HTTP status, and a sentence for people. Clients branch on `code`. */
export const apiErrors = {
  BAD_REQUEST: { status: 400, message: 'The request is not what this call expects.' },
  CART_EMPTY: { status: 400, message: 'Choose at least one item.' },
  QUANTITY_INVALID: { status: 400, message: 'The quantity must be a whole number from 1 to 99.' },
  GOODS_UNKNOWN: { status: 400, message: 'This item is not sold here (any more).' },
  PAYMENT_KIND_UNSUPPORTED: { status: 400, message: 'This client cannot pay in any way that the shop offers.' },
  DELIVERY_INVALID: { status: 400, message: 'Choose how these goods shall reach you.' },
  REFUND_AMOUNT_INVALID: { status: 400, message: 'This is not an amount that can be refunded.' },
  LOGIN_FAILED: { status: 401, message: 'Sign-in did not finish. Please try again.' },
  UNAUTHENTICATED: { status: 401, message: 'Please sign in first.' },
  NOT_FOUND: { status: 404, message: 'There is nothing here.' },
  ORDER_NOT_FOUND: { status: 404, message: 'You have no such order.' },
  REQUEST_CONFLICT: { status: 409, message: 'This request id was used for another order.' },
  OUT_OF_STOCK: { status: 409, message: 'There are not enough of this item left.' },
  PRICE_CHANGED: { status: 409, message: 'The price has changed. Please check the new total.' },
  COUPON_UNUSABLE: { status: 409, message: 'This coupon cannot be used for this order (any more).' },
  ORDER_NOT_CANCELLABLE: { status: 409, message: 'This order can no longer be cancelled.' },
  NOT_SHIPPED: { status: 409, message: 'These goods have not been sent yet.' },
  NOT_REFUNDABLE: { status: 409, message: 'Nothing of this order can be refunded now.' },
  WRONG_STATE: { status: 409, message: 'This has been decided already, or cannot be decided now.' },
  REFUND_OPEN: { status: 409, message: 'A refund of this order is already under way.' },
  BODY_TOO_LARGE: { status: 413, message: 'The request is too large.' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, message: 'Send JSON.' },
  RATE_LIMITED: { status: 429, message: 'Too many requests. Please wait a moment.' },
  INTERNAL: { status: 500, message: 'Something went wrong on our side. Please try again.' },
  CANCEL_UNAVAILABLE: { status: 503, message: 'The order could not be cancelled just now. Please try again.' },
  UPSTREAM_UNAVAILABLE: { status: 503, message: 'Sign-in is not reachable right now. Please try again.' },
} as const satisfies Record<string, { readonly status: number; readonly message: string }>

export type ApiErrorCode = keyof typeof apiErrors

/** The body of every answer with a status of 400 or more. */
export interface ApiErrorBody {
  readonly code: ApiErrorCode
  readonly message: string
  /** The refused field of the request, where there is one. */
  readonly field?: string
}

/**
 * Why a call has no usable answer: the merchant refused it, or:
 * - `NETWORK`: no answer came, and it is unknown whether the request arrived
 * - `TIMEOUT`: no answer came in time, and it is unknown whether the request arrived
 * - `BAD_ANSWER`: the answer does not follow this contract
 */
export type FailureCode = ApiErrorCode | 'NETWORK' | 'TIMEOUT' | 'BAD_ANSWER'
