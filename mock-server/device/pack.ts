import { readdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import type { AppConfig, HostName, PackedApp, PageConfig, TabBarConfig, WindowConfig } from './packed-app'
import { toPhoneCss, type StyleOwner } from './pack/css'
import { findUnknownToQq } from './pack/qq-app-json'

export interface PackOptions {
  /** Folder of the compiled mini program, e.g. `dist/weapp`. */
  readonly dist: string
  readonly platform: HostName
}

/** The build is missing or not what a host can run. The message says what to do. */
export class PackError extends Error {
  override readonly name = 'PackError'
  readonly code = 'PACK_FAILED'
}

const extensions = {
  weapp: { template: '.wxml', style: '.wxss' },
  qq: { template: '.qml', style: '.qss' },
} as const

const cache = new Map<string, { readonly stamp: string; readonly packed: Promise<PackedApp> }>()

/**
 * Reads a compiled mini program into one JSON value that the phone can run. Repeated calls are free until a file changes.
 * @throws PackError when the build is missing or broken
 */
export async function packMiniProgram(options: PackOptions): Promise<PackedApp> {
  const dist = path.resolve(options.dist)
  const files = await listFiles(dist, options.platform)
  const stamp = files.map(({ name, mtimeMs, size }) => `${name}:${mtimeMs}:${size}`).join('\n')
  const key = `${options.platform}:${dist}`
  const known = cache.get(key)
  if (known?.stamp === stamp) return known.packed
  const packed = pack(
    dist,
    files.map(({ name }) => name),
    options.platform,
  )
  cache.set(key, { stamp, packed })
  packed.catch(() => cache.delete(key))
  return packed
}

async function pack(dist: string, files: readonly string[], platform: HostName): Promise<PackedApp> {
  const { template, style } = extensions[platform]
  const sources = new Map<string, string>()
  for (const file of files) {
    if (/\.(js|json|wxml|qml|wxss|qss|wxs|qs)$/.test(file))
      sources.set(file, await readFile(path.join(dist, file), 'utf8'))
  }
  const mend = `Run: npm run build:${platform}`
  const readJson = (file: string): Record<string, unknown> => {
    const text = sources.get(file)
    if (text === undefined) throw new PackError(`${path.join(dist, file)} is missing. ${mend}`)
    try {
      return JSON.parse(text) as Record<string, unknown>
    } catch (error) {
      throw new PackError(`${path.join(dist, file)} is not JSON: ${String(error)}. ${mend}`)
    }
  }
  const appJson = readJson('app.json')
  if (platform === 'qq') assertQqKnows(appJson, path.join(dist, 'app.json'))
  const appConfig = readAppConfig(appJson)
  const faults = [
    ...(sources.has('app.js') ? [] : ['app.js']),
    ...appConfig.pages.flatMap((page) => [`${page}.js`, `${page}${template}`].filter((file) => !sources.has(file))),
  ]
  if (faults.length > 0) throw new PackError(`${dist} is incomplete, it lacks ${faults.join(', ')}. ${mend}`)

  const byExtension = (...wanted: string[]): [string, string][] =>
    [...sources].flatMap(([file, text]) => {
      const found = wanted.find((extension) => file.endsWith(extension))
      return found === undefined ? [] : [[file.slice(0, -found.length), text]]
    })
  const configs = byExtension('.json')
    .filter(([name]) => sources.has(name + template))
    .map(([name]) => [name, readJson(`${name}.json`) as PageConfig] as const)
  // Loaded at the first phone: the compiler is a WebAssembly module of 1 MB.
  const { compileTemplates, toWechatTemplate } = await import('./pack/templates')
  try {
    return {
      platform,
      appid: readAppid(sources.get('project.config.json')),
      appConfig,
      themes: readThemes(appJson['themeLocation'], readJson),
      configs: Object.fromEntries(configs),
      scripts: Object.fromEntries(byExtension('.js').map(([name, text]) => [`${name}.js`, text])),
      templates: compileTemplates(
        Object.fromEntries(byExtension(template).map(([name, text]) => [name, toWechatTemplate(text)])),
        Object.fromEntries(byExtension('.wxs', '.qs')),
      ),
      styles: packStyles(sources, style, appConfig.pages),
    }
  } catch (error) {
    if (error instanceof PackError) throw error
    throw new PackError(`${dist} does not compile: ${error instanceof Error ? error.message : String(error)}. ${mend}`)
  }
}

/** @throws PackError as QQ's own compiler ends: an app.json that is written for WeChat does not compile there */
function assertQqKnows(appJson: Readonly<Record<string, unknown>>, file: string): void {
  const unknown = findUnknownToQq(appJson)
  if (unknown.length === 0) return
  throw new PackError(`${file} does not compile in QQ, which does not know ${unknown.join(', ')}. Leave it out for QQ.`)
}

interface FileFacts {
  readonly name: string
  readonly mtimeMs: number
  readonly size: number
}

async function listFiles(dist: string, platform: HostName): Promise<FileFacts[]> {
  const entries = await readdir(dist, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if ((error as { code?: unknown } | null)?.code === 'ENOENT') return []
    throw error
  })
  if (!entries.some((entry) => entry.name === 'app.json')) {
    throw new PackError(`There is no compiled mini program in ${dist}. Run: npm run build:${platform}`)
  }
  const files = entries
    .filter((entry) => entry.isFile())
    .map(async (entry) => {
      const full = path.join(entry.parentPath, entry.name)
      const { mtimeMs, size } = await stat(full)
      return { name: path.relative(dist, full).split(path.sep).join('/'), mtimeMs, size }
    })
  return (await Promise.all(files)).sort((one, other) => (one.name < other.name ? -1 : 1))
}

