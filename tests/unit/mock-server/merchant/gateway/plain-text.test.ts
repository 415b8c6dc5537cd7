import fc from 'fast-check'
import { toPlainText } from '../../../../../mock-server/merchant/gateway/plain-text'

describe('a text of the shop for WeChat Pay', () => {
  it.each([
    ['leaves out an emoji', '龙井🍵茶', '龙井茶'],
    ['leaves out a rare Han character', '𠮷野家', '野家'],
    ['leaves out half of a character', 'a\ud83cb', 'ab'],
    ['keeps what lies in the basic plane', '1\ufe0f\u20e3', '1\ufe0f\u20e3'],
    ['puts a blank for a control character', 'a\u0000b\tc\nd', 'a b c d'],
    ['never becomes empty', '🍵🍵', '商品'],
    ['never splits a character', '茶'.repeat(43), '茶'.repeat(42)],
  ])('%s', (_case, text, expected) => expect(toPlainText(text, 127)).toBe(expected))

  it('fits, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const plain = toPlainText(text, 80)
        expect(Buffer.byteLength(plain)).toBeLessThanOrEqual(80)
        expect(plain).not.toMatch(/[\ud800-\udfff]/)
        expect(plain.length).toBeGreaterThan(0)
      }),
    )
  })
})
