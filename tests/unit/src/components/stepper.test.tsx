import { fireEvent, render, screen, within } from '@testing-library/react'
import { Stepper } from '../../../../src/components/stepper'

const words = { group: '数量，明前龙井', more: '增加 明前龙井', fewer: '减少 明前龙井', full: '最多可购 3 件' }

function show(quantity: number) {
  const onAdd = jest.fn()
  const onRemove = jest.fn()
  render(<Stepper id="tea" quantity={quantity} limit={3} words={words} onAdd={onAdd} onRemove={onRemove} />)
  return { onAdd, onRemove, group: within(screen.getByRole('group', { name: '数量，明前龙井' })) }
}

describe('Stepper', () => {
  it('offers only more at zero', () => {
    const { group, onAdd } = show(0)
    expect(group.getAllByRole('button')).toHaveLength(1)
    fireEvent.click(group.getByRole('button', { name: '增加 明前龙井' }))
    expect(onAdd).toHaveBeenCalledTimes(1)
  })

  it('counts, and reads the number out when it changes', () => {
    const { group, onRemove } = show(2)
    expect(document.getElementById('tea-quantity')?.getAttribute('aria-live')).toBe('polite')
    expect(document.getElementById('tea-quantity')?.textContent).toBe('2')
    fireEvent.click(group.getByRole('button', { name: '减少 明前龙井' }))
    expect(onRemove).toHaveBeenCalledTimes(1)
  })

  it('says why the limit is reached', () => {
    const { group, onAdd } = show(3)
    const more = group.getByRole('button', { name: '最多可购 3 件' })
    expect(more.getAttribute('aria-disabled')).toBe('true')
    fireEvent.click(more)
    expect(onAdd).not.toHaveBeenCalled()
    expect(group.getByRole('button', { name: '减少 明前龙井' }).getAttribute('aria-disabled')).toBe('false')
  })
})
