import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** Every relative link and picture of every document leads to a file, every anchor to a heading, every path to a file. */

const root = path.resolve(__dirname, '../..')

/** Folders that hold other people's documents, or none. */
const skipped = new Set(['node_modules', 'dist', 'coverage'])

function documentsBelow(folder: string): readonly string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = path.posix.join(folder, entry.name)
    if (entry.isDirectory()) return skipped.has(entry.name) || entry.name.startsWith('.') ? [] : documentsBelow(file)
    return entry.name.endsWith('.md') ? [file] : []
  })
}

/** The text without its examples. */
const withoutCode = (text: string): string => text.replace(/^(```|~~~)[\s\S]*?^\1/gm, '')

const read = (file: string): string => withoutCode(readFileSync(path.join(root, file), 'utf8'))

/** The anchors of a document, as GitHub makes them from its headings: a repeated heading gets a number. */
function anchorsOf(file: string): ReadonlySet<string> {
  const anchors = new Set<string>()
  for (const [, heading = ''] of read(file).matchAll(/^#{1,6} +(.+?) *$/gm)) {
    const words = heading.replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase()
    const slug = words.replace(/[^\p{L}\p{N}\p{M} _-]/gu, '').replace(/ /g, '-')
    let anchor = slug
    for (let count = 1; anchors.has(anchor); count++) anchor = `${slug}-${count}`
    anchors.add(anchor)
  }
  return anchors
}

/** Where the links of a document lead that are not addresses of the web. */
function linksOf(file: string): readonly string[] {
  const text = read(file).replace(/`[^`\n]*`/g, '``')
  return [...text.matchAll(/\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
}

/** What is wrong with a link; null where it leads somewhere. */
function findProblem(file: string, link: string): string | null {
  const [target = '', anchor] = decodeURIComponent(link).split('#')
  const found = target === '' ? file : path.posix.join(path.posix.dirname(file), target)
  if (!existsSync(path.join(root, found))) return `${link}: there is no ${found}`
  if (anchor === undefined) return null
  return anchorsOf(found).has(anchor) ? null : `${link}: ${found} has no heading for #${anchor}`
}

/** The paths from the root of the repository that a document names as code; patterns and places to fill in are none. */
function pathsOf(file: string): readonly string[] {
  return [...read(file).matchAll(/`((?:src|config|mock-server|tests)\/[\w./-]*)`/g)].map(([, named = '']) => named)
}

const documents = documentsBelow('')

it('finds the documents', () => {
  expect(documents).toEqual(expect.arrayContaining(['README.md', 'README.zh-CN.md', 'mock-server/FIDELITY.md']))
})

it.each(documents)('the links of %s lead somewhere', (file) => {
  const problems = linksOf(file).flatMap((link) => findProblem(file, link) ?? [])
  expect(problems).toEqual([])
})

it.each(documents)('the paths that %s names are there', (file) => {
  expect(pathsOf(file).filter((named) => !existsSync(path.join(root, named)))).toEqual([])
})

it('sees what is wrong with a link', () => {
  expect(findProblem('README.md', 'nowhere.md')).toContain('there is no nowhere.md')
  expect(findProblem('README.md', 'mock-server/FIDELITY.md#nowhere')).toContain('has no heading for #nowhere')
  expect(findProblem('README.md', 'mock-server/FIDELITY.md#wechat-pay-v3-transport')).toBeNull()
})
