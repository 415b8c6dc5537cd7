import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'

/**
 * WeChat's own compilers of templates (wcc) and styles (wcsc), from the package miniprogram-compiler. Its programs arrive
 * without their run bit, and packages are not to be changed: a copy of it gets the bit.
 */

const root = path.resolve(__dirname, '../..')
const original = path.join(root, 'node_modules/miniprogram-compiler')

/** Why they can't run here; null where they can. */
export const whyNoCompilers =
  process.platform !== 'linux' || process.arch !== 'x64'
    ? `WeChat's compilers are programs for Linux on x86-64; this is ${process.platform} on ${process.arch}`
    : null

/** The programs to run, and the package around them. */
export interface OwnCompilers {
  readonly wcc: string
  readonly wcsc: string
  readonly package: string
}

/** Below the project, so that the copy finds the packages that it needs. */
export function bringCompilers(): OwnCompilers {
  const { version } = JSON.parse(readFileSync(path.join(original, 'package.json'), 'utf8')) as {
    readonly version: string
  }
  const kept = path.join(root, `.cache/witness/miniprogram-compiler-${version}`)
  const programs = path.join(kept, 'bin/linux')
  if (!existsSync(kept)) {
    mkdirSync(path.dirname(kept), { recursive: true })
    const draft = mkdtempSync(`${kept}-`)
    cpSync(original, draft, {
      recursive: true,
      filter: (file) => !/bin.(mac|windows)/.test(path.relative(original, file)),
    })
    for (const name of ['wcc', 'wcsc']) chmodSync(path.join(draft, 'bin/linux', name), 0o755)
    try {
      renameSync(draft, kept)
    } catch (error) {
      rmSync(draft, { recursive: true })
      // Another worker was quicker.
      if (!existsSync(programs)) throw error
    }
  }
  return { wcc: path.join(programs, 'wcc'), wcsc: path.join(programs, 'wcsc'), package: kept }
}
