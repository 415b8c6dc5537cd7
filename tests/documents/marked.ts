import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const root = path.resolve(__dirname, '../..')

/** A place in a document whose text a program writes, between `<!-- name: command -->` and `<!-- /name -->`. */
export interface Place {
  /** The document, from the root of the repository. */
  readonly file: string
  readonly name: string
  /** What a person types to write the text anew. */
  readonly command: string
}

/**
 * The text that the place holds now.
 * @throws when the document has no such place
 */
export function readMarked(place: Place): string {
  return split(place)[1].trim()
}

/** Replaces the text of the place. A document that already holds it is not touched. */
export function writeMarked(place: Place, text: string): void {
  const [before, inside, after] = split(place)
  if (inside !== `\n\n${text}\n\n`) writeFileSync(path.join(root, place.file), `${before}\n\n${text}\n\n${after}`)
}

function split({ file, name, command }: Place): readonly [before: string, inside: string, after: string] {
  const text = readFileSync(path.join(root, file), 'utf8')
  const [opening, closing] = [`<!-- ${name}: ${command} -->`, `<!-- /${name} -->`]
  const [start, end] = [text.indexOf(opening), text.indexOf(closing)]
  if (start < 0 || end < start) throw new Error(`${file} has no place for ${name}: ${opening} … ${closing}`)
  const inside = start + opening.length
  return [text.slice(0, inside), text.slice(inside, end), text.slice(end)]
}

type Row = readonly string[]

/** A table in Markdown. A bar inside a cell is escaped; an empty cell takes no width. */
export function toMarkdownTable(head: Row, rows: readonly Row[]): string {
  const line = (row: Row): string => `| ${row.map((cell) => cell.replace(/\|/g, '\\|')).join(' | ')} |`
  return [head, head.map(() => '---'), ...rows].map((row) => line(row).replace(/\|  (?=\|)/g, '| ')).join('\n')
}
