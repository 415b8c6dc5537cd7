import { fireEvent, render, screen, within } from '@testing-library/react'
import { Tabs } from '../../../../src/components/tabs'

describe('Tabs', () => {
  const show = () => {
    const onTab = jest.fn()
    render(<Tabs current="orders" labels={{ goods: '商品', orders: '订单', me: '我的' }} onTab={onTab} />)
    return { onTab, list: within(screen.getByRole('tablist')) }
  }

  it('says which room this is', () => {
    const { list } = show()
    const selected = list.getAllByRole('tab').map((tab) => [tab.textContent, tab.getAttribute('aria-selected')])
    expect(selected).toEqual([
      ['商品', 'false'],
      ['订单', 'true'],
      ['我的', 'false'],
    ])
  })

  it('leads to the others, and stays where one is already', () => {
    const { list, onTab } = show()
    fireEvent.click(list.getByRole('tab', { name: '订单' }))
    expect(onTab).not.toHaveBeenCalled()
    fireEvent.click(list.getByRole('tab', { name: '我的' }))
    expect(onTab.mock.calls).toEqual([['me']])
  })
})
