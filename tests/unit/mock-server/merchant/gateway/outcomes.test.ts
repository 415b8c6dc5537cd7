import {
  protocolErrorCodes,
  WechatPayError,
  type WechatPayErrorCode,
} from '../../../../../mock-server/merchant/gateway/errors'
import { toPrepayOutcome, toRefundOutcome } from '../../../../../mock-server/merchant/gateway/outcomes'

const refuse = (code: WechatPayErrorCode) => async (): Promise<never> => {
  throw new WechatPayError(code, 'refused', { status: 400 })
}

describe('an order at WeChat Pay', () => {
  it('that is accepted answers its instruction', async () => {
    expect(await toPrepayOutcome(async () => 'wx1')).toEqual({ kind: 'ordered', instruction: 'wx1' })
  })

  const words: Partial<Record<WechatPayErrorCode, string>> = {
    ORDERPAID: 'paid',
    ORDER_PAID: 'paid',
    OUT_TRADE_NO_USED: 'taken',
    ORDER_CLOSED: 'spent',
    INVALID_REQUEST: 'spent',
    TRADE_ERROR: 'spent',
  }

  it.each([...protocolErrorCodes, 'LOCAL_TIMEOUT' as const])('has a word for %s', async (code) => {
    expect(await toPrepayOutcome(refuse(code))).toMatchObject({ kind: words[code] ?? 'unavailable', error: { code } })
  })

  it('passes a defect of ours on', async () => {
    await expect(toPrepayOutcome(() => Promise.reject(new TypeError('ours')))).rejects.toThrow('ours')
  })
})

describe('a refund at WeChat Pay', () => {
  it.each(['PARAM_ERROR', 'REFUND_UNAVAILABLE', 'USER_ACCOUNT_ABNORMAL'] as const)(
    'is refused finally with %s',
    async (code) => {
      expect(await toRefundOutcome(refuse(code))).toEqual({ kind: 'refused', reason: expect.stringContaining(code) })
    },
  )

  it.each(['SYSTEM_ERROR', 'NOT_ENOUGH', 'FREQUENCY_LIMITED', 'LOCAL_NETWORK'] as const)(
    'may be accepted later after %s',
    async (code) => {
      await expect(toRefundOutcome(refuse(code))).rejects.toMatchObject({ code })
    },
  )
})
