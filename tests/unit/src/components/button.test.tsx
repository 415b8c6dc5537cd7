import { fireEvent, render, screen } from '@testing-library/react'
import { Button } from '../../../../src/components/button'

describe('Button', () => {
  it('says an amount in words where it shows a number', () => {
    const onTap = jest.fn()
    render(<Button id="pay" label="微信支付 ¥129.00" spoken="微信支付，129 元" onTap={onTap} />)
    const button = screen.getByRole('button', { name: '微信支付，129 元' })
    expect(button.textContent).toBe('微信支付 ¥129.00')
    fireEvent.click(button)
    expect(onTap).toHaveBeenCalledTimes(1)
  })

  it.each([
    ['busy', { isBusy: true }],
    ['disabled', { isDisabled: true }],
  ])('takes no tap while it is %s, and its label says why', (_, state) => {
    const onTap = jest.fn()
    render(<Button label="正在提交订单…" {...state} onTap={onTap} />)
    const button = screen.getByRole('button', { name: '正在提交订单…' })
    expect(button.getAttribute('aria-disabled')).toBe('true')
    fireEvent.click(button)
    expect(onTap).not.toHaveBeenCalled()
  })

  it('turns only while it is busy', () => {
    const { rerender } = render(<Button label="去支付" isBusy onTap={jest.fn()} />)
    const spinners = (): number => document.querySelectorAll('.button__spinner').length
    expect(spinners()).toBe(1)
    rerender(<Button label="去支付" onTap={jest.fn()} />)
    expect(spinners()).toBe(0)
  })
})
