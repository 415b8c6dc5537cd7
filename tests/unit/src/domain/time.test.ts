import { formatCountdown, formatInstant, secondsUntil } from '../../../../src/domain/time'

describe('time', () => {
  it.each([
    [708, '11:48'],
    [60, '01:00'],
    [0, '00:00'],
    [-5, '00:00'],
    [3661, '61:01'],
  ])('writes %d seconds as %s', (seconds, text) => expect(formatCountdown(seconds)).toBe(text))

  it('rounds up what is left, so that zero means over', () => {
    expect(secondsUntil(10_000, 9_001)).toBe(1)
    expect(secondsUntil(10_000, 10_000)).toBe(0)
    expect(secondsUntil(10_000, 99_000)).toBe(0)
  })

  it('shows Beijing time, wherever the phone is', () => {
    expect(formatInstant('2026-11-20T14:31:58+08:00')).toBe('2026-11-20 14:31')
    expect(formatInstant('2026-11-20T18:31:58Z')).toBe('2026-11-21 02:31')
    expect(formatInstant('')).toBe('')
  })
})
