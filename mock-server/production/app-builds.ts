import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** What the check of a configuration needs to know of a compiled mini program. */
export interface AppBuild {
  readonly name: 'weapp' | 'qq'
  /** Null where app.json is damaged: a build under way, or cut short. */
  readonly pages: readonly string[] | null
  /** All scripts, concatenated. */
  readonly text: string
}

interface Subpackage {
  readonly root: string
  readonly pages: readonly string[]
}

/** Reads the mini programs that were built. */
export function readAppBuilds(dist: string): readonly AppBuild[] {
  return (['weapp', 'qq'] as const).flatMap((name) => {
    const folder = path.join(dist, name)
    const appJson = path.join(folder, 'app.json')
    return existsSync(appJson) ? [{ name, pages: readPagesIfWhole(appJson), text: readScripts(folder) }] : []
  })
}

function readPagesIfWhole(appJson: string): readonly string[] | null {
  try {
    return readPages(appJson)
  } catch (error) {
    // No JSON, or JSON of another form.
    if (error instanceof SyntaxError || error instanceof TypeError) return null
    throw error
  }
}

function readPages(appJson: string): readonly string[] {
  const app = JSON.parse(readFileSync(appJson, 'utf8')) as {
    readonly pages?: readonly string[]
    readonly subPackages?: readonly Subpackage[]
    /** As QQ spells it. */
    readonly subpackages?: readonly Subpackage[]
  }
  const inPackages = (app.subPackages ?? app.subpackages ?? []).flatMap(({ root, pages }) =>
    pages.map((page) => `${root}/${page}`),
  )
  return [...(app.pages ?? []), ...inPackages]
}

function readScripts(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.js'))
    .map((file) => readFileSync(path.join(folder, file), 'utf8'))
    .join('\n')
}
