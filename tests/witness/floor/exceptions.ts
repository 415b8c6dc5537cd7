/** What is younger than .browserslistrc and may be used all the same. A row that nothing needs any more is a failure, too. */

export interface Exception {
  readonly why: string
  /** A declaration that has to stand in the same rule: it is what old engines take. */
  readonly beside?: string
  /** Only in files of this name. */
  readonly in?: RegExp
}

export const cssExceptions: Readonly<Record<string, Exception>> = {
  '@media prefers-color-scheme': { why: 'iOS 12.2 has no dark mode: it stays light' },
  'caniuse prefers-color-scheme': { why: 'the same by the other source' },
  'overscroll-behavior': { why: 'without it, a sheet that is scrolled to its end moves the page behind it' },
  'overscroll-behavior: contain': { why: 'the same' },
  'caniuse css-overscroll-behavior': { why: 'the same by the other source' },
  'position: sticky': { why: 'iOS had it under a prefix', beside: 'position: -webkit-sticky' },
  'overflow-wrap: anywhere': {
    why: 'old engines break long words by the older property',
    beside: 'word-break: break-word',
  },
  'user-select': { why: 'Taro’s own sheet: iOS had it under a prefix', beside: '-webkit-user-select: none' },
  '-webkit-text-size-adjust': { why: 'Taro’s own sheet: for Safari alone', beside: '-ms-text-size-adjust: 100%' },
  '-ms-text-size-adjust': { why: 'Taro’s own sheet: for Windows phones alone' },
}

/** Younger than the version of ECMAScript that es-check takes for the whole floor, older than each of its engines. */
export const scriptExceptions: Readonly<Record<string, Exception>> = {
  ArrayFlatMap: { why: 'Chrome 69, iOS 12' },
  ObjectFromEntries: { why: 'Chrome 73, iOS 12.2' },
  DynamicImport: { why: 'Chrome 63, iOS 11.3' },
  globalThis: { why: 'Chrome 71, iOS 12.2; the packages ask for it first' },
  StringReplaceAll: {
    why: 'query-string replaces when it decodes or encodes strictly; Taro’s router has it do neither',
    in: /^js[\\/]vendors\./,
  },
}
