import { fireEvent, render, screen } from '@testing-library/react'
import { Sheet } from '../../../../src/components/sheet'

describe('Sheet', () => {
  it('is a modal dialog, named by its title', () => {
    render(<Sheet title="优惠券">内容</Sheet>)
    const dialog = screen.getByRole('dialog', { name: '优惠券' })
    expect(dialog.getAttribute('aria-modal')).toBe('true')
    expect(dialog.textContent).toContain('内容')
  })

  it('closes by its button and by a tap beside it', () => {
    const onClose = jest.fn()
    render(
      <Sheet title="优惠券" closeLabel="关闭" onClose={onClose}>
        内容
      </Sheet>,
    )
    fireEvent.click(screen.getByRole('button', { name: '关闭' }))
    expect(onClose).toHaveBeenCalledTimes(1)
    fireEvent.click(document.querySelector('.sheet__scrim')!)
    expect(onClose).toHaveBeenCalledTimes(2)
    fireEvent.click(screen.getByText('内容'))
    expect(onClose).toHaveBeenCalledTimes(2)
  })

  it('has no way out of its own where it must not be closed', () => {
    render(<Sheet title="正在确认支付结果">请稍候</Sheet>)
    fireEvent.click(document.querySelector('.sheet__scrim')!)
    expect(screen.queryByRole('button')).toBeNull()
    expect(screen.getByRole('dialog')).toBeDefined()
  })
})
