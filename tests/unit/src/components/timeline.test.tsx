import { render, screen, within } from '@testing-library/react'
import { Timeline } from '../../../../src/components/timeline'

describe('Timeline', () => {
  it('is a named list, the present step first and marked', () => {
    const steps = [
      { title: '已发货', text: 'SF1', time: '11-21 10:00' },
      { title: '已支付', time: '11-20 14:31' },
    ]
    render(<Timeline label="订单进度" steps={steps} />)
    const items = within(screen.getByRole('list', { name: '订单进度' })).getAllByRole('listitem')
    expect(items.map(({ textContent }) => textContent)).toEqual(['已发货SF111-21 10:00', '已支付11-20 14:31'])
    expect(items.map((item) => item.querySelector('.timeline__dot--current') !== null)).toEqual([true, false])
  })
})
