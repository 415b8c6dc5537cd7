import { fireEvent, render, screen, within } from '@testing-library/react'
import { Segmented } from '../../../../src/components/segmented'

const options = [
  ['express', '快递配送'],
  ['pickup', '到店自提'],
] as const

describe('Segmented', () => {
  it('is a named group of radios and tells which one was tapped', () => {
    const onChoose = jest.fn()
    render(<Segmented id="delivery" label="配送方式" options={options} chosen="express" onChoose={onChoose} />)
    const group = within(screen.getByRole('radiogroup', { name: '配送方式' }))
    expect(group.getByRole('radio', { name: '快递配送' }).getAttribute('aria-checked')).toBe('true')
    fireEvent.click(group.getByRole('radio', { name: '到店自提' }))
    expect(onChoose.mock.calls).toEqual([['pickup']])
  })

  it('cannot be changed once an order is there', () => {
    const onChoose = jest.fn()
    render(
      <Segmented id="delivery" label="配送方式" options={options} chosen="express" isDisabled onChoose={onChoose} />,
    )
    const pickup = screen.getByRole('radio', { name: '到店自提' })
    expect(pickup.getAttribute('aria-disabled')).toBe('true')
    fireEvent.click(pickup)
    expect(onChoose).not.toHaveBeenCalled()
  })
})
