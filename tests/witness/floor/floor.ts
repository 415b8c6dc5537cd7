import { createRequire } from 'node:module'
import path from 'node:path'

/** The oldest engines that the app promises to run on: those of .browserslistrc, under the names that MDN's data has. */

const root = path.resolve(__dirname, '../../..')

/** Not imported: its types add to what `process.env` is, everywhere. */
const browserslist = createRequire(__filename)('browserslist') as (
  query: null,
  options: { readonly path: string },
) => readonly string[]

const names: Readonly<Record<string, BrowserOfFloor>> = { chrome: 'chrome', ios_saf: 'safari_ios' }
export type BrowserOfFloor = 'chrome' | 'safari_ios'

export const browserslistFile = path.join(root, '.browserslistrc')

/** Every version that .browserslistrc means. */
export const allBrowsers: readonly string[] = browserslist(null, { path: root })

/** The lowest version of each. @throws Error for a browser that nobody looks up */
export function readFloor(): ReadonlyMap<BrowserOfFloor, string> {
  const floor = new Map<BrowserOfFloor, string>()
  for (const entry of allBrowsers) {
    const [browser = '', versions = ''] = entry.split(' ')
    const name = names[browser]
    if (name === undefined) throw new Error(`.browserslistrc names ${browser}: add it to tests/witness/floor/floor.ts.`)
    // A range such as 12.2-12.5.
    const [version = ''] = versions.split('-')
    const lowest = floor.get(name)
    if (lowest === undefined || compareVersions(version, lowest) < 0) floor.set(name, version)
  }
  return floor
}

/** Below 0: the first is older. */
export function compareVersions(one: string, other: string): number {
  const numbers = (version: string): number[] => version.split('.').map(Number)
  const [ours, theirs] = [numbers(one), numbers(other)]
  for (let index = 0; index < Math.max(ours.length, theirs.length); index += 1) {
    const difference = (ours[index] ?? 0) - (theirs[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
