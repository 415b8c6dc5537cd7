/** Every refusal of the merchant's API: code, HTTP status and a sentence for people. Clients branch on `code`. */
export const apiErrors = {
  BAD_REQUEST: { status: 400, message: 'The request is not what this call expects.' },
  CART_EMPTY: { status: 400, message: 'Choose at least one item.' },
  QUANTITY_INVALID: { status: 400, message: 'The quantity must be a whole number from 1 to 99.' },
  GOODS_UNKNOWN: { status: 400, message: 'This item is not sold here (any more).' },
  PAYMENT_KIND_UNSUPPORTED: { status: 400, message: 'This client cannot pay in any way that the shop offers.' },
  LOGIN_FAILED: { status: 401, message: 'Sign-in did not finish. Please try again.' },
  UNAUTHENTICATED: { status: 401, message: 'Please sign in first.' },
  NOT_FOUND: { status: 404, message: 'There is nothing here.' },
  ORDER_NOT_FOUND: { status: 404, message: 'You have no such order.' },
  REQUEST_CONFLICT: { status: 409, message: 'This request id was used for another order.' },
  OUT_OF_STOCK: { status: 409, message: 'There are not enough of this item left.' },
  BODY_TOO_LARGE: { status: 413, message: 'The request is too large.' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, message: 'Send JSON.' },
  RATE_LIMITED: { status: 429, message: 'Too many requests. Please wait a moment.' },
  INTERNAL: { status: 500, message: 'Something went wrong on our side. Please try again.' },
  UPSTREAM_UNAVAILABLE: { status: 503, message: 'Sign-in is not reachable right now. Please try again.' },
} as const satisfies Record<string, { readonly status: number; readonly message: string }>

export type ApiErrorCode = keyof typeof apiErrors

/** Body of every answer with a status of 400 or more. */
export interface ApiErrorBody {
  readonly code: ApiErrorCode
  readonly message: string
  /** The part of the request at fault, where one is. */
  readonly field?: string
}
