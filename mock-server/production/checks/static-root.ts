import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fine } from '../finding'
import type { Environment } from '../read-variables'
import { variables, type Variable } from '../variables'
import type { Examined, Topic } from './check'
import { isInside, leadsOut, listFiles, placeOf, statOf } from './places'

/** The folder whose files every browser gets. */

const name = 'STATIC_ROOT'
const takeH5 = 'npm run build:h5, and STATIC_ROOT=dist/h5'

const rootOf = ({ settings: { staticRoot } }: Examined): string | null =>
  staticRoot === null ? null : path.resolve(staticRoot)
const has = (folder: string, file: string): boolean => statOf(path.join(folder, file)) !== null

/** Keys, databases, settings and sources: never part of a build. */
const notOfBuild =
  /(^|[\\/])(\.(?!well-known$)[^\\/]*|installation\.json|sdk\.env|package(-lock)?\.json|node_modules)$|\.(pem|key|p12|pfx|crt|cer|env|db|db-wal|db-shm|sqlite3?|sql|log|bak|tsx?)$/i

/** Files that settings name: keys, certificates and texts of secrets. */
function filesNamedBy(environment: Environment): readonly string[] {
  const names = (variables as readonly Variable[]).map((variable) =>
    variable.isSecret ? `${variable.name}_FILE` : variable.name,
  )
  return names
    .filter((each) => each.endsWith('_FILE') && each !== 'DATA_FILE')
    .flatMap((each) => environment[each] || [])
}

/** Vite's client, or an address of `npm start`, which a build for development calls. */
const ofTool = /@vite\/client|https?:\/\/(127\.0\.0\.1|localhost):\d{2,5}/

function isForTool(root: string): boolean {
  const { files } = listFiles(root)
  if (files.some((file) => file.endsWith('.map'))) return true
  return files
    .map((file) => path.join(root, file))
    .filter((file) => /\.(js|html)$/.test(file) && (statOf(file)?.isFile() ?? false))
    .some((file) => ofTool.test(readFileSync(file, 'utf8')))
}

export const staticRoot: Topic = {
  mistakes: [
    {
      about: name,
      level: 'grave',
      find(examined) {
        const root = rootOf(examined)
        if (root === null || has(root, 'app.json') || has(root, 'index.html')) return null
        return `${root} has no index.html: browsers get no page`
      },
      mend: takeH5,
    },
    {
      about: name,
      level: 'grave',
      find(examined) {
        const root = rootOf(examined)
        return root !== null && has(root, 'app.json') ? `${root} is a mini program, no page for browsers` : null
      },
      mend: takeH5,
    },
    {
      about: name,
      level: 'grave',
      find(examined) {
        const root = rootOf(examined)
        if (root === null || has(root, 'app.json') || !has(root, 'index.html')) return null
        return isForTool(root) ? 'this is a build for development: it has source maps, or calls this machine' : null
      },
      mend: takeH5,
    },
    {
      about: name,
      level: 'grave',
      find(examined) {
        const root = rootOf(examined)
        if (root === null) return null
        const { files, isWhole } = listFiles(root)
        const keys = filesNamedBy(examined.environment).filter((file) => isInside(root, file))
        const found = [
          ...keys.map((file) => path.relative(placeOf(root), placeOf(file))),
          ...files.filter((file) => notOfBuild.test(file) || leadsOut(root, path.join(root, file))),
        ]
        if (found.length > 0) return `every browser could ask for ${[...new Set(found)].slice(0, 3).join(', ')}`
        return isWhole ? null : `${root} holds far more than a build`
      },
      mend: 'serve a folder with the build alone, and keep keys where no web server looks',
    },
  ],
  good(examined) {
    const root = rootOf(examined)
    return root === null ? null : fine(name, `${root}: index.html and its files`)
  },
}