function readAppConfig(json: Record<string, unknown>): AppConfig {
  const packages = (json['subPackages'] ?? json['subpackages'] ?? []) as readonly { root: string; pages: string[] }[]
  const mainPages = (json['pages'] ?? []) as string[]
  return {
    pages: [
      ...mainPages,
      ...packages.flatMap(({ root, pages }) => pages.map((page) => `${root.replace(/\/$/, '')}/${page}`)),
    ],
    mainPages: mainPages.length,
    lazyCodeLoading: json['lazyCodeLoading'] === 'requiredComponents',
    window: (json['window'] ?? {}) as WindowConfig,
    ...(json['tabBar'] !== undefined && { tabBar: json['tabBar'] as TabBarConfig }),
    darkmode: json['darkmode'] === true,
    requiredPrivateInfos: (json['requiredPrivateInfos'] ?? []) as string[],
  }
}

function readAppid(project: string | undefined): string {
  if (project === undefined) return ''
  const parsed = JSON.parse(project) as { appid?: unknown; qqappid?: unknown }
  const appid = parsed.qqappid ?? parsed.appid
  return typeof appid === 'string' ? appid : ''
}

function readThemes(location: unknown, readJson: (file: string) => Record<string, unknown>): PackedApp['themes'] {
  if (typeof location !== 'string') return { light: {}, dark: {} }
  const { light = {}, dark = {} } = readJson(location) as Partial<PackedApp['themes']>
  return { light, dark }
}

function packStyles(
  sources: ReadonlyMap<string, string>,
  style: string,
  pages: readonly string[],
): Record<string, string> {
  const packed: Record<string, string> = { app: convert(`app${style}`, null) }
  for (const page of pages) packed[page] = convert(`${page}${style}`, page)
  return packed

  function convert(file: string, owner: StyleOwner): string {
    const source = sources.get(file)
    return source === undefined ? '' : toPhoneCss(inlineImports(file, source, [file]), owner)
  }

  function inlineImports(file: string, source: string, seen: readonly string[]): string {
    return source.replace(/@import\s+(?:url\(\s*)?["']?([^"')\s;]+)["']?[\s)]*;/g, (_all, target: string) => {
      const resolved = target.startsWith('/') ? target.slice(1) : path.posix.join(path.posix.dirname(file), target)
      const text = sources.get(resolved)
      if (text === undefined) throw new Error(`${file} imports ${target}, which is not in the build`)
      return seen.includes(resolved) ? '' : inlineImports(resolved, text, [...seen, resolved])
    })
  }
}
