import { render, screen } from '@testing-library/react'
import { Breakdown } from '../../../../src/components/breakdown'

const lines = [
  { label: '商品金额', fen: 14900 },
  { label: '优惠券', fen: -2000 },
]

describe('Breakdown', () => {
  it('shows how the amount comes about, and what is taken off with its sign', () => {
    render(<Breakdown lines={lines} due={{ label: '应付', fen: 12900 }} spoken="129 元" />)
    expect(screen.getByText('商品金额').nextElementSibling?.textContent).toBe('¥149.00')
    expect(screen.getByText('优惠券').nextElementSibling?.textContent).toBe('−¥20.00')
    expect(document.getElementById('amount')?.textContent).toBe('¥129.00')
  })

  it('reads out what is due when it changes, in words', () => {
    const { rerender } = render(<Breakdown lines={lines} due={{ label: '应付', fen: 12900 }} spoken="129 元" />)
    const due = screen.getByRole('status', { name: '应付 129 元' })
    expect(due.getAttribute('aria-live')).toBe('polite')
    rerender(<Breakdown lines={lines} due={{ label: '应付', fen: 14900 }} spoken="149 元" />)
    // The same element: screen readers report changes inside a region, not regions that are replaced.
    expect(screen.getByRole('status', { name: '应付 149 元' })).toBe(due)
  })
})
