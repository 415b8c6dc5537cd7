import { fireEvent, render, screen } from '@testing-library/react'
import { GoodsRow, type GoodsRowProps } from '../../../../src/components/goods-row'
import { tea } from '../fakes'

const stepperWords = { group: '数量，明前龙井', more: '增加 明前龙井', fewer: '减少 明前龙井', full: '最多可购 3 件' }

function show(change: Partial<GoodsRowProps> = {}) {
  const props: GoodsRowProps = {
    goods: tea,
    quantity: 1,
    limit: 3,
    soldOutLabel: '已售罄',
    stepperWords,
    onAdd: jest.fn(),
    onRemove: jest.fn(),
    ...change,
  }
  render(<GoodsRow {...props} />)
  return props
}

describe('GoodsRow', () => {
  it('names the item, its kind and its price', () => {
    show()
    expect(screen.getByText('明前龙井')).toBeDefined()
    expect(screen.getByText('50 g')).toBeDefined()
    expect(document.querySelector('.price')?.textContent).toBe('¥88.00')
  })

  it('puts one in and takes one out', () => {
    const { onAdd, onRemove } = show()
    fireEvent.click(screen.getByRole('button', { name: '增加 明前龙井' }))
    expect(onAdd).toHaveBeenCalledTimes(1)
    expect(onRemove).not.toHaveBeenCalled()
    fireEvent.click(screen.getByRole('button', { name: '减少 明前龙井' }))
    expect(onRemove).toHaveBeenCalledTimes(1)
  })

  it('says that it is sold out, and has nothing to tap then', () => {
    show({ limit: 0, quantity: 0 })
    expect(screen.getByText('已售罄')).toBeDefined()
    expect(screen.queryAllByRole('button')).toEqual([])
  })
})
