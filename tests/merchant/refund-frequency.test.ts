import type { OrderDetail } from '../../src/contract/api'
import { openTestStack, type TestStack } from './support/test-stack'

/**
 * WeChat Pay wants a minute between two partial refunds of one order. The shop asks again under the same number, and the
 * payer is never told that it failed.
 */

interface JobShown {
  readonly kind: string
  readonly subject: string
  readonly status: string
  readonly note: string | null
}
interface RefundShown {
  readonly out_refund_no: string
  readonly status: string
  readonly amount: { readonly refund: number }
}

let stack: TestStack
afterEach(() => stack.close())

describe.each([
  ['V3', {}],
  ['V2', { v2: 'MD5' }],
] as const)('two partial refunds in quick succession, in %s', (_name, options) => {
  let token: string
  let orderNo: string
  beforeEach(async () => {
    stack = await openTestStack(options)
    // Only `pass` moves its time: how fast this test runs does not count.
    await fetch(`${stack.wechat.controlUrl}/control/clock/stop`, { method: 'POST', body: '{}' })
    ;({ token, orderNo } = await stack.paid())
  })

  const detail = (): Promise<OrderDetail> => stack.shop.detail(token, orderNo)
  const jobs = async () => {
    const shown = await stack.shop.operator<{ jobs: readonly JobShown[] }>(`/operator/orders/${orderNo}`)
    return shown.jobs.filter(({ kind }) => kind === 'refund')
  }
  const atWechat = async () =>
    (await stack.control<{ refunds: readonly RefundShown[] }>('/control/refunds')).refunds.map(
      ({ out_refund_no, status, amount }) => [out_refund_no, status, amount.refund],
    )
  async function refund(amountFen: number): Promise<string> {
    const body = { reason: '差价', amountFen }
    const { status } = await stack.shop.operate(`/operator/orders/${orderNo}/refunds`, body)
    expect(status).toBe(200)
    await stack.merchant.sweep()
    return (await detail()).refund!.refundNo
  }
  async function pass(seconds: number): Promise<void> {
    await stack.advance(seconds)
    await stack.merchant.sweep()
  }

  it('both reach the payer, the second after a minute, and nobody is told of a failure', async () => {
    const first = await refund(100)
    await pass(5)
    expect(await detail()).toMatchObject({ status: 'paid', refundedFen: 100, refund: { status: 'succeeded' } })
    const second = await refund(200)
    for (let asked = 0; asked < 3; asked += 1) {
      expect(await detail()).toMatchObject({
        status: 'refunding',
        refundedFen: 100,
        refund: { refundNo: second, status: 'approved' },
      })
      await pass(10)
    }
    expect((await jobs()).find(({ subject }) => subject === second)).toMatchObject({
      status: 'waiting',
      note: expect.stringContaining('FREQUENCY_LIMITED'),
    })
    expect(await atWechat()).toEqual([[first, 'SUCCESS', 100]])
    await pass(70)
    await pass(5)
    expect(await detail()).toMatchObject({
      status: 'paid',
      refundedFen: 300,
      refund: { refundNo: second, status: 'succeeded' },
    })
    expect(await atWechat()).toEqual([
      [second, 'SUCCESS', 200],
      [first, 'SUCCESS', 100],
    ])
    await pass(60)
    expect((await jobs()).map(({ status }) => status)).toEqual(['done', 'done'])
    expect(await stack.shop.operator('/operator/held')).toMatchObject({ held: [] })
  })
})
