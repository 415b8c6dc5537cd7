import { render } from '@testing-library/react'
import { StatusRing, type StatusRingProps } from '../../../../src/components/status-ring'

describe('StatusRing', () => {
  it.each<[StatusRingProps['kind'], string, boolean]>([
    ['waiting', 'clock', true],
    ['done', 'check', false],
    ['closed', 'close', false],
    ['returned', 'refund', false],
  ])('of %s shows %s; turning: %s', (kind, icon, isTurning) => {
    const { container } = render(<StatusRing kind={kind} />)
    expect(container.querySelector(`.icon--${icon}`)).not.toBeNull()
    expect(container.querySelector('.status-ring__turning') !== null).toBe(isTurning)
  })
})
