import { apiErrors, type ApiErrorBody, type ApiErrorCode } from '../../../src/contract/errors'

/** A refusal that the client sees. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number

  constructor(
    readonly code: ApiErrorCode,
    /** The field that is refused, such as `items[0].quantity`. */
    readonly field?: string,
    override readonly cause?: unknown,
  ) {
    super(apiErrors[code].message)
    this.status = apiErrors[code].status
  }

  toBody(): ApiErrorBody {
    return { code: this.code, message: this.message, ...(this.field !== undefined && { field: this.field }) }
  }
}
