import { render, screen } from '@testing-library/react'
import { Tag } from '../../../../src/components/tag'

describe('Tag', () => {
  it('says its state in words, the colour only repeats it', () => {
    render(<Tag id="state" tone="warn" text="待付款" />)
    const tag = screen.getByText('待付款')
    expect(tag.id).toBe('state')
    expect(tag.className).toContain('tag--warn')
  })
})
