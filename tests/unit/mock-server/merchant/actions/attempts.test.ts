import pino from 'pino'
import { createAttempts } from '../../../../../mock-server/merchant/actions/attempts'
import type { Attempt, AttemptStatus } from '../../../../../mock-server/merchant/domain/order'
import { createShopEvents } from '../../../../../mock-server/merchant/events/events'
import type { PaymentGateway, Trade } from '../../../../../mock-server/merchant/gateway/port'

const logger = pino({ level: 'silent' })
const clock = { now: () => 0 }

/** How WeChat Pay answers the close of each attempt, by the attempt's id. */
type Closes = Readonly<Record<number, 'closed' | 'tooSoon' | 'paid' | 'unreachable'>>

function endAll(closes: Closes, statuses: readonly AttemptStatus[] = []) {
  const closed: number[] = []
  const asked: number[] = []
  const gateway: Pick<PaymentGateway, 'close' | 'query'> = {
    async close({ outTradeNo }) {
      asked.push(Number(outTradeNo))
      const outcome = closes[Number(outTradeNo)]
      if (outcome === undefined || outcome === 'unreachable') throw new Error('No answer.')
      return outcome
    },
    query: async () => ({ state: 'paid' }) as Trade,
  }
  const attempts = createAttempts({
    store: { closeAttempt: async (id) => void closed.push(id) },
    gateway: gateway as PaymentGateway,
    settlePayment: async () => ({ kind: 'unchanged' }),
    events: createShopEvents(logger, clock),
    clock,
    logger,
  })
  const all = Object.keys(closes).map((id, index) => toAttempt(Number(id), statuses[index] ?? 'live'))
  return attempts.endAll(all).then((outcome) => ({ outcome, asked, closed }))
}

const toAttempt = (id: number, status: AttemptStatus): Attempt => ({
  id,
  orderId: 1,
  outTradeNo: String(id),
  client: 'weapp',
  status,
  payerClientIp: null,
  instruction: null,
  instructedAtMs: null,
  transactionId: null,
  queries: 0,
  parts: [],
})

describe('ending all attempts of an order', () => {
  it('answers closed when WeChat Pay closes each of them', async () => {
    expect(await endAll({ 1: 'closed', 2: 'closed' })).toEqual({ outcome: 'closed', asked: [1, 2], closed: [1, 2] })
  })

  it('answers closed without any, and leaves ended ones alone', async () => {
    expect(await endAll({})).toMatchObject({ outcome: 'closed' })
    expect(await endAll({ 1: 'closed', 2: 'closed' }, ['paid', 'closed'])).toMatchObject({
      outcome: 'closed',
      asked: [],
    })
  })

  it('goes on after one that cannot be closed yet, and says so', async () => {
    expect(await endAll({ 1: 'tooSoon', 2: 'closed' })).toEqual({ outcome: 'tooSoon', asked: [1, 2], closed: [2] })
  })

  it.each([
    ['paid', 'paid'],
    ['unreachable', 'unavailable'],
  ] as const)('stops at one that is %s', async (close, outcome) => {
    expect(await endAll({ 1: 'tooSoon', 2: close, 3: 'closed' })).toEqual({ outcome, asked: [1, 2], closed: [] })
  })
})
