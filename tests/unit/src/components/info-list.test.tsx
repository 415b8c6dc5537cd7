import { render, screen } from '@testing-library/react'
import { InfoList } from '../../../../src/components/info-list'

describe('InfoList', () => {
  it('shows each value beside its label, in the order that it was given', () => {
    const lines = [
      { label: '支付方式', value: '微信支付' },
      { id: 'order-no', label: '订单编号', value: 'SC1' },
    ]
    const { container } = render(<InfoList lines={lines} />)
    expect(container.textContent).toBe('支付方式微信支付订单编号SC1')
    expect(screen.getByText('订单编号').nextElementSibling?.id).toBe('order-no')
  })
})
