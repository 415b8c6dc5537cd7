import { lstatSync, readdirSync, realpathSync, statSync, type Dirent, type Stats } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** Where files lie. Nothing here throws: a path comes from a setting and may be any text. */

/** Null where there is nothing that this user can see. */
export function statOf(file: string): Stats | null {
  try {
    return statSync(file)
  } catch {
    return null
  }
}

/** The place of a file without links, also of one that is not there yet. */
export function placeOf(file: string): string {
  const whole = path.resolve(file)
  try {
    return realpathSync(whole)
  } catch {
    const above = path.dirname(whole)
    return above === whole ? whole : path.join(placeOf(above), path.basename(whole))
  }
}

export function isInside(folder: string, file: string): boolean {
  const way = path.relative(placeOf(folder), placeOf(file))
  return way === '' || (way.split(path.sep)[0] !== '..' && !path.isAbsolute(way))
}

/** Folders that are emptied, at a restart or before. */
export function isTemporary(file: string): boolean {
  const folders = [tmpdir(), '/tmp', '/var/tmp', '/dev/shm', '/run']
  return folders.some((folder) => placeOf(folder) !== path.parse(folder).root && isInside(folder, file))
}

/** More is no build, and takes long to read. */
const entriesMax = 5_000

/** The files below a folder, relative to it, and whether there are too many to look at. Links are not followed. */
export function listFiles(folder: string): { readonly files: readonly string[]; readonly isWhole: boolean } {
  const files: string[] = []
  const waiting = ['']
  for (let seen = 0; waiting.length > 0;) {
    const below = waiting.shift() ?? ''
    for (const entry of entriesOf(path.join(folder, below))) {
      if (++seen > entriesMax) return { files, isWhole: false }
      const name = path.join(below, entry.name)
      if (entry.isDirectory()) waiting.push(name)
      files.push(name)
    }
  }
  return { files, isWhole: true }
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    // Files that this user cannot read are served to nobody.
    return []
  }
}

/** Whether a file is a link that leads out of a folder. */
export function leadsOut(folder: string, file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true && !isInside(folder, file)
}
