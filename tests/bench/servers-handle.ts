import { fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { once } from 'node:events'
import { parseSdkEnv } from '../../mock-server/kit/sdk-env'
import type { LocalStack } from '../../mock-server/local/local-stack'

export interface Servers {
  readonly addresses: Omit<LocalStack, 'close'>
  /** A value of `sdk.env`. */
  env(name: string): string
  /** CPU seconds that the servers have used so far. */
  cpuSec(): Promise<number>
  stop(): Promise<void>
}

export async function startServers(): Promise<Servers> {
  const child = fork(path.join(__dirname, 'servers.ts'), { execArgv: ['--import', 'tsx'] })
  const [{ addresses, dataFolder }] = (await once(child, 'message')) as [
    { addresses: Omit<LocalStack, 'close'>; dataFolder: string },
  ]
  const values = parseSdkEnv(readFileSync(path.join(dataFolder, 'sdk.env'), 'utf8'))
  return {
    addresses,
    env: (name) => values.get(name) ?? '',
    async cpuSec() {
      child.send('cpu')
      const [{ cpuSec }] = (await once(child, 'message')) as [{ cpuSec: number }]
      return cpuSec
    },
    async stop() {
      child.send('stop')
      await once(child, 'exit')
    },
  }
}
