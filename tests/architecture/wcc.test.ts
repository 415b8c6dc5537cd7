import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { distFolder } from '../../config/build-app'

/** WeChat's own compiler of templates has the last word on them. It comes for Linux on x86-64 only. */
const compiler = path.resolve(__dirname, '../../node_modules/miniprogram-compiler/bin/linux/wcc')
const canRun = process.platform === 'linux' && process.arch === 'x64' && existsSync(compiler)

;(canRun ? describe : describe.skip)('WeChat’s compiler of templates', () => {
  let folder = ''
  let wcc = ''

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'wcc-'))
    wcc = path.join(folder, 'wcc')
    // It arrives without its run bit, and packages are not to be changed.
    copyFileSync(compiler, wcc)
    chmodSync(wcc, 0o755)
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  const compile = (cwd: string, files: readonly string[]): number | null =>
    spawnSync(wcc, files, { cwd, stdio: 'pipe' }).status

  it.each(['weapp', 'devtools/weapp'] as const)('takes every template of dist/%s', (build) => {
    const dist = distFolder(build)
    const files = readdirSync(dist, { recursive: true, encoding: 'utf8' })
    const templates = files.filter((name) => name.endsWith('.wxml'))
    const scripts = files.filter((name) => name.endsWith('.wxs'))
    expect(templates.length).toBeGreaterThan(8)
    expect(compile(dist, [...templates, ...scripts])).toBe(0)
  })

  it('refuses a broken one', () => {
    writeFileSync(path.join(folder, 'bad.wxml'), '<view><text></view>')
    expect(compile(folder, ['bad.wxml'])).not.toBe(0)
  })
})
