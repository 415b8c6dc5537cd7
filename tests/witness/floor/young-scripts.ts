import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { runChecks } from 'es-check'
import { browserslistFile } from './floor'

/** What of scripts the oldest engines do not know, by es-check: it reads .browserslistrc itself. */

export interface YoungScript {
  readonly file: string
  /** As es-check names it, such as `StringReplaceAll`; `syntax: …` where it can't be parsed. */
  readonly feature: string
}

/** @param options whether the scripts are modules */
export function findYoungScripts(folder: string, options: { readonly module: boolean }): readonly YoungScript[] {
  const { errors } = runChecks(
    [
      {
        files: `${folder.split(path.sep).join('/')}/**/*.js`,
        checkBrowser: true,
        browserslistPath: browserslistFile,
        checkFeatures: true,
        ...options,
      },
    ],
    { logger: null },
  )
  const known = errors.flatMap(({ file, err }) =>
    featuresIn(err.message).map((feature) => ({ file: path.relative(folder, file), feature })),
  )
  return [...known, ...findLookbehinds(folder)]
}

/** The message is the only place where es-check names the features. */
function featuresIn(message: string): readonly string[] {
  const [, list] = /^Unsupported features detected: (.*)\. These require /s.exec(message) ?? []
  if (list === undefined) return [`syntax: ${message}`]
  // What a browser would need stands in brackets, with commas of its own.
  return list.replace(/ \([^)]*\)/g, '').split(', ')
}

/** A regular expression that looks behind itself ends the whole script before iOS 16.4, and es-check does not know of it. */
function findLookbehinds(folder: string): readonly YoungScript[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.js') && /\(\?<[=!]/.test(readFileSync(path.join(folder, file), 'utf8')))
    .map((file) => ({ file, feature: 'RegExpLookbehind' }))
}
