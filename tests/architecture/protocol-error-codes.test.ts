import { protocolErrorCodes } from '../../mock-server/merchant/gateway/errors'
import { lintTexts } from '../support/lint-text'

const merchantFile = (file: string) => `mock-server/merchant/${file}`

describe('an error code of WeChat Pay', () => {
  it('stops at the gateway: lint refuses it, in every spelling, in every other folder of the merchant', () => {
    const named = protocolErrorCodes.map((code) => `'${code}'`).join(', ')
    const texts = [
      [merchantFile('actions/pay-order.ts'), `export const isPaid = (code: string) => code === 'ORDERPAID'`],
      [merchantFile('jobs/refund-work.ts'), `export const refusals = new Set(['RESOURCE_NOT_EXISTS'])`],
      [merchantFile('routes/notices.ts'), 'export const code = `SIGN_ERROR`'],
      [merchantFile('store/port.ts'), `export type Code = 'TRADE_ERROR' | null`],
      [merchantFile('domain/settlement.ts'), `export const reasons = { ORDER_CLOSED: 1 }`],
      [merchantFile('events/events.ts'), `export const older = 'ORDERNOTEXIST'`],
      [merchantFile('jobs/outbox.ts'), `export const codes = [${named}]`],
      [merchantFile('gateway/outcomes.ts'), `export const codes = [${named}]`],
      [merchantFile('domain/order.ts'), `export const ours = 'PAID_AFTER_CLOSE'`],
    ] as const
    const refusals = lintTexts(texts).map(
      (messages) => messages.filter((said) => said.startsWith('wire-stops-at-the-edge:')).length,
    )
    expect(refusals).toEqual([1, 1, 1, 1, 1, 1, protocolErrorCodes.length, 0, 0])
  })
})
