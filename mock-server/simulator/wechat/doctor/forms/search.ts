import { createHash } from 'node:crypto'
import type { WechatFinding } from '../findings'

/** One part of a signed text: what is right, and what clients are known to put there instead. */
export interface Part {
  readonly right: string
  readonly wrong: readonly Alternative[]
}

export interface Alternative {
  readonly finding: WechatFinding
  /** Goes on after "The client signed …". */
  readonly what: string
  readonly value: string
}

/** How the parts become one text. */
export type Layout<Name extends string> = (parts: Readonly<Record<Name, string>>) => string

export interface LayoutAlternative<Name extends string> {
  readonly finding: WechatFinding
  readonly what: string
  readonly join: Layout<Name>
}

export interface SearchSpace<Name extends string> {
  readonly parts: Readonly<Record<Name, Part>>
  readonly layout: Layout<Name>
  readonly layouts: readonly LayoutAlternative<Name>[]
}

export interface Match {
  readonly text: string
  /** In the order of the signed text; none: the right text matched. */
  readonly mistakes: readonly Pick<Alternative, 'finding' | 'what'>[]
}

/** What one search may cost: a refusal costs its sender nothing, and us a few milliseconds at most. */
export const searchTextsMax = 1000
export const searchCharsMax = 4_000_000

/**
 * Looks for the text that `fits`: the right one, then each single mistake, then each pair of mistakes.
 * @returns null where none fits, or the bound was reached
 */
export function search<Name extends string>(
  space: SearchSpace<Name>,
  fits: (text: string) => boolean,
  textsMax: number = searchTextsMax,
): Match | null {
  const names = Object.keys(space.parts) as Name[]
  const right = Object.fromEntries(names.map((name) => [name, space.parts[name].right])) as Record<Name, string>
  const tried = new Set<string>()
  let chars = 0

  type Change = {
    readonly mistake: Match['mistakes'][number]
    readonly apply: (state: State) => State
    dimension: string
  }
  interface State {
    readonly values: Record<Name, string>
    readonly join: Layout<Name>
  }
  const changes: Change[] = [
    ...names.flatMap((name) =>
      space.parts[name].wrong
        .filter(({ value }) => value !== space.parts[name].right)
        .map(({ finding, what, value }) => ({
          dimension: name as string,
          mistake: { finding, what },
          apply: (state: State) => ({ ...state, values: { ...state.values, [name]: value } }),
        })),
    ),
    ...space.layouts.map(({ finding, what, join }) => ({
      dimension: 'layout',
      mistake: { finding, what },
      apply: (state: State) => ({ ...state, join }),
    })),
  ]

  const attempt = (combination: readonly Change[]): Match | null => {
    const start: State = { values: right, join: space.layout }
    const state = combination.reduce((before, { apply }) => apply(before), start)
    const text = state.join(state.values)
    if (tried.has(text)) return null
    tried.add(text)
    chars += text.length
    return fits(text) ? { text, mistakes: combination.map(({ mistake }) => mistake) } : null
  }

  for (const combination of combinations(changes)) {
    const match = attempt(combination)
    if (match) return match
    if (tried.size >= textsMax || chars > searchCharsMax) return null
  }
  return null
}

/** None, each alone, then each two of different parts. */
function* combinations<Change extends { readonly dimension: string }>(
  changes: readonly Change[],
): Generator<readonly Change[]> {
  yield []
  for (const change of changes) yield [change]
  for (const [index, first] of changes.entries()) {
    for (const second of changes.slice(index + 1)) if (first.dimension !== second.dimension) yield [first, second]
  }
}

/** Compares by SHA-256: what a signature contains once it is opened. */
export function bySha256(hash: Uint8Array): (text: string) => boolean {
  return (text) => createHash('sha256').update(text, 'utf8').digest().equals(hash)
}

/** "a, b and c" */
export function inWords(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]}`
}
