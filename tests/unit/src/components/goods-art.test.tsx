import { render } from '@testing-library/react'
import { GoodsArt } from '../../../../src/components/goods-art'

const classOf = (goodsId: string): string => {
  const { container } = render(<GoodsArt goodsId={goodsId} size="small" />)
  return container.firstElementChild?.className ?? ''
}

describe('GoodsArt', () => {
  it('draws an item by the first word of its id', () => {
    expect(classOf('tea')).toContain('goods-art--tea')
    expect(classOf('tea-longjing-50')).toContain('goods-art--tea')
  })

  it('draws a parcel for what has no drawing yet', () => {
    expect(classOf('umbrella')).toContain('goods-art--parcel')
    expect(classOf('')).toContain('goods-art--parcel')
  })

  it('says nothing to a screen reader: the name is beside it', () => {
    const { container } = render(<GoodsArt goodsId="tea" size="large" />)
    expect(container.textContent).toBe('')
    expect(container.querySelector('[role],[aria-label]')).toBeNull()
  })
})
