import path from 'node:path'
import { projectFolder } from '../../kit/files'
import { readConnection, type Connection } from '../connection'
import { fine } from '../finding'
import { isLoopback, isPrivate } from './blocks'
import type { Examined, Topic } from './check'
import { isInside, isTemporary, statOf } from './places'

/** Where the books are kept. */

const fileOf = ({ settings: { store } }: Examined): string | null => ('dataFile' in store ? store.dataFile : null)
const folderOf = (examined: Examined): string => path.dirname(fileOf(examined) ?? '')
const isFolder = (file: string): boolean => statOf(file)?.isDirectory() ?? false

export const dataFile: Topic = {
  mistakes: [
    {
      about: 'DATA_FILE',
      level: 'grave',
      find: (examined) =>
        fileOf(examined) === null || isFolder(folderOf(examined)) ? null : `${folderOf(examined)} is no folder`,
      mend: (examined) => `mkdir -m 700 ${folderOf(examined)}`,
    },
    {
      about: 'DATA_FILE',
      level: 'grave',
      find(examined) {
        const file = fileOf(examined)
        return file !== null && isFolder(file) ? `${file} is a folder` : null
      },
      mend: 'name a file in it',
    },
    {
      about: 'DATA_FILE',
      level: 'grave',
      find(examined) {
        const file = fileOf(examined)
        // In a clone that is temporary itself, somebody tries the shop out.
        const isLost = file !== null && isTemporary(file) && !isInside(projectFolder, file)
        return isLost ? `${file} is lost with the next restart: paid orders, too` : null
      },
      mend: 'take a folder that stays, such as /var/lib/shop',
    },
    {
      about: 'DATA_FILE',
      level: 'grave',
      find(examined) {
        const [file, { staticRoot }] = [fileOf(examined), examined.settings]
        const isServed = file !== null && staticRoot !== null && isInside(staticRoot, file)
        return isServed ? 'it lies in STATIC_ROOT: a web server hands out names and addresses' : null
      },
      mend: 'keep it somewhere else',
    },
    {
      about: 'DATA_FILE',
      level: 'warning',
      find(examined) {
        // Windows has no such bits and shows every file as readable by others.
        if (process.platform === 'win32') return null
        const mode = statOf(fileOf(examined) ?? '')?.mode ?? 0
        return (mode & 0o077) !== 0 && !isFolder(fileOf(examined) ?? '')
          ? 'others can read the customers’ addresses'
          : null
      },
      mend: (examined) => `chmod 600 ${fileOf(examined)}*`,
    },
  ],
  good: (examined) =>
    fileOf(examined) === null
      ? null
      : fine('DATA_FILE', 'SQLite: one process; take DATABASE_URL when you need another'),
}

interface FarDatabase extends Connection {
  /** On a network of one's own. */
  readonly isNear: boolean
}

/** A database on another machine; null for one on this machine, which no network is between. */
function farDatabase({ settings: { store } }: Examined): FarDatabase | null {
  if ('dataFile' in store) return null
  const connection = readConnection(store.databaseUrl)
  const isHere = connection.host.startsWith('/') || isLoopback(connection.host)
  return isHere ? null : { ...connection, isNear: isPrivate(connection.host) }
}

function findOpenWay(examined: Examined, isNear: boolean): string | null {
  const database = farDatabase(examined)
  if (database === null || database.isNear !== isNear) return null
  if (database.tls === 'none') return `orders travel to ${database.host} unencrypted`
  return database.tls === 'unverified' ? `nobody verifies that ${database.host} is your database` : null
}

const verify = 'add ?sslmode=verify-full, with sslrootcert where its authority is a private one'

export const database: Topic = {
  mistakes: [
    {
      about: 'DATABASE_URL',
      level: 'grave',
      find: (examined) => findOpenWay(examined, false),
      mend: verify,
    },
    {
      about: 'DATABASE_URL',
      level: 'warning',
      find: (examined) => findOpenWay(examined, true),
      mend: verify,
    },
    {
      about: 'DATABASE_URL',
      level: 'warning',
      find: (examined) =>
        farDatabase(examined)?.tls === 'other-name'
          ? 'any server that its authority vouches for can be the database'
          : null,
      mend: 'take sslmode=verify-full',
    },
    {
      about: 'DATABASE_URL',
      level: 'warning',
      find({ settings: { store } }) {
        if ('dataFile' in store) return null
        const query = new URLSearchParams(store.databaseUrl.split('?')[1] ?? '')
        const mode = query.getAll('sslmode').at(-1) ?? ''
        const isBound = query.get('uselibpqcompat') === 'true' || !['prefer', 'require', 'verify-ca'].includes(mode)
        return isBound ? null : `sslmode=${mode} verifies today, and no more with the driver’s next version`
      },
      mend: 'take sslmode=verify-full',
    },
  ],
  good: ({ settings: { store } }) => ('dataFile' in store ? null : fine('DATABASE_URL', 'PostgreSQL')),
}
