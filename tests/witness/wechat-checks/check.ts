import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

/**
 * A process of its own, with WeChat's own package beside it: checks a project as WeChat DevTools does before an upload, and
 * prints what it found as the last line of its output. Nothing is asked of the network.
 */

export interface ChecksOptions {
  /** Where miniprogram-ci is installed. */
  readonly installed: string
  /** A folder with project.config.json. */
  readonly project: string
}

export interface Findings {
  /** Keys that the schema does not know, and values that it refuses, by file. */
  readonly schemas: Readonly<Record<string, readonly string[]>>
  /** What the tools say of app.json, theme.json and the pages together; empty where they take them. */
  readonly refusals: readonly string[]
  /** Every rule of the code quality (代码质量), and whether it is kept. */
  readonly quality: Readonly<Record<string, boolean>>
}

interface SchemaResult {
  readonly warning: string
  readonly error: readonly { readonly errorProperty: string; readonly errorType: string }[]
}
interface Project {
  attr: () => Promise<object>
}
/** What of the package is used; it has types, but they want the whole package in our tree. */
interface MiniProgramCi {
  readonly Project: new (options: object) => Project
  readonly DefaultProjectAttr: object
  schemaValidate(kind: 'app' | 'page' | 'theme' | 'projectconfig', json: unknown): SchemaResult
  getAppJSON(project: Project): Promise<{ readonly __warning__?: string }>
  getPageJSON(project: Project, page: object): Promise<{ readonly __warning__?: string }>
  checkCodeQuality(project: Project): Promise<readonly { readonly name: string; readonly success: boolean }[]>
}

async function main({ installed, project: projectPath }: ChecksOptions): Promise<Findings> {
  const ci = createRequire(path.join(installed, 'package.json'))('miniprogram-ci') as MiniProgramCi
  const read = (file: string): unknown => JSON.parse(readFileSync(path.join(projectPath, file), 'utf8'))
  const { miniprogramRoot } = read('project.config.json') as { readonly miniprogramRoot: string }
  const found = (kind: Parameters<MiniProgramCi['schemaValidate']>[0], file: string): readonly [string, string[]] => {
    const { warning, error } = ci.schemaValidate(kind, read(file))
    const refused = error.map(({ errorProperty, errorType }) => `${errorProperty}: ${errorType}`)
    return [file, [...(warning === '' ? [] : [`unknown: ${warning}`]), ...refused]]
  }
  const inPackage = (name: string): string => path.posix.join(miniprogramRoot, name)
  const pages = readdirSync(path.join(projectPath, miniprogramRoot), { recursive: true, encoding: 'utf8' })
    .filter((name) => /^(pages|packages)\b.*\.json$/.test(name))
    .map((name) => name.split(path.sep).join('/'))
  const schemas = Object.fromEntries([
    found('projectconfig', 'project.config.json'),
    found('app', inPackage('app.json')),
    found('theme', inPackage('theme.json')),
    ...pages.map((name) => found('page', inPackage(name))),
  ])
  const project = new ci.Project({
    appid: 'wx0000000000000000',
    type: 'miniProgram',
    projectPath,
    privateKey: 'never used: nothing is uploaded',
    ignores: [],
  })
  // WeChat's servers would tell the limits of this appid.
  project.attr = () => Promise.resolve(ci.DefaultProjectAttr)
  const refusals: string[] = []
  const take = async (file: string, json: Promise<{ readonly __warning__?: string }>): Promise<void> => {
    try {
      const { __warning__ } = await json
      if (__warning__ !== undefined) refusals.push(`${file}: ${__warning__}`)
    } catch (error) {
      refusals.push(`${file}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  await take('app.json', ci.getAppJSON(project))
  for (const name of pages)
    await take(name, ci.getPageJSON(project, { miniprogramRoot, pagePath: name.replace(/\.json$/, '') }))
  const rules = await ci.checkCodeQuality(project)
  return { schemas, refusals, quality: Object.fromEntries(rules.map(({ name, success }) => [name, success])) }
}

main(JSON.parse(process.argv[2] ?? '{}') as ChecksOptions).then(
  (findings) => {
    process.stdout.write(`\n${JSON.stringify(findings)}\n`)
    process.exit(0)
  },
  (error: unknown) => {
    process.stderr.write(error instanceof Error ? (error.stack ?? error.message) : String(error))
    process.exit(1)
  },
)
