import { render, screen } from '@testing-library/react'
import { Banner } from '../../../../src/components/banner'

describe('Notice', () => {
  it('is read out in a pause, or at once where it is urgent', () => {
    const { rerender } = render(<Banner id="status" tone="neutral" title="网络较慢" />)
    const notice = screen.getByRole('status')
    expect(notice.getAttribute('aria-live')).toBe('polite')
    rerender(<Banner id="status" tone="warn" title="网络已断开" isUrgent />)
    expect(screen.getByRole('status')).toBe(notice)
    expect(notice.getAttribute('aria-live')).toBe('assertive')
    expect(document.getElementById('status')?.textContent).toBe('网络已断开')
  })

  it.each([
    ['warn', 'offline'],
    ['neutral', 'clock'],
    ['danger', 'info'],
  ] as const)('never tells by colour alone: %s has the icon %s', (tone, icon) => {
    const { container } = render(<Banner tone={tone} title="标题" text="说明" />)
    expect(container.querySelector(`.icon--${icon}`)).not.toBeNull()
    expect(container.textContent).toBe('标题说明')
  })

  it('takes another icon where that says more', () => {
    const { container } = render(<Banner tone="neutral" icon="coupon" title="优惠券会退回" />)
    expect(container.querySelector('.icon--coupon')).not.toBeNull()
    expect(container.querySelector('.icon--clock')).toBeNull()
  })
})
