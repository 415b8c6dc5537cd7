import { formatYuan, isFen, toYuan } from '../../../../src/domain/money'

describe('money', () => {
  it.each([
    [0, '0.00'],
    [1, '0.01'],
    [10, '0.10'],
    [100, '1.00'],
    [12900, '129.00'],
    [1_000_000_05, '1000000.05'],
    [-2300, '-23.00'],
  ])('writes %d fen as %s yuan', (fen, yuan) => expect(toYuan(fen)).toBe(yuan))

  it('writes the sign in front', () => expect(formatYuan(12900)).toBe('¥129.00'))

  it.each([0, 1, 12900])('takes %d for an amount', (value) => expect(isFen(value)).toBe(true))

  it.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '1', null])('refuses %p', (value) => {
    expect(isFen(value)).toBe(false)
  })
})
