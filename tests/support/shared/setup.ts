import { fork, type ChildProcess } from 'node:child_process'
import path from 'node:path'
import { compileChild, compileStale } from '../../../config/servers/build'
import type { SharedAddress } from './shared-process'

let child: ChildProcess | null = null

/** Jest's `globalSetup` of the e2e tests. What the process serves it starts when the first test asks for it. */
export default async function startShared(): Promise<void> {
  // Or the first call of each would say on standard error that it compiles.
  await compileStale(() => undefined)
  const program = await compileChild(path.join(__dirname, 'shared-process.ts'))
  const started = fork(program, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  child = started
  const { url } = await new Promise<SharedAddress>((resolve, reject) => {
    started.once('message', (address) => resolve(address as SharedAddress))
    started.once('exit', (code) => reject(new Error(`The process that tests share ended with ${code}.`)))
  })
  process.env['SHARED_URL'] = url
}

export async function stopShared(): Promise<void> {
  const stopped = child
  child = null
  if (stopped === null || stopped.exitCode !== null) return
  const ended = new Promise((resolve) => stopped.once('exit', resolve))
  stopped.disconnect()
  await ended
}
