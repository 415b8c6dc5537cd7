import { toDomName, toPhoneUnits } from '../units'

interface Block {
  readonly head: string
  /** Null for a statement such as `@charset "utf-8"`. */
  readonly body: string | null
}

/** Whose rules these are: all pages' (`null`) or one page's. */
export type StyleOwner = string | null

/**
 * Turns one style sheet (wxss, qss) without imports into CSS that only reaches this phone's pages.
 *
 * - tag selectors follow the DOM's names, `page` becomes the page element
 * - rules are fenced in with `:where()`, so specificity stays what the author wrote
 * - `prefers-color-scheme` asks the phone's theme instead of the browser's
 */
export function toPhoneCss(source: string, owner: StyleOwner): string {
  const fence = owner === null ? 'wx-page' : `wx-page[data-route="${owner}"]`
  return convertBlocks(source.replace(/\/\*[\s\S]*?\*\//g, ''), fence, '')
}

function convertBlocks(css: string, fence: string, theme: string): string {
  return splitBlocks(css)
    .map((block) => convertBlock(block, fence, theme))
    .join('\n')
}

function convertBlock({ head, body }: Block, fence: string, theme: string): string {
  if (body === null) return /^@(charset|import)/.test(head) ? '' : `${head};`
  if (!head.startsWith('@')) {
    return `${convertSelectors(head, fence, theme)} { ${toPhoneUnits(body.trim())} }`
  }
  if (/^@(media|supports|layer|container)/.test(head)) {
    const scheme = /\(\s*prefers-color-scheme\s*:\s*(light|dark)\s*\)/.exec(head)
    if (scheme === null) return `${head} {\n${convertBlocks(body, fence, theme)}\n}`
    const rest = head
      .slice('@media'.length)
      .replace(scheme[0], '')
      .replace(/^\s*and\b|\band\s*$/g, '')
      .trim()
    const inner = convertBlocks(body, fence, `:where(.ph-stage[data-theme="${scheme[1]}"]) `)
    return rest === '' || /^(screen|all)(\s+and)?$/.test(rest) ? inner : `@media ${rest} {\n${inner}\n}`
  }
  return `${head} { ${toPhoneUnits(body)} }`
}

function convertSelectors(selectors: string, fence: string, theme: string): string {
  return splitTopLevel(selectors, ',')
    .map((selector) => {
      const named = selector
        .trim()
        .replace(/:root\b/g, 'page')
        .replace(
          /(^|[\s>+~(,])([a-z][a-z-]*)(?![\w(-])/g,
          (_all, before: string, tag: string) => before + toDomName(tag),
        )
      const scope = fence === 'wx-page' ? '' : fence.slice('wx-page'.length)
      return named.startsWith('wx-page')
        ? `${theme}wx-page${scope === '' ? '' : `:where(${scope})`}${named.slice('wx-page'.length)}`
        : `${theme}:where(${fence}) ${named}`
    })
    .join(', ')
}

/** Cuts a sheet into rules and at-rules at its outermost level. Braces in strings do not count. */
function splitBlocks(css: string): Block[] {
  const blocks: Block[] = []
  let start = 0
  let position = 0
  while (position < css.length) {
    const sign = css[position]
    if (sign === '"' || sign === "'") position = endOfString(css, position)
    else if (sign === ';') {
      const head = css.slice(start, position).trim()
      if (head !== '') blocks.push({ head, body: null })
      start = position + 1
    } else if (sign === '{') {
      const end = endOfBlock(css, position)
      blocks.push({ head: css.slice(start, position).trim(), body: css.slice(position + 1, end) })
      position = end
      start = end + 1
    }
    position += 1
  }
  return blocks
}

function endOfBlock(css: string, open: number): number {
  let depth = 0
  for (let position = open; position < css.length; position += 1) {
    const sign = css[position]
    if (sign === '"' || sign === "'") position = endOfString(css, position)
    else if (sign === '{') depth += 1
    else if (sign === '}' && --depth === 0) return position
  }
  return css.length
}

function endOfString(css: string, open: number): number {
  for (let position = open + 1; position < css.length; position += 1) {
    if (css[position] === '\\') position += 1
    else if (css[position] === css[open]) return position
  }
  return css.length
}

function splitTopLevel(text: string, separator: string): string[] {
  const parts: string[] = []
  let depth = 0
  let start = 0
  for (let position = 0; position < text.length; position += 1) {
    const sign = text[position]
    if (sign === '(' || sign === '[') depth += 1
    else if (sign === ')' || sign === ']') depth -= 1
    else if (sign === separator && depth === 0) {
      parts.push(text.slice(start, position))
      start = position + 1
    }
  }
  return [...parts, text.slice(start)]
}
