import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { builds, distFolder, type Build } from '../../config/build-app'
import { cssExceptions, scriptExceptions } from './floor/exceptions'
import { readFloor } from './floor/floor'
import { findYoungCss, type YoungCss } from './floor/young-css'
import { findYoungScripts, type YoungScript } from './floor/young-scripts'

/** .browserslistrc is a promise: whatever is shipped runs on its oldest engines. */

interface Young {
  readonly styles: readonly (YoungCss & { readonly file: string })[]
  readonly scripts: readonly YoungScript[]
}

function look(build: Build): Young {
  const folder = distFolder(build)
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const sheets = files.filter((name) => /\.(wxss|qss|css)$/.test(name))
  expect(sheets.length).toBeGreaterThan(5)
  const youngIn = (file: string): Young['styles'] =>
    findYoungCss(readFileSync(path.join(folder, file), 'utf8')).map((found) => ({ file, ...found }))
  return { styles: sheets.flatMap(youngIn), scripts: findYoungScripts(folder, { module: build === 'h5' }) }
}

function isExcusedStyle({ feature, beside }: YoungCss): boolean {
  const exception = cssExceptions[feature]
  return exception !== undefined && (exception.beside === undefined || beside.includes(exception.beside))
}

function isExcusedScript({ feature, file }: YoungScript): boolean {
  const exception = scriptExceptions[feature]
  return exception !== undefined && (exception.in === undefined || exception.in.test(file))
}

it('is read from .browserslistrc', () => {
  expect(Object.fromEntries(readFloor())).toEqual({ chrome: '80', safari_ios: '12.2' })
})

describe('what is shipped', () => {
  const young = new Map<Build, Young>()
  beforeAll(() => {
    for (const build of builds) young.set(build, look(build))
  })
  const all = <Kind extends keyof Young>(kind: Kind) => [...young.values()].flatMap((found) => [...found[kind]])

  it.each(builds)('has in dist/%s no style that the oldest engines do not know', (build) => {
    const unexcused = young.get(build)!.styles.filter((found) => !isExcusedStyle(found))
    expect(unexcused.map(({ file, feature, at }) => `${file}: ${feature} in ${at}`)).toEqual([])
  })

  it.each(builds)('has in dist/%s no script that they do not know', (build) => {
    const unexcused = young.get(build)!.scripts.filter((found) => !isExcusedScript(found))
    expect(unexcused.map(({ file, feature }) => `${file}: ${feature}`)).toEqual([])
  })

  it('needs every exception', () => {
    const used = new Set([...all('styles'), ...all('scripts')].map(({ feature }) => feature))
    expect(Object.keys({ ...cssExceptions, ...scriptExceptions }).filter((feature) => !used.has(feature))).toEqual([])
  })
})

describe('what is too young is found:', () => {
  it.each([
    ['four sides in one', '.a { inset: 0 }', 'inset'],
    ['a gap of a flex box', '.a { display: flex; gap: 8px }', 'caniuse flexbox-gap'],
    ['a gap in a rule of its own', '.a { row-gap: 8px }', 'row-gap of a flex box'],
    ['a shape', '.a { aspect-ratio: 1 }', 'aspect-ratio'],
    ['a movement as a property', '.a { translate: 0 8px }', 'translate'],
    ['a margin by direction', '.a { margin-inline: 8px }', 'margin-inline'],
    ['a keyword', '.a { overflow: clip }', 'overflow: clip'],
    ['a selector', '.a:where(.b) { color: red }', ':where'],
    ['a ring of the keyboard', '.a:focus-visible { color: red }', ':focus-visible'],
    ['an at-rule', '@layer a { .b { color: red } }', '@layer'],
    ['a unit', '.a { height: 100dvh }', 'caniuse viewport-unit-variants'],
    ['a style that lacks its fallback', '.a { position: sticky }', 'position: sticky'],
  ])('%s', (_what, text, feature) => {
    expect(findYoungCss(text).map((found) => found.feature)).toContain(feature)
  })

  it('and a gap of a grid is not', () => {
    expect(findYoungCss('.a { display: grid; gap: 8px }')).toEqual([])
  })

  it.each([
    ['?.', 'a?.b', 'OptionalChaining'],
    ['??=', 'a ??= b', 'LogicalAssignment'],
    ['a private field', 'class A { #b = 1 }', 'PrivateClassFields'],
    ['replaceAll', "'a'.replaceAll('b', 'c')", 'StringReplaceAll'],
    ['at', '[1].at(-1)', 'ArrayPrototypeAt'],
    ['a look behind', 'const a = /(?<=b)c/', 'RegExpLookbehind'],
    ['what is no script', 'const a = ;', expect.stringMatching(/^syntax: /)],
  ])('%s', (_what, text, feature) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'young-'))
    writeFileSync(path.join(folder, 'index.js'), text)
    const found = findYoungScripts(folder, { module: false })
    rmSync(folder, { recursive: true })
    expect(found.map((one) => one.feature)).toContainEqual(feature)
  })
})
