import { fireEvent, render, screen } from '@testing-library/react'
import { Switch } from '../../../../src/components/switch'

describe('Switch', () => {
  it.each([true, false])('says that it is on: %s, and a tap asks for the opposite', (isOn) => {
    const onToggle = jest.fn()
    render(<Switch id="points" label="积分" isOn={isOn} onToggle={onToggle} />)
    const control = screen.getByRole('switch', { name: '积分' })
    expect(control.getAttribute('aria-checked')).toBe(String(isOn))
    fireEvent.click(control)
    expect(onToggle.mock.calls).toEqual([[!isOn]])
  })

  it('does nothing while it is disabled', () => {
    const onToggle = jest.fn()
    render(<Switch id="points" label="积分" isOn={false} isDisabled onToggle={onToggle} />)
    fireEvent.click(screen.getByRole('switch', { name: '积分' }))
    expect(onToggle).not.toHaveBeenCalled()
  })
})
