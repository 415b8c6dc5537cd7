import { confirmationDelayMs, isLongConfirmation } from '../../../../src/domain/confirmation'

describe('the confirmation schedule', () => {
  it('asks after 1, 2, 3, 5 and 8 seconds, then every 15', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 1000].map(confirmationDelayMs)).toEqual(
      [1, 2, 3, 5, 8, 15, 15, 15].map((s) => s * 1000),
    )
  })

  it('calls it long from 30 seconds on', () => {
    expect([29_999, 30_000].map((ms) => isLongConfirmation(0, ms))).toEqual([false, true])
  })
})
