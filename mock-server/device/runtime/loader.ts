/** Names that the file being loaded sees as globals. */
export type Globals = Readonly<Record<string, unknown>>

/**
 * What a browser has and a mini program has not. An app that reaches for these must fail here as it does on a phone.
 * @see https://developers.weixin.qq.com/miniprogram/dev/framework/runtime/env.html
 */
const absent = [
  'window',
  'document',
  'self',
  'frames',
  'parent',
  'top',
  'location',
  'history',
  'navigator',
  'screen',
  'localStorage',
  'sessionStorage',
  'indexedDB',
  'fetch',
  'XMLHttpRequest',
  'WebSocket',
  'MessageChannel',
  'setImmediate',
  'process',
  'Buffer',
  'alert',
  'confirm',
  'prompt',
]

/** Loads the scripts of a packed app as CommonJS modules. */
export interface Loader {
  /** Runs a file once and answers its exports. @throws when it is not in the build, or throws itself */
  load(path: string): unknown
}

/** @param globalsOf what a file sees; hosts bind `Page` and `Component` to the file that is being loaded */
export function createLoader(scripts: Readonly<Record<string, string>>, globalsOf: (path: string) => Globals): Loader {
  const modules = new Map<string, { exports: unknown }>()
  let entry = ''

  function load(path: string): unknown {
    const known = modules.get(path)
    if (known) return known.exports
    const source = scripts[path]
    if (source === undefined) throw new Error(`module '${path}' is not defined`)
    const module = { exports: {} as unknown }
    modules.set(path, module)
    const require = (target: string): unknown => load(resolveModule(path, target, scripts))
    const names: Record<string, unknown> = Object.fromEntries(absent.map((name) => [name, undefined]))
    Object.assign(names, globalsOf(entry), { require, module, exports: module.exports })
    const body = new Function(...Object.keys(names), `${source}\n//# sourceURL=miniprogram/${path}`)
    body.call(module.exports, ...Object.values(names))
    return module.exports
  }

  return {
    load(path) {
      const outer = entry
      entry = path
      try {
        return load(path)
      } finally {
        entry = outer
      }
    },
  }
}

function resolveModule(from: string, target: string, scripts: Readonly<Record<string, string>>): string {
  const path = resolvePath(from, target)
  return [path, `${path}.js`, `${path}/index.js`].find((candidate) => candidate in scripts) ?? `${path}.js`
}

/** Resolves a path against the file it is written in. `/` starts at the root of the app. */
export function resolvePath(from: string, target: string): string {
  const parts = target.startsWith('/') ? [] : from.split('/').slice(0, -1)
  for (const part of target.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return parts.join('/')
}
