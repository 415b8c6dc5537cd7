import { fork, type ChildProcess } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { compileChild } from '../../config/servers/build'
import { createQqAppIdentity, type QqAppIdentity } from '../../mock-server/simulator/qq/identity'
import {
  createAppIdentity,
  createMerchantIdentity,
  createPlatformIdentity,
  type AppIdentity,
  type MerchantIdentity,
  type PlatformIdentity,
} from '../../mock-server/simulator/wechat/identity'
import type { SideOptions, Ports } from './side-process'

/** Both sides of a sides, each in a process with its database in a file, so that either can lose power. */

export type Side = 'services' | 'merchant'

export interface Sides {
  readonly ports: Ports
  readonly app: AppIdentity
  readonly qqApp: QqAppIdentity
  readonly mchid: string
  readonly operatorToken: string
  /** kill -9, and a new start on the same files. */
  restart(side: Side): Promise<void>
  /** Business time of both sides goes on; the merchant does what is due. */
  advance(seconds: number): Promise<void>
  /** The merchant does what is due now. */
  sweep(): Promise<void>
  close(): Promise<void>
}

export interface Identities {
  readonly app: AppIdentity
  readonly qqApp: QqAppIdentity
  readonly merchant: MerchantIdentity
  readonly platform: PlatformIdentity
}

/** Keys take a second to make: once for all seeds. */
export async function createIdentities(): Promise<Identities> {
  const app = createAppIdentity()
  const [merchant, platform] = await Promise.all([
    createMerchantIdentity({ appids: [app.appid] }),
    createPlatformIdentity(),
  ])
  return {
    app,
    merchant,
    platform,
    qqApp: createQqAppIdentity({ merchants: [{ mchid: merchant.mchid, appids: [app.appid] }] }),
  }
}

/** One file that starts in a moment: a side is started anew many times. @returns its path */
export const bundleSide = (): Promise<string> => compileChild(path.join(__dirname, 'side-process.ts'))

export async function startSides(
  bundle: string,
  identities: Identities,
  choices: Pick<SideOptions, 'initialStock' | 'protocol' | 'sellers'>,
): Promise<Sides> {
  const folder = mkdtempSync(path.join(tmpdir(), 'chaos-'))
  const [merchant, operator, wechat, wechatControl, qq, qqControl] = (await freePorts(6)) as [
    ...[number, number, number, number, number, number],
  ]
  const ports: Ports = { merchant, operator, wechat, wechatControl, qq, qqControl }
  const operatorToken = 'operator-token-of-the-chaos-run'
  const children = new Map<Side, ChildProcess>()
  let offsetMs = 0
  let orders = 0

  /** Another run that looks for free ports holds each of them for a moment: then it is tried again. */
  async function start(role: Side): Promise<void> {
    for (const end = Date.now() + 30_000; ;)
      try {
        return await launch(role)
      } catch (error) {
        if (Date.now() > end || !/EADDRINUSE|is taken/.test(String(error))) throw error
      }
  }

  async function launch(role: Side): Promise<void> {
    const options: SideOptions = { role, folder, ports, ...identities, operatorToken, ...choices, offsetMs }
    const child = fork(bundle, [JSON.stringify(options)], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
    let said = ''
    child.stderr?.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4000)))
    children.set(role, child)
    await new Promise<void>((resolve, reject) => {
      child.once('message', () => resolve())
      child.once('exit', (code) => reject(new Error(`${role} ended with ${code}: ${said}`)))
    })
  }

  async function kill(side: Side): Promise<void> {
    const child = children.get(side)
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    child.kill('SIGKILL')
    await gone
  }

  function tell(side: Side): Promise<void> {
    const child = children.get(side)!
    const id = (orders += 1)
    return new Promise((resolve, reject) => {
      // A side that loses power meanwhile reports nothing more.
      const end = (error?: string): void => {
        child.off('message', hear)
        child.off('exit', gone)
        if (error === undefined) resolve()
        else reject(new Error(error))
      }
      const gone = (): void => end()
      const hear = (answer: { id?: number; error?: string }): void => {
        if (answer.id === id) end(answer.error)
      }
      child.on('message', hear)
      child.on('exit', gone)
      if (!child.connected || !child.send({ id, offsetMs }, () => undefined)) end()
    })
  }

  await start('services')
  await start('merchant')
  return {
    ports,
    app: identities.app,
    qqApp: identities.qqApp,
    mchid: identities.merchant.mchid,
    operatorToken,
    async restart(side) {
      await kill(side)
      await start(side)
    },
    async advance(seconds) {
      offsetMs += seconds * 1000
      // The merchant's clock first: in life nobody's clock runs behind by hours.
      await tell('merchant')
      await tell('services')
      // A power cut may come in between.
      await fetch(`http://127.0.0.1:${wechatControl}/control/clock/advance`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ seconds }),
        signal: AbortSignal.timeout(60_000),
      }).catch(() => undefined)
      await tell('merchant')
    },
    sweep: () => tell('merchant'),
    async close() {
      await Promise.all([kill('merchant'), kill('services')])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Where no system takes ports for others' outgoing connections: a side that was killed finds its own again. */
let nextPort = randomInt(12_000, 24_000)

async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = []
  while (ports.length < count) {
    const port = nextPort
    nextPort = port < 29_999 ? port + 1 : 12_000
    if (await isFree(port)) ports.push(port)
  }
  return ports
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
