import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import path from 'node:path'
import { build, type BuildFailure, type BuildOptions } from 'esbuild'
import { runProgram } from '../../mock-server/kit/command-line'
import { compiledFile, digestOf, isFresh, stampFile } from './freshness.cjs'

/**
 * Compiles the programs of the servers, each into one file below `.cache/servers`, and the packages that they share into one
 * more. `run.cjs` calls it when a program is stale.
 */

const root = path.resolve(__dirname, '../..')

/** A program and where its source begins. */
const entries = {
  local: 'mock-server/main.ts',
  merchant: 'mock-server/production/merchant.ts',
  doctor: 'mock-server/production/preflight.ts',
  ctl: 'mock-server/ctl/main.ts',
  probe: 'mock-server/probe/main.ts',
} as const

export type ServerProgram = keyof typeof entries
export const serverPrograms = Object.keys(entries) as readonly ServerProgram[]

/** A source does not compile. The message names file and line, one line a fault. */
export class CompileError extends Error {
  override readonly name = 'CompileError'
}

/** Packages that load files of their own: native drivers, worker threads, WebAssembly. They stay in node_modules. */
const outside = ['libsql', 'pg', 'pino', 'glass-easel-template-compiler', 'esbuild']

/** The phone's page script, which a browser loads; `device/bundle.ts` serves it. */
const phone = { file: 'phone.js', entry: 'mock-server/device/frame/browser.ts' }

const folder = path.dirname(compiledFile('packages'))

/**
 * Compiles one program, and the packages where they have changed. Files are replaced in one step each: a program
 * that starts meanwhile reads the old or the new one.
 * @throws CompileError
 */
export async function compileServer(name: ServerProgram): Promise<void> {
  const packages = await compilePackages()
  const [own, page] = await Promise.all([
    compile(optionsOf(entries[name], compiledFile(name), packages)),
    name === 'local'
      ? compile({
          entryPoints: [phone.entry],
          outfile: path.join(folder, phone.file),
          format: 'iife',
          platform: 'browser',
          target: 'es2022',
        })
      : null,
  ])
  const inputs = [...own.inputs, ...(page?.inputs ?? [])].filter((file) => !file.startsWith('node_modules/')).sort()
  mkdirSync(folder, { recursive: true })
  for (const { path: file, contents } of [...own.files, ...(page?.files ?? [])]) replaceFile(file, contents)
  replaceFile(stampFile(name), JSON.stringify({ digest: digestOf(inputs), inputs }))
}

/**
 * Compiles a module that a test starts as a process of its own: it starts as fast as the programs do.
 * @returns the file
 */
export async function compileChild(entry: string): Promise<string> {
  const packages = await compilePackages()
  const file = path.join(folder, `${path.basename(entry, '.ts')}.child.cjs`)
  const { files } = await compile(optionsOf(entry, file, packages))
  for (const { path: made, contents } of files) replaceFile(made, contents)
  return file
}

function optionsOf(entry: string, outfile: string, packages: readonly string[]): BuildOptions {
  return {
    entryPoints: [entry],
    outfile,
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    packages: 'external',
    define: { COMPILED_FOLDER: '__dirname' },
    banner: { js: banner(packages) },
    sourcemap: 'linked',
    // The sources are there, in the project's folder.
    sourcesContent: false,
  }
}

/** Compiles each program that is not what its sources say. @throws CompileError */
export async function compileStale(
  report: (line: string) => void,
  programs: readonly ServerProgram[] = serverPrograms,
): Promise<void> {
  for (const name of programs) {
    if (isFresh(name)) continue
    const started = Date.now()
    await compileServer(name)
    report(`compiled mock-server (${name}) in ${((Date.now() - started) / 1000).toFixed(1)} s`)
  }
}

/** Compiles the packages of all programs, without a map: node would read it at each start, and it is three times ours. */
async function compilePackages(): Promise<readonly string[]> {
  const { imports } = await compile({
    entryPoints: Object.values(entries),
    outdir: folder,
    platform: 'node',
    packages: 'external',
  })
  const names = [...new Set(imports)].filter((name) => !isOutside(name)).sort()
  const digest = digestOf(['config/servers/packages.cjs', ...names])
  if (existsSync(stampFile('packages')) && readFileSync(stampFile('packages'), 'utf8') === digest) return names
  const { files } = await compile({
    // Each is evaluated when it is asked for.
    stdin: {
      contents: `module.exports = {\n${names.map((name) => `'${name}': () => require('${name}'),`).join('\n')}\n}`,
      resolveDir: root,
      loader: 'js',
    },
    outfile: compiledFile('all-packages'),
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    external: outside,
    legalComments: 'none',
    minify: true,
    keepNames: true,
  })
  mkdirSync(folder, { recursive: true })
  for (const { path: file, contents } of files) replaceFile(file, contents)
  // What V8 made of the former packages is of no more use.
  for (const file of readdirSync(folder)) if (file.endsWith('.v8')) rmSync(path.join(folder, file))
  replaceFile(compiledFile('packages'), readFileSync(path.join(__dirname, 'packages.cjs')))
  replaceFile(stampFile('packages'), digest)
  return names
}

/** Before anything is loaded: these packages come from their one file, and that is read when the first of them is asked for. */
function banner(packages: readonly string[]): string {
  return `{ const load = require, compiled = new Set(${JSON.stringify(packages)});
  require = (name) => (compiled.has(name) ? load('./packages.cjs')(name) : load(name)); }`
}

function isOutside(name: string): boolean {
  const [scope = '', rest = ''] = name.split('/')
  const ofPackage = scope.startsWith('@') ? `${scope}/${rest}` : scope
  return outside.includes(ofPackage) || isBuiltin(name)
}

async function compile(options: BuildOptions) {
  try {
    const { outputFiles, metafile } = await build({
      ...options,
      absWorkingDir: root,
      bundle: true,
      write: false,
      metafile: true,
      charset: 'utf8',
      logLevel: 'silent',
    })
    return {
      files: outputFiles ?? [],
      inputs: Object.keys(metafile?.inputs ?? {}),
      imports: Object.values(metafile?.outputs ?? {}).flatMap(({ imports }) => imports.map(({ path: name }) => name)),
    }
  } catch (error) {
    const { errors } = error as Partial<BuildFailure>
    if (errors === undefined) throw error
    throw new CompileError(
      errors
        .map(({ location: at, text }) => (at ? `${at.file}:${at.line}:${at.column + 1}: ${text}` : text))
        .join('\n'),
    )
  }
}

function replaceFile(file: string, contents: string | Uint8Array): void {
  const fresh = `${file}.${process.pid}`
  writeFileSync(fresh, contents)
  renameSync(fresh, file)
}

async function main(): Promise<void> {
  const name = serverPrograms.find((program) => program === process.argv[2])
  if (name === undefined) throw new CompileError(`Name one of ${serverPrograms.join(', ')}.`)
  await compileStale((line) => void process.stdout.write(`${line}\n`), [name])
}

if (require.main === module) runProgram(main, [CompileError])
