import { isEqualSecret, randomAlphanumeric, sha256Hex, takeRandomBytes } from '../../../../mock-server/crypto/digest'

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
  it('gives each random byte once, and leaves what it gave alone', () => {
    const taken = Array.from({ length: 5000 }, () => takeRandomBytes(16))
    const texts = taken.map((bytes) => bytes.toString('hex'))
    expect(new Set(texts).size).toBe(5000)
    takeRandomBytes(8192)
    expect(taken.map((bytes) => bytes.toString('hex'))).toEqual(texts)
  })
  it('gives more than its pool holds', () => {
    const bytes = takeRandomBytes(100_000)
    expect(bytes).toHaveLength(100_000)
    expect(bytes.every((byte) => byte === 0)).toBe(false)
  })
})
