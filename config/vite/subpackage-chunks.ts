import path from 'node:path'
import type { Plugin } from 'vite'

type ModuleInfo = { readonly importers: readonly string[]; readonly dynamicImporters: readonly string[] }

const folder = /[\\/]src[\\/](packages[\\/][^\\/]+)[\\/]/

/** The file that the pages of one subpackage have in common. */
const sharedName = 'shared'

/**
 * Keeps in a subpackage what only its pages use. Taro puts whatever two pages import into the main package, so that each
 * new page would make the first launch slower.
 * @param styleExtension of the host, e.g. `.wxss`
 */
export function subpackageChunks(styleExtension: string): Plugin {
  /** The one subpackage that a module serves; null where the main package or two of them need it. */
  function homeOf(id: string, infoOf: (id: string) => ModuleInfo | null): string | null {
    const homes = new Set<string | null>()
    const seen = new Set<string>()
    const visit = (one: string): void => {
      if (seen.has(one)) return
      seen.add(one)
      const own = folder.exec(one)?.[1]
      if (own !== undefined && one !== id) return void homes.add(own)
      const importers = infoOf(one)?.importers ?? []
      if (importers.length === 0) homes.add(own ?? null)
      importers.forEach(visit)
    }
    visit(id)
    const [home, ...others] = homes
    return home === undefined || home === null || others.length > 0 ? null : home.replace(/\\/g, '/')
  }

  return {
    name: 'subpackage-chunks',
    enforce: 'post',
    outputOptions(options) {
      const { manualChunks } = options
      if (typeof manualChunks !== 'function') return null
      return {
        ...options,
        manualChunks(id, meta) {
          const name = manualChunks(id, meta)
          const home = name === 'common' ? homeOf(id, meta.getModuleInfo) : null
          return home === null ? name : `${home}/${sharedName}`
        },
      }
    },
    generateBundle(_options, bundle) {
      const assets = Object.values(bundle).filter((one) => one.type === 'asset')
      const shared = assets.filter(({ fileName }) => path.posix.basename(fileName) === sharedName + styleExtension)
      for (const { fileName } of shared) {
        const root = path.posix.dirname(fileName)
        const pages = assets.filter((one) => one !== undefined && one.fileName.startsWith(`${root}/`))
        for (const page of pages) {
          if (page.fileName === fileName || !page.fileName.endsWith(styleExtension)) continue
          const target = path.posix.relative(path.posix.dirname(page.fileName), fileName)
          page.source = `@import "${target}";\n${String(page.source)}`
        }
      }
    },
  }
}
