import { ApiError } from '../../../../src/services/api-error'
import { defer, paymentOf, settled, withTea } from '../fakes'

async function whileShown() {
  const app = await withTea()
  app.checkout.show('checkout')
  return app
}

describe('a network that is lost and comes back', () => {
  it('sends what got lost again, under the same id, and waits for a tap before it opens the cashier', async () => {
    const app = await whileShown()
    app.client.createOrder.mockRejectedValueOnce(new ApiError('NETWORK', 'fail'))
    app.setNetwork(false)
    await app.checkout.submit()
    expect(app.checkout.getState()).toMatchObject({ state: 'unreachable', hasNetwork: false })
    app.setNetwork(true)
    await settled()
    const ids = app.client.createOrder.mock.calls.map(([{ requestId }]) => requestId)
    expect(ids).toHaveLength(2)
    expect(ids[1]).toBe(ids[0])
    expect(app.pay).not.toHaveBeenCalled()
    expect(app.checkout.getState()).toMatchObject({ state: 'cancelled', holdReason: 'resent', hasNetwork: true })
    await app.checkout.submit()
    expect(app.pay).toHaveBeenCalledTimes(1)
  })

  it('sends no order that the payer has not sent before', async () => {
    const app = await whileShown()
    app.setNetwork(false)
    app.setNetwork(true)
    await settled()
    expect(app.client.createOrder).not.toHaveBeenCalled()
  })

  it('reports a slow network after three seconds, not before, and takes the report back', async () => {
    const app = await whileShown()
    const answer = defer<ReturnType<typeof paymentOf>>()
    app.client.createOrder.mockReturnValue(answer.promise)
    const submitted = app.checkout.submit()
    await app.clock.advance(2999)
    expect(app.checkout.getState().isSlow).toBe(false)
    await app.clock.advance(1)
    expect(app.checkout.getState().isSlow).toBe(true)
    answer.resolve(paymentOf())
    await submitted
    expect(app.checkout.getState().isSlow).toBe(false)
  })
})
