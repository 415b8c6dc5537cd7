/** Bytes of UTF-8 that WeChat Pay takes in the text that the payer reads (商品描述), and in a refund's reason. */
export const descriptionBytesMax = 127
export const reasonBytesMax = 80

/** Stands where nothing of a text is left. */
const nothingLeft = '商品'

/**
 * Makes a text of the shop one that WeChat Pay takes: without characters of four bytes in UTF-8 (emoji, rare Han
 * characters), which V3 refuses, without control characters, which XML cannot carry, and at most so many bytes long.
 * @see https://github.com/cloudreve/Cloudreve/issues/2491
 */
export function toPlainText(text: string, bytesMax: number): string {
  const plain = text
    .replace(/\p{Cc}/gu, ' ')
    .replace(/[\ud800-\udfff]/g, '')
    .trim()
  let cut = ''
  let bytes = 0
  for (const character of plain) {
    bytes += Buffer.byteLength(character)
    if (bytes > bytesMax) break
    cut += character
  }
  return cut === '' ? nothingLeft : cut
}
