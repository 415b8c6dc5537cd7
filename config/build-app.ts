import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync, existsSync, statSync } from 'node:fs'
import path from 'node:path'
import { projectFolder } from '../mock-server/kit/files'
import { isToolBuild, localAddresses, targetOf, toolEnvironment, type ToolBuild } from './tool-build'

export const builds = ['weapp', 'qq', 'h5'] as const
export type Build = (typeof builds)[number]

const root = projectFolder

/** What a build is made of. A change in any of it makes `dist` stale. */
const inputs = [
  'src',
  'config',
  'babel.config.js',
  '.browserslistrc',
  'tsconfig.json',
  'package-lock.json',
  'project.config.json',
  'project.qq.json',
]

/** Beside the build in `config`: lint and test settings, and how the servers are compiled. */
const notInBuilds = ['config/checks', 'config/servers'].map((folder) => path.normalize(folder))

/** A build ended with an error; the message holds its last lines. */
export class BuildError extends Error {
  override readonly name = 'BuildError'
}

/** Where a build lies. */
export function distFolder(build: Build | ToolBuild): string {
  return path.join(root, 'dist', build)
}

/**
 * Builds what is missing or older than its sources, for production unless it is for a tool; what is fresh is left alone.
 * @param report gets a line of progress for people
 * @param signal stops a build under way; what was not finished stays stale
 * @throws BuildError
 */
export async function buildStale(
  wanted: readonly (Build | ToolBuild)[],
  report: (line: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  const fingerprint = readFingerprint()
  const stale = wanted.filter((build) => !isFresh(build, fingerprint))
  for (const [index, build] of stale.entries()) {
    const started = Date.now()
    report(`building ${build} (${index + 1} of ${stale.length}) …`)
    await runTaro(build, signal)
    if (signal?.aborted) return
    mkdirSync(path.dirname(stampFile(build)), { recursive: true })
    writeFileSync(stampFile(build), stampOf(build, fingerprint))
    report(`built ${build} in ${((Date.now() - started) / 1000).toFixed(1)} s`)
  }
}

/**
 * Makes sure that builds are there, fresh or not.
 * @throws BuildError with the mend
 */
export function assertBuilt(wanted: readonly Build[], folderOf = distFolder): void {
  const missing = wanted.filter((build) => !existsSync(entryOf(build, folderOf)))
  if (missing.length === 0) return
  const mend = missing.map((build) => `npm run build:${build}`).join(' && ')
  throw new BuildError(`${missing.map((build) => `dist/${build}`).join(', ')}: not built. Run: ${mend}`)
}

function entryOf(build: Build | ToolBuild, folderOf = distFolder): string {
  return path.join(folderOf(build), build === 'h5' ? 'index.html' : 'app.json')
}

function isFresh(build: Build | ToolBuild, fingerprint: string): boolean {
  if (!existsSync(entryOf(build)) || !existsSync(stampFile(build))) return false
  return readFileSync(stampFile(build), 'utf8') === stampOf(build, fingerprint)
}

/** Also says which output it is about: a build by other means, `dev:…` for one, is not ours to call fresh. */
function stampOf(build: Build | ToolBuild, fingerprint: string): string {
  return `${fingerprint} ${statSync(entryOf(build)).mtimeMs}`
}

function stampFile(build: Build | ToolBuild): string {
  return path.join(root, '.cache', `build-${build.replace('/', '-')}.stamp`)
}

/** A digest of the sources and of the constants that the build bakes in. */
function readFingerprint(): string {
  const hash = createHash('sha256')
  for (const name of Object.keys(process.env)
    .filter((key) => key.startsWith('TARO_APP_'))
    .sort()) {
    hash.update(`${name}=${process.env[name]}\n`)
  }
  for (const input of inputs) addToHash(path.join(root, input))
  return hash.digest('hex')

  function addToHash(file: string): void {
    // Documents are in these folders, too, and in no build.
    if (!existsSync(file) || file.endsWith('.md') || notInBuilds.includes(path.relative(root, file))) return
    const entries = readEntries(file)
    if (entries) for (const entry of entries) addToHash(path.join(file, entry))
    else hash.update(`${path.relative(root, file)}\n`).update(readFileSync(file))
  }
}

function readEntries(file: string): string[] | null {
  try {
    return readdirSync(file).sort()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR') return null
    throw error
  }
}

function environmentOf(build: Build | ToolBuild): NodeJS.ProcessEnv {
  const { TARO_OUTPUT_ROOT: _, ...given } = process.env
  if (isToolBuild(build)) return { ...given, ...toolEnvironment(build, localAddresses()), TARO_WATCH_ONCE: 'true' }
  return { ...given, NODE_ENV: 'production' }
}

async function runTaro(build: Build | ToolBuild, signal: AbortSignal | undefined): Promise<void> {
  const taro = path.join(root, 'node_modules', '@tarojs', 'cli', 'bin', 'taro')
  if (!existsSync(taro)) throw new BuildError('The Taro command line is not installed. Run: npm install')
  await new Promise<void>((resolve, reject) => {
    const args = ['build', '--type', targetOf(build), ...(isToolBuild(build) ? ['--watch'] : [])]
    const child = spawn(process.execPath, [taro, ...args], {
      cwd: root,
      env: environmentOf(build),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let tail = ''
    const keep = (chunk: Buffer): void => void (tail = (tail + chunk.toString()).slice(-4000))
    const stop = (): void => void child.kill()
    signal?.addEventListener('abort', stop)
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.on('error', (error) => reject(new BuildError(`The build of ${build} did not start: ${error.message}`)))
    child.on('close', (code) =>
      code === 0 || signal?.aborted
        ? resolve()
        : reject(new BuildError(`The build of ${build} failed:\n${tail.trimEnd()}`)),
    )
  })
}
