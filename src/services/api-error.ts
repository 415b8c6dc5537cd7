import type { FailureCode } from '../contract/errors'

/** A call to the merchant was refused or lost. Branch on `code`; `message` is for logs. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  constructor(
    readonly code: FailureCode,
    message: string,
    override readonly cause?: unknown,
  ) {
    super(message)
  }
}

/** After these the same request may be sent again, with the same request id. */
const retryableCodes: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'NETWORK',
  'TIMEOUT',
  'BAD_ANSWER',
  'INTERNAL',
  'UPSTREAM_UNAVAILABLE',
  'RATE_LIMITED',
])

/** These do not concern the order: its request id is used again after the next sign-in. */
const signInCodes: ReadonlySet<FailureCode> = new Set<FailureCode>(['LOGIN_FAILED', 'UNAUTHENTICATED'])

export function isRetryable(code: FailureCode): boolean {
  return retryableCodes.has(code)
}

export function isSignIn(code: FailureCode): boolean {
  return signInCodes.has(code)
}

/** The code of an error of a call to the merchant. Any other error is our own bug and is thrown again. */
export function failureCodeOf(error: unknown): FailureCode {
  if (error instanceof ApiError) return error.code
  throw error
}
