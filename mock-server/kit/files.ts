import { existsSync } from 'node:fs'
import path from 'node:path'

/** Where the files are that the programs read beside their own code. Nobody else looks for them. */

/** Set by the compiler alone (config/servers): the folder of the compiled file. */
declare const COMPILED_FOLDER: string | undefined

/** The folder of the compiled program, with the phone's script in it; null where the sources run as they are. */
export const compiledFolder = typeof COMPILED_FOLDER === 'undefined' ? null : COMPILED_FOLDER

/** The folder that package.json is in. */
export const projectFolder = findProjectFolder(__dirname)

/** @param name below the project's folder, such as `mock-server/console/bench.html` */
export function projectFile(...name: readonly string[]): string {
  return path.join(projectFolder, ...name)
}

function findProjectFolder(start: string): string {
  if (existsSync(path.join(start, 'package.json'))) return start
  const above = path.dirname(start)
  if (above === start) throw new Error(`No package.json above ${__dirname}: the program is not complete.`)
  return findProjectFolder(above)
}
