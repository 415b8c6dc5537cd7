import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { distFolder } from '../../config/build-app'
import { bringCompilers, whyNoCompilers, type OwnCompilers } from './own-compilers'
import { describeWhere } from './whether'

const shipped = ['weapp', 'devtools/weapp'] as const

/** The last word on templates and styles have the programs that compile them inside WeChat's tools. */
describeWhere(whyNoCompilers)('WeChat’s compilers', () => {
  let folder = ''
  let own: OwnCompilers
  beforeAll(() => {
    own = bringCompilers()
    folder = mkdtempSync(path.join(tmpdir(), 'compilers-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  const filesOf = (cwd: string, kind: RegExp): string[] =>
    readdirSync(cwd, { recursive: true, encoding: 'utf8' }).filter((name) => kind.test(name))

  /** @returns the exit code, what was made and what was said */
  function compile(program: string, cwd: string, args: readonly string[]) {
    const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
    return { status, made: stdout, said: stderr }
  }
  const compileStyles = (cwd: string, files: readonly string[]) =>
    compile(own.wcsc, cwd, ['-lc', '-db', '-pc', String(files.length), ...files])

  it.each(shipped)('take every template of dist/%s', (build) => {
    const dist = distFolder(build)
    const templates = filesOf(dist, /\.wxml$/)
    expect(templates.length).toBeGreaterThan(8)
    const { status, made } = compile(own.wcc, dist, [...templates, ...filesOf(dist, /\.wxs$/)])
    expect(status).toBe(0)
    for (const name of templates) expect(made).toContain(name)
  })

  it.each(shipped)('take every style sheet of dist/%s, without a word', (build) => {
    const dist = distFolder(build)
    const sheets = filesOf(dist, /\.wxss$/)
    expect(sheets.length).toBeGreaterThan(8)
    const { status, made, said } = compileStyles(dist, sheets)
    expect({ status, said }).toEqual({ status: 0, said: '' })
    for (const name of sheets) expect(made).toContain(name)
  })

  it.each([
    ['a template with an element that is not closed', 'bad.wxml', '<view><text></view>'],
    ['a script that is none', 'bad.wxs', 'var = 1'],
  ])('refuse %s', (_what, name, text) => {
    writeFileSync(path.join(folder, name), text)
    expect(compile(own.wcc, folder, [name]).status).not.toBe(0)
  })

  it.each([
    ['a rule that is not closed', '.a { color: red'],
    ['an import of nothing', '@import "./nothing.wxss";'],
    ['a selector that is none', '.a > { color: red }'],
  ])('refuse a style sheet with %s', (_what, text) => {
    writeFileSync(path.join(folder, 'bad.wxss'), text)
    expect(compileStyles(folder, ['bad.wxss']).status).not.toBe(0)
  })
})
