import { createRequestId } from '../../../../src/domain/request-id'

describe('request ids', () => {
  it.each([0, 0.25, 0.5, 0.999999])('are what the contract allows (random %d)', (random) => {
    expect(createRequestId(Date.UTC(2026, 10, 20), () => random)).toMatch(/^[0-9A-Za-z_-]{16,64}$/)
  })

  it('differ within one millisecond', () => {
    const ids = Array.from({ length: 500 }, () => createRequestId(1, Math.random))
    expect(new Set(ids).size).toBe(500)
  })
})
