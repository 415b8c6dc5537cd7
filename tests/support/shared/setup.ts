import { fork, type ChildProcess } from 'node:child_process'
import { rmSync } from 'node:fs'
import { compileServer, serverPrograms } from '../../../config/servers/build'
import { isFresh } from '../../../config/servers/freshness.cjs'
import { bundleProgram } from '../bundle-program'
import type { SharedAddress } from './shared-process'

let child: ChildProcess | null = null

/** Jest's `globalSetup` of the e2e tests. What the process serves it starts when the first test asks for it. */
export default async function startShared(): Promise<void> {
  // Or the first call of each would say on standard error that it compiles.
  for (const program of serverPrograms) if (!isFresh(program)) await compileServer(program)
  const bundle = await bundleProgram('tests/support/shared/shared-process.ts')
  const started = fork(bundle, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  child = started
  const { url } = await new Promise<SharedAddress>((resolve, reject) => {
    started.once('message', (address) => resolve(address as SharedAddress))
    started.once('exit', (code) => reject(new Error(`The process that tests share ended with ${code}.`)))
  })
  rmSync(bundle)
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
