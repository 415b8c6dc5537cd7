import { faultNames, type FaultName } from '../../mock-server/simulator/wechat/domain/fault-names'
import { openTestStack, type TestStack } from './support/test-stack'

/** Whatever the simulators play, the shop ends in the truth: paid once, never twice, never "failed". */

let stack: TestStack

beforeEach(async () => {
  stack = await openTestStack()
})
afterEach(() => stack.close())

const control = async (method: 'GET' | 'PUT', path: string, body?: object): Promise<Record<string, unknown>> => {
  const answer = await fetch(`${stack.wechat.controlUrl}/control${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  expect(answer.status).toBe(200)
  return (await answer.json()) as Record<string, unknown>
}
const strike = (name: FaultName, times = 1): Promise<unknown> => control('PUT', `/faults/${name}`, { on: true, times })
const namesAt = (where: string): FaultName[] =>
  (Object.keys(faultNames) as FaultName[]).filter((name) => faultNames[name].where === where)

interface NoticeShown {
  readonly attempts: readonly { readonly status: number | null; readonly outcome: string }[]
  readonly next_attempt_at: string | null
}
const noticesShown = async (): Promise<readonly NoticeShown[]> =>
  (await control('GET', '/notices'))['notices'] as readonly NoticeShown[]

async function payInWeapp(): Promise<{ token: string; orderNo: string; callback: string | undefined }> {
  const token = await stack.login('weapp')
  const { order, payment } = await stack.order(token, ['requestPayment'], '203.0.113.11')
  const opened = await stack.openCashier(payment)
  const { body } = await stack.payInCashier(opened.body.cashier_id!)
  await stack.wechat.settled()
  return { token, orderNo: order.orderNo, callback: body['callback'] }
}
/** What the shop has stored: this call asks nobody. */
const listed = async (token: string): Promise<unknown[]> =>
  (await stack.shop.call<{ orders: unknown[] }>('GET', '/api/orders', { token })).body.orders

describe('a fault of the notifications', () => {
  /** What the shop answers to each attempt until one is acknowledged. */
  const answers: Record<string, readonly (number | null)[]> = {
    'drop-notices': [null, 204],
    'delay-notices': [204],
    'duplicate-notices': [204, 204],
    'double-notices': [204, 204],
    'reorder-notices': [204],
    'corrupt-ciphertext': [500, 204],
    'wrong-signature': [401, 204],
    'unknown-serial': [401, 204],
    'wrong-serial': [401, 204],
    'stale-timestamp': [401, 204],
    'signtest-probe': [401, 204],
    'surprise-fields': [204],
    'other-key-mode': [401, 204],
    'reserialised-signature': [401, 204],
  }

  it.each(namesAt('notice'))('%s: the order is paid once, by a notification that is right', async (name) => {
    await strike(name)
    const { token, orderNo } = await payInWeapp()
    await stack.wechat.advance(600)
    expect(await listed(token)).toMatchObject([{ orderNo, status: 'paid' }])
    const [notice, ...others] = await noticesShown()
    expect(others).toEqual([])
    expect(notice!.attempts.map(({ status }) => status)).toEqual(answers[name])
    expect(notice!.next_attempt_at).toBeNull()
    expect(await stack.outTradeNos()).toMatchObject([{ state: 'SUCCESS' }])
  })
})

describe('a fault of the API', () => {
  const requestId = 'request-under-fault-0001'
  const order = (token: string) => stack.shop.order(token, { accepts: ['requestPayment'], requestId }, '203.0.113.11')

  it.each(namesAt('api').filter((name) => name !== 'api-slow'))(
    '%s while ordering: the same request again is payable, and there is one order and one trade',
    async (name) => {
      const token = await stack.login('weapp')
      await strike(name)
      await order(token)
      const again = await order(token)
      expect(again.status).toBeLessThan(300)
      expect(again.body.payment).toMatchObject({ kind: 'requestPayment' })
      expect(await listed(token)).toHaveLength(1)
      expect(await stack.outTradeNos()).toHaveLength(1)
      const opened = await stack.openCashier(again.body.payment)
      expect((await stack.payInCashier(opened.body.cashier_id!)).status).toBe(200)
      await stack.wechat.settled()
      expect(await listed(token)).toMatchObject([{ status: 'paid' }])
    },
  )

  it.each(namesAt('api').filter((name) => name !== 'api-slow'))(
    '%s while asking: the order is never called failed, and paid once the fault is gone',
    async (name) => {
      await control('PUT', '/faults/drop-notices', { on: true })
      const { token, orderNo } = await payInWeapp()
      await strike(name, 20)
      expect(['pending', 'paid']).toContain((await stack.shop.status(token, orderNo)).status)
      await control('PUT', `/faults/${name}`, { on: false })
      // Later than the shop's own patience between two questions.
      await stack.advance(60)
      await stack.merchant.sweep()
      expect(await listed(token)).toMatchObject([{ orderNo, status: 'paid' }])
    },
  )
})

describe('a fault of the phone', () => {
  it.each<[FaultName, string, 'paid' | 'pending']>([
    ['paid-but-no-callback', 'none', 'paid'],
    ['cancelled-but-paid', 'cancel', 'paid'],
    ['ok-but-not-paid', 'ok', 'pending'],
    ['killed-after-paying', 'killed', 'paid'],
  ])('%s: the shop believes WeChat Pay, not the phone', async (name, callback, status) => {
    await strike(name)
    const paid = await payInWeapp()
    expect(paid.callback).toBe(callback)
    expect(await stack.shop.status(paid.token, paid.orderNo)).toMatchObject({ status })
  })
})
