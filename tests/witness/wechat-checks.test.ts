import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { distFolder } from '../../config/build-app'
import { compileChild } from '../../config/servers/build'
import { describeWhere } from './whether'
import type { ChecksOptions, Findings } from './wechat-checks/check'
import { installedChecks } from './wechat-checks/install'

const run = promisify(execFile)
const root = path.resolve(__dirname, '../..')

type Json = Record<string, unknown>

const installed = installedChecks()
const why = installed === null ? 'miniprogram-ci is not installed: npm run test:witness brings it' : null

/** What WeChat DevTools checks before an upload, by the package that WeChat publishes for it. */
describeWhere(why)('WeChat’s own checks of the package', () => {
  const folders: string[] = []
  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true })
  })

  /** A project as it is, in a folder without anything else. @param spoil changes it */
  function copyProject(spoil: (change: (file: string, over: Json) => void) => void = () => undefined): string {
    const folder = mkdtempSync(path.join(tmpdir(), 'wechat-checks-'))
    folders.push(folder)
    cpSync(path.join(root, 'project.config.json'), path.join(folder, 'project.config.json'))
    cpSync(distFolder('weapp'), path.join(folder, 'dist/weapp'), { recursive: true })
    spoil((name, over) => {
      const file = path.join(folder, name)
      writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(file, 'utf8')) as Json), ...over }))
    })
    return folder
  }

  async function check(project: string): Promise<Findings> {
    const options: ChecksOptions = { installed: installed ?? '', project }
    const program = await compileChild(path.join(__dirname, 'wechat-checks/check.ts'))
    const { stdout } = await run(process.execPath, [program, JSON.stringify(options)])
    return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Findings
  }

  describe('of the project as it is shipped', () => {
    let findings: Findings
    beforeAll(async () => {
      findings = await check(copyProject())
    })

    it('find every key of app, pages, theme and project in their schemas', () => {
      const files = Object.keys(findings.schemas)
      expect(files).toEqual(
        expect.arrayContaining(['project.config.json', 'dist/weapp/app.json', 'dist/weapp/theme.json']),
      )
      expect(files.length).toBeGreaterThan(10)
      expect(Object.entries(findings.schemas).filter(([, found]) => found.length > 0)).toEqual([])
    })

    it('take app, theme and pages together', () => expect(findings.refusals).toEqual([]))

    it('find every rule of the code quality kept', () => {
      const rules = Object.entries(findings.quality)
      expect(rules.length).toBeGreaterThanOrEqual(11)
      expect(rules.filter(([, isKept]) => !isKept).map(([name]) => name)).toEqual([])
    })
  })

  it('find what is wrong in a spoiled copy', async () => {
    const { schemas, refusals, quality } = await check(
      copyProject((change) => {
        change('dist/weapp/app.json', { darkMode: true, networkTimeout: 'long', lazyCodeLoading: '' })
        change('dist/weapp/pages/goods/index.json', { navigationBarTitle: '山茶小铺' })
        change('dist/weapp/theme.json', { dark: {} })
        change('project.config.json', { setting: { minified: false } })
      }),
    )
    expect(schemas['dist/weapp/app.json']).toEqual(
      expect.arrayContaining([expect.stringContaining('darkMode'), expect.stringContaining('networkTimeout')]),
    )
    expect(schemas['dist/weapp/pages/goods/index.json']).toEqual([expect.stringContaining('navigationBarTitle')])
    expect(refusals).toContainEqual(expect.stringMatching(/^app\.json: .*@bg.*dark/s))
    expect(quality).toMatchObject({ JS_COMPRESS_OPEN: false, LAZYCODE_LOADING_OPEN: false })
  })
})
