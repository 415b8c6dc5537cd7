import { ConfigError } from '../local/config'
import { NewerDataError } from '../kit/data-version'
import type { Settings } from './settings'

type Place = Pick<Settings, 'store' | 'host'>

/** The start could not reach the database: the network, the user, or the database itself. @see https://www.postgresql.org/docs/current/errcodes-appendix.html */
const ofDatabase = /^(E(CONN|HOST|NET|TIMEDOUT|AI_)|ENOTFOUND|08|28|3D|53|57P)/

/** A failed start whose mend is a setting, in one line that shows no secret. Anything else stays as it is: a defect. */
export function toStartError(error: unknown, { store, host }: Place): unknown {
  const isPostgres = 'databaseUrl' in store
  const variable = isPostgres ? 'DATABASE_URL' : 'DATA_FILE'
  if (error instanceof NewerDataError)
    return new ConfigError(`${error.message} Start that version, or name another database in ${variable}.`)
  const { code = '', syscall } = error as { readonly code?: string; readonly syscall?: string }
  if (code === 'EADDRNOTAVAIL' || (syscall === 'getaddrinfo' && !isPostgres))
    return new ConfigError(
      `HOST: this machine has no address ${host} (${code}). Name one of its own, such as 127.0.0.1.`,
    )
  if (isPostgres && ofDatabase.test(code))
    return new ConfigError(
      `DATABASE_URL: the database cannot be used (${code}). Start it, or mend host, port, user, password or name.`,
    )
  if (!isPostgres && code.startsWith('SQLITE_'))
    return new ConfigError(`DATA_FILE: ${store.dataFile} cannot be used as a database (${code}). Name another file.`)
  return error
}
