import { render } from '@testing-library/react'
import { Price } from '../../../../src/components/price'

const textOf = (fen: number): string | null => render(<Price fen={fen} />).container.textContent

describe('Price', () => {
  it.each([
    [0, '¥0.00'],
    [5, '¥0.05'],
    [12900, '¥129.00'],
    [-2000, '−¥20.00'],
  ])('writes %d fen as %s', (fen, text) => {
    expect(textOf(fen)).toBe(text)
  })

  it('marks a discount, not an amount', () => {
    expect(render(<Price fen={-1} />).container.querySelector('.price--off')).not.toBeNull()
    expect(render(<Price fen={0} />).container.querySelector('.price--off')).toBeNull()
  })
})
