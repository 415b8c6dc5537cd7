import { ConfigError } from '../local/config'
import { runProgram } from '../kit/command-line'
import { takeFileLock, type FileLock } from '../kit/file-lock'
import { PortForbiddenError, PortTakenError } from '../kit/http/listen'
import { createLog } from '../kit/log-lines'
import { createMerchant } from '../merchant/create-merchant'
import { prepare, toLines, usageOf } from './program'
import { SecretError } from '../kit/secrets'
import { toStartError } from './start-error'
import { toOptions } from './to-options'

/** `npm run merchant`: the shop with real keys. A grave finding stops the start; SIGTERM stops the shop gently. */

async function main(): Promise<void> {
  // The builds for phones are not checked here: this program does not serve them.
  const prepared = prepare(process.argv.slice(2), [])
  if (prepared === 'help') {
    return void process.stdout.write(usageOf('Usage: npm run merchant [-- options]   the shop, with real money'))
  }
  const { settings, findings } = prepared
  const grave = findings.filter(({ level }) => level === 'grave')
  if (settings === null || grave.length > 0) throw new ConfigError(toLines(grave))

  // The database holds names and addresses: only the owner of this process may read its files.
  process.umask(0o077)
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())
  const logger = createLog(settings.logLevel)
  const lock = 'dataFile' in settings.store ? lockDataFile(settings.store.dataFile) : null
  const merchant = await createMerchant({ ...toOptions(settings), logger }).catch((error: unknown) => {
    throw toStartError(error, settings)
  })
  logger.info({ company: 'merchant', url: merchant.url, operatorUrl: merchant.operatorUrl }, 'started')
  if (!stopping.signal.aborted) await new Promise((stop) => stopping.signal.addEventListener('abort', stop))
  logger.info({ company: 'merchant' }, 'stopping')
  await merchant.close()
  lock?.release()
  logger.info({ company: 'merchant' }, 'stopped')
}

/** Two merchants on one SQLite file would each do the work that is due, and neither would see the other's events. */
function lockDataFile(dataFile: string): FileLock {
  let lock: FileLock | null
  try {
    lock = takeFileLock(`${dataFile}.lock`)
  } catch (error) {
    const why = (error as Error).message
    throw new ConfigError(
      `DATA_FILE: nothing can be written beside ${dataFile} (${why}). Make its folder, or name another.`,
    )
  }
  if (lock !== null) return lock
  throw new ConfigError(
    `DATA_FILE: ${dataFile} is in use by another merchant. Stop it, name another file, or use DATABASE_URL for several.`,
  )
}

runProgram(main, [ConfigError, SecretError, PortTakenError, PortForbiddenError])
