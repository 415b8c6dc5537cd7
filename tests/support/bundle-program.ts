import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { build } from 'esbuild'

const root = path.resolve(__dirname, '../..')

/**
 * Compiles a program that only tests start into one file, which starts in a moment.
 * @param entry its source, from the project's folder
 * @returns the path of the file; the caller removes it
 */
export async function bundleProgram(entry: string): Promise<string> {
  const outfile = path.join(root, '.cache/tests', `${path.basename(entry, '.ts')}-${process.pid}.cjs`)
  mkdirSync(path.dirname(outfile), { recursive: true })
  await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    packages: 'external',
    logLevel: 'error',
  })
  return outfile
}
