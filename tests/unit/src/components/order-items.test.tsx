import { render } from '@testing-library/react'
import { OrderItems } from '../../../../src/components/order-items'

describe('OrderItems', () => {
  it('names each item with its kind, its price and how many', () => {
    const items = [
      { goodsId: 'tea', name: '明前龙井', spec: '50 g', priceFen: 8800, quantity: 2 },
      { goodsId: 'cup', name: '茶杯', spec: '白瓷', priceFen: 5300, quantity: 1 },
    ]
    const { container } = render(<OrderItems items={items} />)
    const rows = [...container.querySelectorAll('.order-items__row')].map((row) => row.textContent)
    expect(rows).toEqual(['明前龙井50 g¥88.00×2', '茶杯白瓷¥53.00×1'])
  })
})
