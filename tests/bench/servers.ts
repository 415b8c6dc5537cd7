import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startLocalStack } from '../../mock-server/local/local-stack'

/** The servers that are measured, in a process of their own: its CPU time is theirs alone. Speaks with its parent. */
async function main(): Promise<void> {
  const dataFolder = mkdtempSync(path.join(tmpdir(), 'bench-'))
  const stack = await startLocalStack({
    portBase: null,
    dataFolder,
    resolve: {},
    logLevel: 'silent',
    shop: { rateLimits: false, initialStock: 1_000_000 },
  })
  const { close, ...addresses } = stack
  process.on('message', (message) => {
    if (message === 'cpu') {
      const { user, system } = process.cpuUsage()
      process.send?.({ cpuSec: (user + system) / 1_000_000 })
    } else if (message === 'stop') {
      void close().then(() => {
        rmSync(dataFolder, { recursive: true, force: true })
        process.exit(0)
      })
    }
  })
  process.send?.({ addresses, dataFolder })
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
  process.exit(1)
})
