import { readMarked, toMarkdownTable, writeMarked, type Place } from '../documents/marked'
import type { BuildSize } from '../support/build-size'
import { interactions, type Crossing, type Crossings } from '../support/crossings'
import { sizeWords, type Language } from './size-words'

export interface Measured {
  readonly sizes: Readonly<Record<'weapp' | 'qq', BuildSize>>
  readonly crossings: Readonly<Record<'weapp' | 'qq', Crossings>>
}

type Row = readonly string[]
type Pair = { readonly raw: number; readonly gzip: number }

/** Bytes that a phone fetches before it shows anything, and all that there are. Gzip is summed by file, as it travels. */
export const budget = { mainRaw: 200_000, mainGzip: 68_000, allRaw: 260_000 }

/** What may cross to the view: at the launch, and by a tap on pay before the request leaves. */
export const crossingBudget = { calls: 2, firstBytes: 32_768 }

/** Taro 4.2 with React: its own template as webpack makes it, all files. */
const helloWorld: Pair = { raw: 316_819, gzip: 87_978 }

/** Files at least this large have a row of their own. */
const rowBytes = 4000

const grouped = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ',')
const pair = ({ raw, gzip }: Pair): string => `${grouped(raw)} / ${grouped(gzip)}`
const crossing = ({ calls, bytes }: Crossing): string => `${calls} / ${grouped(bytes)}`
/** QQ uses other file extensions. */
const plainName = (name: string): string => name.replace(/\.qss$/, '.wxss').replace(/\.qml$/, '.wxml')

/** The rows about bytes: each package against its limit and the hello world, and the large files of the first one. */
export function sizeRows({ weapp, qq }: Measured['sizes'], language: Language): readonly Row[] {
  const words = sizeWords[language]
  const large = weapp.main.files.filter(({ raw }) => raw >= rowBytes)
  const inQq = (name: string): string => {
    const file = qq.main.files.find((one) => plainName(one.name) === name)
    return file === undefined ? '' : pair(file)
  }
  const limit = pair({ raw: budget.mainRaw, gzip: budget.mainGzip })
  return [
    [`**${words.main}**`, pair(weapp.main), pair(qq.main), limit, pair(helloWorld)],
    ...large.map((file) => [`\`${file.name}\``, pair(file), inQq(file.name), '', '']),
    ...[...new Set([weapp, qq].flatMap(({ packages }) => Object.keys(packages)))].map((root) => {
      const [inWeapp, inQq] = [weapp.packages[root], qq.packages[root]]
      return [`\`${root}\``, inWeapp ? pair(inWeapp) : '', inQq ? pair(inQq) : '', '', '']
    }),
    [`**${words.all}**`, pair(weapp.all), pair(qq.all), grouped(budget.allRaw), pair(helloWorld)],
  ]
}

/** The rows about what crosses from the app to its view. */
export function crossingRows({ weapp, qq }: Measured['crossings'], language: Language): readonly Row[] {
  const words = sizeWords[language]
  const limits: Partial<Record<(typeof interactions)[number], string>> = {
    firstScreen: crossing({ calls: crossingBudget.calls, bytes: crossingBudget.firstBytes }),
    pay: String(crossingBudget.calls),
  }
  return [
    [words.calls, '', '', '', ''],
    ...interactions.map((name) => [
      words.interactions[name],
      crossing(weapp[name]),
      crossing(qq[name]),
      limits[name] ?? '',
      '',
    ]),
  ]
}

/** The table of `config/README.md`, in Markdown. */
export function toSizeTable({ sizes, crossings }: Measured, language: Language): string {
  return toMarkdownTable(sizeWords[language].head, [...sizeRows(sizes, language), ...crossingRows(crossings, language)])
}

const placeOf = (language: Language): Place => ({
  file: sizeWords[language].file,
  name: 'sizes',
  command: 'npm run bench -- --sizes --write',
})

/**
 * The rows of the table as the document holds it now, cell by cell, without its head.
 * @throws when the document has no such table
 */
export function readSizeTable(language: Language): readonly Row[] {
  return readMarked(placeOf(language))
    .split('\n')
    .slice(2)
    .map((line) =>
      line
        .replace(/^\|\s*|\s*\|$/g, '')
        .split('|')
        .map((cell) => cell.trim()),
    )
}

/** Puts the table where the document has its place for it. */
export function writeSizeTable(language: Language, table: string): void {
  writeMarked(placeOf(language), table)
}

/** The numbers of a cell; none in a cell that is empty. */
export const figuresOf = (cell: string): readonly number[] =>
  cell
    .split('/')
    .map((part) => part.replace(/,/g, '').trim())
    .filter((part) => part !== '')
    .map(Number)
