import { fireEvent, render, screen, within } from '@testing-library/react'
import { Choice } from '../../../../src/components/choice'

const options = [
  { value: 'c1', label: '满减券', text: '11-30 到期', lead: '−¥20' },
  { value: 'none', label: '不使用' },
] as const

describe('Choice', () => {
  it('is a named group of radios, one of them checked', () => {
    render(<Choice id="coupon" label="优惠券" options={options} chosen="none" onChoose={jest.fn()} />)
    const group = within(screen.getByRole('radiogroup', { name: '优惠券' }))
    const checked = group.getAllByRole('radio').map((radio) => radio.getAttribute('aria-checked'))
    expect(checked).toEqual(['false', 'true'])
    expect(group.getByRole('radio', { name: /−¥20\s*满减券\s*11-30 到期/ })).toBeDefined()
  })

  it('tells which one was tapped', () => {
    const onChoose = jest.fn()
    render(<Choice id="coupon" label="优惠券" options={options} chosen="none" onChoose={onChoose} />)
    fireEvent.click(screen.getByRole('radio', { name: /满减券/ }))
    expect(onChoose.mock.calls).toEqual([['c1']])
  })
})
