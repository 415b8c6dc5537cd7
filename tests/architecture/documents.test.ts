import { readFileSync } from 'node:fs'
import path from 'node:path'
import { readMarked } from '../documents/marked'
import { tables } from '../documents/tables'

describe('the tables that are made from code', () => {
  it.each(tables.map((table) => [table.name, table.file, table]))(
    'are up to date: %s of %s (npm run fix)',
    (_name, _file, table) => expect(readMarked(table)).toBe(table.text),
  )
})

describe('the first document', () => {
  it.each(['README.md', 'README.zh-CN.md'])('is read in five minutes: %s has fewer than 140 lines', (file) => {
    const text = readFileSync(path.resolve(__dirname, '../..', file), 'utf8')
    expect(text.trimEnd().split('\n').length).toBeLessThan(140)
  })
})
