import { fireEvent, render, screen } from '@testing-library/react'
import { Tap } from '../../../../src/components/tap'

describe('Tap', () => {
  it('is a button that takes a tap and is named by what is in it', () => {
    const onTap = jest.fn()
    render(<Tap onTap={onTap}>继续</Tap>)
    const button = screen.getByRole('button', { name: '继续' })
    expect(button.getAttribute('aria-disabled')).toBe('false')
    fireEvent.click(button)
    expect(onTap).toHaveBeenCalledTimes(1)
  })

  it('takes no tap while it is disabled, and says so', () => {
    const onTap = jest.fn()
    render(
      <Tap label="最多可购 3 件" isDisabled onTap={onTap}>
        +
      </Tap>,
    )
    const button = screen.getByRole('button', { name: '最多可购 3 件' })
    expect(button.getAttribute('aria-disabled')).toBe('true')
    fireEvent.click(button)
    expect(onTap).not.toHaveBeenCalled()
  })

  it('says whether it is checked or selected only where that means something', () => {
    render(
      <>
        <Tap role="checkbox" label="同意" isChecked={false} onTap={jest.fn()} />
        <Tap role="tab" label="全部" isSelected onTap={jest.fn()} />
        <Tap role="link" label="说明" onTap={jest.fn()} />
      </>,
    )
    expect(screen.getByRole('checkbox', { name: '同意' }).getAttribute('aria-checked')).toBe('false')
    expect(screen.getByRole('tab', { name: '全部' }).getAttribute('aria-selected')).toBe('true')
    const link = screen.getByRole('link', { name: '说明' })
    expect([link.hasAttribute('aria-checked'), link.hasAttribute('aria-selected')]).toEqual([false, false])
  })
})
