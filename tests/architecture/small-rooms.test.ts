import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { lintTexts } from '../support/lint-text'

const root = path.resolve(__dirname, '../..')

/** The most source files that a folder may hold. */
const filesMax = (folder: string): number => (folder.startsWith('tests') ? 30 : 18)

function overfull(files: readonly string[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const file of files) {
    if (!/\.(ts|tsx|js|mjs|cjs)$/.test(file)) continue
    const folder = path.posix.dirname(file)
    counts.set(folder, (counts.get(folder) ?? 0) + 1)
  }
  return [...counts].filter(([folder, count]) => count > filesMax(folder)).map(([folder, n]) => `${folder}: ${n} files`)
}

function ourFiles(): readonly string[] {
  const git = spawnSync(
    'git',
    ['ls-files', '--cached', '--others', '--exclude-standard', 'src', 'mock-server', 'config', 'tests'],
    { cwd: root, encoding: 'utf8' },
  )
  expect(git.stderr).toBe('')
  return git.stdout.split('\n').filter((file) => file !== '' && existsSync(path.join(root, file)))
}

const lines = (count: number): string => '  void 0\n'.repeat(count)

describe('small rooms', () => {
  it('has no folder of more than 18 source files, 30 in tests', () => {
    const files = ourFiles()
    expect(files.length).toBeGreaterThan(500)
    expect(overfull(files)).toEqual([])
  })

  it.each([
    ['a 19th file', 'mock-server/kit', 18],
    ['a 31st test', 'tests/merchant', 30],
  ])('refuses %s', (_what, folder, max) => {
    const files = Array.from({ length: max + 1 }, (_, index) => `${folder}/file-${index}.ts`)
    expect(overfull(files.slice(1))).toEqual([])
    expect(overfull(files)).toEqual([`${folder}: ${max + 1} files`])
  })

  it('refuses a function that grows past its wall, and lets a factory have more', () => {
    const source = [
      `export function addRoutes() {\n${lines(81)}}`,
      `export function addFew() {\n${lines(80)}}`,
      `export function createThing() {\n${lines(121)}}`,
      `export const createSmall = () => {\n${lines(120)}}`,
    ].join('\n')
    const [said = []] = lintTexts([['mock-server/kit/clock.ts', source]])
    expect(said.filter((message) => message.startsWith('small-rooms:'))).toEqual([
      'small-rooms: addRoutes has 81 lines, 80 is the wall. Split it by what it is about.',
      'small-rooms: createThing has 121 lines, 120 is the wall. Split it by what it is about.',
    ])
  })

  it('keeps the list of exceptions short, and free of what is no longer there', () => {
    const exceptions: unknown = JSON.parse(readFileSync(path.join(root, 'config/checks/long-functions.json'), 'utf8'))
    const entries = exceptions as readonly string[]
    expect(entries.length).toBeLessThanOrEqual(exceptionsMax)
    const gone = entries.filter((entry) => !existsSync(path.join(root, entry.split(' ')[0] ?? '')))
    expect(gone).toEqual([])
  })
})

/** Lower it with each function that was split; never raise it. */
const exceptionsMax = 1
