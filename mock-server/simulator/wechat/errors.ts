import type { V3ErrorBody } from '../../wire/v3-types'

/** Refusals of the V3 API: HTTP status and the internal number that ends the Request-ID, by code and text. */
const refusals = {
  PARAM_ERROR: { status: 400, internal: 268435461 },
  EXTRA_PARAM: { status: 400, internal: 270924358, code: 'PARAM_ERROR' },
  INVALID_REQUEST: { status: 400, internal: 268435464 },
  REENTRY: { status: 400, internal: 268498688, code: 'INVALID_REQUEST' },
  ORDER_INVALID: { status: 400, internal: 268447914, code: 'INVALID_REQUEST' },
  APPID_MCHID_NOT_MATCH: { status: 400, internal: 268445527 },
  MCH_NOT_EXISTS: { status: 400, internal: 268443704 },
  OPENID_MISSING: { status: 400, internal: 268501013, code: 'PARAM_ERROR' },
  ORDERPAID: { status: 400, internal: 268449538 },
  ORDER_PAID: { status: 400, internal: 268498689 },
  ORDER_CLOSED: { status: 400, internal: 268447914 },
  OUT_TRADE_NO_USED: { status: 403, internal: 268447843 },
  ORDER_NOT_EXIST: { status: 404, internal: 268512771 },
  RESOURCE_NOT_EXISTS: { status: 404, internal: 268435464 },
  SIGN_ERROR: { status: 401, internal: 268443699 },
  SYSTEM_ERROR: { status: 500, internal: 268435456 },
  FREQUENCY_LIMITED: { status: 429, internal: 268447840 },
} as const satisfies Record<string, { status: number; internal: number; code?: string }>

export type Refusal = keyof typeof refusals

/**
 * What the service answers instead of a result.
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012081670
 */
export class V3Refusal extends Error {
  override readonly name = 'V3Refusal'
  readonly status: number
  readonly internal: number
  readonly body: V3ErrorBody

  constructor(
    readonly refusal: Refusal,
    message: string,
    detail?: unknown,
  ) {
    super(message)
    const entry: { status: number; internal: number; code?: string } = refusals[refusal]
    this.status = entry.status
    this.internal = entry.internal
    this.body = { code: entry.code ?? refusal, ...(detail !== undefined && { detail }), message }
  }
}
