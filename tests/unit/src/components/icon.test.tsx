import { render } from '@testing-library/react'
import { Icon } from '../../../../src/components/icon'

describe('Icon', () => {
  it('draws what it is asked for and says nothing: words beside it do', () => {
    const { container } = render(<Icon name="truck" />)
    expect(container.querySelector('.icon--truck')).not.toBeNull()
    expect(container.textContent).toBe('')
    expect(container.querySelector('[role],[aria-label]')).toBeNull()
  })
})
