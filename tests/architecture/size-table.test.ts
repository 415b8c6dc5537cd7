import { figuresOf, readSizeTable, sizeRows } from '../bench/size-table'
import { languages } from '../bench/size-words'
import { measureBuild } from '../support/build-size'

/** A few bytes come and go with every change: beyond this the table must be written again. */
const tolerance = 0.05

const sizes = { weapp: measureBuild('weapp'), qq: measureBuild('qq') }

describe.each(languages)('the table of sizes, %s', (language) => {
  const written = readSizeTable(language)
  const present = sizeRows(sizes, language)

  it('has a row for each package and each large file, and no other', () => {
    const names = written.map(([name]) => name)
    expect(names.slice(0, present.length)).toEqual(present.map(([name]) => name))
  })

  it.each(present.map((row) => [row[0], row]))(
    'says what %s is now (npm run bench -- --sizes --write)',
    (name, row) => {
      const figures = (cells: readonly string[] | undefined): readonly number[] =>
        (cells ?? []).slice(1).flatMap(figuresOf)
      const now = figures(row)
      const then = figures(written.find(([one]) => one === name))
      expect(then).toHaveLength(now.length)
      now.forEach((value, index) => {
        const said = then[index] ?? 0
        expect(said).toBeGreaterThan(value * (1 - tolerance))
        expect(said).toBeLessThan(value * (1 + tolerance))
      })
    },
  )
})
