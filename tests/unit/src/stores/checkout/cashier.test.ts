import type { PayOutcome } from '../../../../../src/platform/types'
import { quietCashierMs } from '../../../../../src/domain/confirmation'
import { atCheckout, defer, paidOrder, settled, type FakeApp } from '../../fakes'

/** Phones hide and show an app around the cashier in different orders, or say nothing. The merchant's answer decides. */

interface AtCashier {
  readonly app: FakeApp
  readonly callBack: (outcome: PayOutcome) => Promise<void>
}

async function atCashier(): Promise<AtCashier> {
  const app = await atCheckout()
  const cashier = defer<PayOutcome>()
  app.pay.mockReturnValueOnce(cashier.promise)
  void app.checkout.submit()
  await settled()
  return {
    app,
    async callBack(outcome) {
      cashier.resolve(outcome)
      await settled()
    },
  }
}

const hide = async ({ app }: AtCashier): Promise<void> => app.checkout.hide('checkout')
const show = async ({ app }: AtCashier): Promise<void> => {
  app.checkout.show('checkout')
  await settled()
}
const hear =
  (outcome: PayOutcome) =>
  ({ callBack }: AtCashier): Promise<void> =>
    callBack(outcome)
const wait =
  (ms: number) =>
  ({ app }: AtCashier): Promise<void> =>
    app.clock.advance(ms)

type Step = (at: AtCashier) => Promise<void>

/** @param outcome what the callback says, where there is one */
const orders = (outcome: PayOutcome): Readonly<Record<string, readonly Step[]>> => ({
  'calls back, and neither hides nor shows': [hear(outcome)],
  'hides, calls back, shows': [hide, hear(outcome), show],
  'hides, shows, calls back': [hide, show, hear(outcome)],
  'hides, calls back, and never shows': [hide, hear(outcome)],
  'hides, shows while the cashier is open, calls back much later': [hide, show, wait(20_000), hear(outcome)],
  'calls back after half a minute': [wait(30_000), hear(outcome)],
})

describe.each(Object.entries(orders('ok')))('a phone that %s', (_how, steps) => {
  it('ends at the result of a paid order', async () => {
    const at = await atCashier()
    at.app.client.order.mockResolvedValue(paidOrder())
    for (const step of steps) await step(at)
    expect(at.app.checkout.getState().state).toBe('paid')
    expect(at.app.navigation.toResult.mock.calls).toEqual([['SC261120-0007']])
  })

  it('waits for a late notification, and asks often again', async () => {
    const at = await atCashier()
    for (const step of steps) await step(at)
    expect(at.app.checkout.getState()).toMatchObject({ state: 'confirming', saidOk: true, canContinue: false })
    at.app.client.order.mockResolvedValue(paidOrder())
    await at.app.clock.advance(3000)
    expect(at.app.navigation.toResult).toHaveBeenCalledTimes(1)
  })
})

describe.each(Object.entries(orders('cancelled')))('a phone that %s', (_how, steps) => {
  it('offers the order again after a cancel', async () => {
    const at = await atCashier()
    for (const step of steps) await step(at)
    expect(at.app.checkout.getState()).toMatchObject({ state: 'cancelled', holdReason: 'cancelled' })
  })
})

describe('a cashier that says nothing at its end', () => {
  it('leads to the result when the order is paid', async () => {
    const at = await atCashier()
    at.app.client.order.mockResolvedValue(paidOrder())
    await at.app.clock.advance(1000)
    expect(at.app.navigation.toResult).toHaveBeenCalledTimes(1)
  })

  it('lets the payer continue when it is not, after a while and without a second cashier', async () => {
    const at = await atCashier()
    await at.app.clock.advance(quietCashierMs - 1000)
    expect(at.app.checkout.getState().state).toBe('invoking')
    await at.app.clock.advance(10_000)
    expect(at.app.checkout.getState()).toMatchObject({ state: 'confirming', canContinue: true })
    expect(at.app.pay).toHaveBeenCalledTimes(1)
    await at.app.checkout.submit()
    expect(at.app.pay).toHaveBeenCalledTimes(2)
  })

  it('asks nothing while the phone hides the app', async () => {
    const at = await atCashier()
    await hide(at)
    await at.app.clock.advance(60_000)
    expect(at.app.client.order).not.toHaveBeenCalled()
    await show(at)
    expect(at.app.checkout.getState()).toMatchObject({ state: 'confirming', canContinue: true })
  })
})

it('a page that was left for another one is not taken for shown when the cashier calls back', async () => {
  const at = await atCashier()
  await hide(at)
  at.app.checkout.show('goods')
  at.app.checkout.hide('goods')
  await at.callBack('ok')
  at.app.client.order.mockResolvedValue(paidOrder())
  await at.app.clock.advance(60_000)
  expect(at.app.navigation.toResult).not.toHaveBeenCalled()
})
