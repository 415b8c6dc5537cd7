import { readFileSync } from 'node:fs'
import path from 'node:path'
import { faultNames } from '../../../../mock-server/simulator/wechat/domain/fault-names'

const read = (file: string): string => readFileSync(path.resolve(__dirname, '../../../..', file), 'utf8')

/** The keys of each language, in the order of the file. */
function keysOf(file: string): readonly (readonly string[])[] {
  const [, zh = '', en = ''] = /zh: \{\n(.*?)\n {2}\},\n {2}en: \{\n(.*?)\n {2}\},/s.exec(read(file)) ?? []
  return [zh, en].map((block) => [...block.matchAll(/^ {4}'?([\w-]+)'?:/gm)].map(([, key]) => key!).sort())
}

describe.each(['mock-server/console/console-words.js', 'mock-server/console/bench-words.js'])('%s', (file) => {
  it('says the same things in both languages, each once', () => {
    const [zh, en] = keysOf(file)
    expect(zh!.length).toBeGreaterThan(20)
    expect(zh).toEqual(en)
    expect(new Set(zh).size).toBe(zh!.length)
  })
})

describe('the faults', () => {
  it('have a name in the console', () => {
    const [zh] = keysOf('mock-server/console/console-words.js')
    for (const [name, { where }] of Object.entries(faultNames)) {
      expect(zh).toContain(`fault_${name}`)
      expect(zh).toContain(`where_${where}`)
    }
  })
})
