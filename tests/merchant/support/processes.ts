import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { compileChild } from '../../../config/servers/build'
import type { Order, PlainOptions } from './merchant-process'

/** Compiled once for a test file. */
let program: Promise<string> | undefined

export interface MerchantProcess {
  readonly url: string
  readonly operatorUrl: string | null
  readonly isAlive: boolean
  advance(seconds: number): Promise<void>
  sweep(): Promise<void>
  /** SIGKILL: nothing is finished, nothing is said. */
  kill(): Promise<void>
  close(): Promise<void>
}

/** @param environment instead of that of the tests */
export async function startMerchantProcess(
  hosts: Record<string, string>,
  options: PlainOptions,
  environment: Readonly<Record<string, string>> | null = null,
): Promise<MerchantProcess> {
  program ??= compileChild(path.join(__dirname, 'merchant-process.ts'))
  const child = fork(await program, {
    cwd: path.resolve(__dirname, '../../..'),
    ...(environment && { env: { PATH: '/usr/bin:/bin', ...environment } }),
  })
  const send = createSender(child)
  const addresses = (await send({ kind: 'open', hosts, options })) as { url: string; operatorUrl: string | null }
  let isAlive = true
  return {
    ...addresses,
    get isAlive() {
      return isAlive
    },
    advance: async (seconds) => void (await send({ kind: 'advance', seconds })),
    sweep: async () => void (await send({ kind: 'sweep' })),
    async kill() {
      isAlive = false
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
    async close() {
      if (!isAlive) return
      isAlive = false
      await send({ kind: 'close' })
      child.disconnect()
      await once(child, 'exit')
    },
  }
}

function createSender(child: ChildProcess): (order: Order) => Promise<unknown> {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  let last = 0
  child.on('message', ({ id, value, error }: { id: number; value?: unknown; error?: string }) => {
    const { resolve, reject } = waiting.get(id)!
    waiting.delete(id)
    if (error === undefined) resolve(value)
    else reject(new Error(error))
  })
  child.on('exit', () => waiting.forEach(({ reject }) => reject(new Error('The merchant’s process ended.'))))
  return (order) =>
    new Promise((resolve, reject) => {
      last += 1
      waiting.set(last, { resolve, reject })
      child.send({ id: last, order })
    })
}
