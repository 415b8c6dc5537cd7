import type { FailureCode } from '../contract/errors'

/** A call to the merchant that was refused or got lost. Branch on `code`; `message` is for logs. */
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

/** Asking again, with the same request id, is the right thing to do after these. */
const retryableCodes: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'NETWORK',
  'TIMEOUT',
  'BAD_ANSWER',
  'INTERNAL',
  'UPSTREAM_UNAVAILABLE',
  'RATE_LIMITED',
])

/** These say nothing about the order: the same request id stays good for the next try. */
const signInCodes: ReadonlySet<FailureCode> = new Set<FailureCode>(['LOGIN_FAILED', 'UNAUTHENTICATED'])

export function isRetryable(code: FailureCode): boolean {
  return retryableCodes.has(code)
}

export function isSignIn(code: FailureCode): boolean {
  return signInCodes.has(code)
}

/** The code of anything that was thrown while asking the merchant; what is no ApiError is our own bug. */
export function failureCodeOf(error: unknown): FailureCode {
  if (error instanceof ApiError) return error.code
  throw error
}
