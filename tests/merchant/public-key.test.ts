import type { KeyMode } from '../../mock-server/simulator/wechat/identity'
import { openTestStack, type TestStack, type TestStackOptions } from './support/test-stack'

/** A merchant who was given WeChat Pay's public key (微信支付公钥), as new merchants are. */
describe('a merchant with the public key', () => {
  let stack: TestStack | undefined
  afterEach(() => stack?.close())

  async function payOnce(
    keys: TestStackOptions,
  ): Promise<{ problem: string | null; status: string; source: string[] }> {
    stack ??= await openTestStack(keys)
    const token = await stack.login('weapp')
    const { order, payment, problem } = await stack.order(token, ['requestPayment'], '203.0.113.11')
    if (payment === null) return { problem, status: order.status, source: [] }
    const { body } = await stack.openCashier(payment)
    await stack.payInCashier(body['cashier_id']!)
    await stack.wechat.settled()
    const notices = (await (await fetch(`${stack.wechat.controlUrl}/control/notices`)).json()) as {
      notices: { attempts: { outcome: string }[] }[]
    }
    const source = notices.notices[0]!.attempts.map(({ outcome }) => outcome)
    const read = await stack.shop.call<{ order: { status: string } }>('GET', `/api/orders/${order.orderNo}`, { token })
    return { problem, status: read.body.order.status, source }
  }

  it.each<KeyMode>(['public_key', 'both'])('is paid by a notice in mode %s', async (keyMode) => {
    stack = undefined
    // Twice: during a switch the notices are signed in turns.
    for (let round = 0; round < 2; round += 1) {
      expect(await payOnce({ keyMode })).toEqual({ problem: null, status: 'paid', source: ['acknowledged'] })
    }
  })

  it('believes no answer that names a key of another id', async () => {
    stack = undefined
    const keys = { keyMode: 'public_key', publicKey: { id: 'PUB_KEY_ID_0100000000000000000000000000' } } as const
    expect(await payOnce(keys)).toEqual({ problem: 'PREPAY_UNAVAILABLE', status: 'pending', source: [] })
  })
})
