/** What people type where a generator should: each counts as one character. */
const words =
  /pass(word|wd)?|secret|token|admin|operator|merchant|wechat|weixin|shop|change-?me|test|qwerty|asdfgh?|zxcvbn?/gi

const classes: readonly (readonly [RegExp, number])[] = [
  [/[0-9]/, 10],
  [/[a-f]/, 6],
  [/[g-z]/, 20],
  [/[A-F]/, 6],
  [/[G-Z]/, 20],
  [/[^0-9A-Za-z]/, 33],
]

/**
 * Estimates how many bits a guesser lacks: characters that neither go on counting nor repeat what stood before, each
 * with the bits of the alphabet in use. 32 random hex digits have some 100, `0123456789abcdef` twice about 20.
 */
export function estimateBits(text: string): number {
  const shortened = text.replace(words, (word) => word.slice(0, 1))
  const codes = [...shortened].map((character) => character.codePointAt(0) ?? 0)
  const surprising = codes.filter((_, index) => !isExpected(codes, index)).length
  const alphabet = classes.reduce((sum, [kind, size]) => sum + (kind.test(text) ? size : 0), 0)
  return surprising * Math.log2(Math.max(2, alphabet))
}

/** Whether a character equals or neighbours the last one, goes on in its steps, or ends three that stood before. */
function isExpected(codes: readonly number[], index: number): boolean {
  const stepAt = (at: number): number => (codes[at] ?? NaN) - (codes[at - 1] ?? NaN)
  const step = stepAt(index)
  if (Math.abs(step) <= 1 || step === stepAt(index - 1)) return true
  for (let earlier = 2; earlier < index; earlier++) {
    if ([0, 1, 2].every((back) => codes[earlier - back] === codes[index - back])) return true
  }
  return false
}

/** Fewer can be guessed with patience. Random decimal digits, 32 of them, have some 70. */
const enoughBits = 48

export function isGuessable(text: string): boolean {
  return estimateBits(text) < enoughBits || repeatsItself(text)
}

/** Whether a text is a shorter one twice or more. */
function repeatsItself(text: string): boolean {
  // Within the text twice, a text that is made of equal parts begins a second time before its end.
  return (text + text).indexOf(text, 1) <= text.length / 2 || text.startsWith(text.slice(Math.floor(text.length / 2)))
}
