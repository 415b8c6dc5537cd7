import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { distFolder } from '../../config/build-app'

export interface FileSize {
  readonly name: string
  readonly raw: number
  readonly gzip: number
}

export interface PackageSize {
  readonly raw: number
  readonly gzip: number
  /** The largest first. */
  readonly files: readonly FileSize[]
}

export interface BuildSize {
  readonly main: PackageSize
  /** By the root of the subpackage, as app.json names it. */
  readonly packages: Readonly<Record<string, PackageSize>>
  readonly all: PackageSize
}

/** Counts the bytes of a compiled mini program, package by package, as its app.json divides it. */
export function measureBuild(build: 'weapp' | 'qq'): BuildSize {
  const folder = distFolder(build)
  const files = listFiles(folder).map((name): FileSize => {
    const bytes = readFileSync(path.join(folder, name))
    return { name, raw: bytes.length, gzip: gzipSync(bytes).length }
  })
  const app = JSON.parse(readFileSync(path.join(folder, 'app.json'), 'utf8')) as {
    readonly subPackages?: readonly { readonly root: string }[]
    /** As QQ spells it. */
    readonly subpackages?: readonly { readonly root: string }[]
  }
  const roots = (app.subPackages ?? app.subpackages ?? []).map(({ root }) => root.replace(/\/$/, ''))
  const rootOf = ({ name }: FileSize): string | undefined => roots.find((root) => name.startsWith(`${root}/`))
  return {
    main: sum(files.filter((file) => rootOf(file) === undefined)),
    packages: Object.fromEntries(roots.map((root) => [root, sum(files.filter((file) => rootOf(file) === root))])),
    all: sum(files),
  }
}

function sum(files: readonly FileSize[]): PackageSize {
  const total = (key: 'raw' | 'gzip'): number => files.reduce((before, file) => before + file[key], 0)
  return { raw: total('raw'), gzip: total('gzip'), files: [...files].sort((one, other) => other.raw - one.raw) }
}

function listFiles(folder: string, prefix = ''): string[] {
  return readdirSync(path.join(folder, prefix)).flatMap((entry) => {
    const name = path.posix.join(prefix, entry)
    return statSync(path.join(folder, name)).isDirectory() ? listFiles(folder, name) : [name]
  })
}
