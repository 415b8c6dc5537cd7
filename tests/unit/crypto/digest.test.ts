import { isEqualSecret, randomAlphanumeric, sha256Hex } from '../../../mock-server/crypto/digest'

describe('digests and secrets', () => {
  it('makes the well-known digest of nothing', () => {
    expect(sha256Hex('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  })
  it('compares secrets of any length', () => {
    expect(isEqualSecret('abc', 'abc')).toBe(true)
    expect(isEqualSecret('abc', 'abd')).toBe(false)
    expect(isEqualSecret('abc', 'abcd')).toBe(false)
    expect(isEqualSecret('', '')).toBe(true)
  })
  it.each([0, 1, 12, 32, 1000])('makes a random text of %d letters and digits', (length) => {
    const text = randomAlphanumeric(length)
    expect(text).toHaveLength(length)
    expect(text).toMatch(/^[0-9A-Za-z]*$/)
  })
  it('uses every letter', () => {
    expect(new Set(randomAlphanumeric(20_000)).size).toBe(62)
  })
})
