import { fireEvent, render, screen } from '@testing-library/react'
import { ListRow } from '../../../../src/components/list-row'

describe('ListRow', () => {
  it('is a button with a chevron where it leads somewhere', () => {
    const onTap = jest.fn()
    const { container } = render(<ListRow icon="coupon" label="优惠券" value="−¥20.00" tone="promo" onTap={onTap} />)
    fireEvent.click(screen.getByRole('button', { name: /优惠券\s*−¥20\.00/ }))
    expect(onTap).toHaveBeenCalledTimes(1)
    expect(container.querySelector('.icon--chevron')).not.toBeNull()
  })

  it('only tells where it leads nowhere', () => {
    const { container } = render(<ListRow id="my-points" label="积分" text="100 积分抵 1 元" value="300" />)
    expect(screen.queryByRole('button')).toBeNull()
    expect(container.querySelector('.icon--chevron')).toBeNull()
    expect(container.textContent).toBe('积分100 积分抵 1 元300')
  })
})
