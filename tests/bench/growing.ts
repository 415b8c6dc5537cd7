import { fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { Client } from 'pg'
import { randomAlphanumeric } from '../../mock-server/crypto/digest'
import type { GrowingOrder, Simulators } from './growing-process'
import { send } from './send'

/** CPU-seconds a payment, by process, and what the database committed; no wall time: the machine may be shared. */
export interface GrowingRow {
  readonly merchants: number
  readonly payments: number
  /** All merchant processes together, in milliseconds of CPU a payment. */
  readonly merchantMs: number
  readonly simulatorMs: number
  /** The backends of the merchants' connections; null where /proc doesn't show them. */
  readonly postgresMs: number | null
  /** Transactions a payment as PostgreSQL counts them, single reads, start-up and jobs included. */
  readonly commits: number
}

export type Growing = { readonly rows: readonly GrowingRow[] } | { readonly skipped: string }

const serverUrl = process.env.TEST_DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/test'
const shopBase = 'https://shop.example'
const warmUp = 60
const counted = 300
const lanes = 12

/** Whole payments through one, two and three merchants on one PostgreSQL. Skips itself where none answers. */
export async function measureGrowing(say: (line: string) => void): Promise<Growing> {
  const admin = new Client({ connectionString: serverUrl, connectionTimeoutMillis: 3000 })
  try {
    await admin.connect()
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException
    return { skipped: `no PostgreSQL at ${serverUrl.replace(/:[^:@/]*@/, ':…@')}: ${message || code}` }
  }
  try {
    const rows: GrowingRow[] = []
    for (const merchants of [1, 2, 3]) {
      say(`paying ${counted} times, ${merchants} merchant process(es) on PostgreSQL …`)
      rows.push(await measureRow(admin, merchants))
    }
    return { rows }
  } finally {
    await admin.end()
  }
}

async function measureRow(admin: Client, count: number): Promise<GrowingRow> {
  const database = `bench_${randomBytes(6).toString('hex')}`
  await admin.query(`create database ${database}`)
  const closing: (() => Promise<unknown>)[] = []
  const closeAll = async (): Promise<void> => {
    for (const close of closing.splice(0).reverse()) await close()
  }
  try {
    const door = await openNoticeDoor()
    closing.push(door.close)
    const simulator = startProcess()
    closing.push(simulator.close)
    const { url, wechat } = (await simulator.tell({
      kind: 'simulators',
      hosts: { [shopBase]: door.url },
    })) as Simulators
    const hosts = { 'https://api.mch.weixin.qq.com': url, 'https://api.weixin.qq.com': url }
    const databaseUrl = new URL(serverUrl)
    databaseUrl.pathname = `/${database}`
    const merchants = Array.from({ length: count }, startProcess)
    closing.push(() => Promise.all(merchants.map(({ close }) => close())))
    const options = {
      port: 0,
      databaseUrl: databaseUrl.href,
      publicBase: shopBase,
      wechat,
      rateLimits: false as const,
      initialStock: 1_000_000,
    }
    const opened = await Promise.all(merchants.map(({ tell }) => tell({ kind: 'merchant', hosts, options })))
    const urls = opened.map(String)
    door.leadTo(urls)
    const pay = await createPayer(url, wechat.appid, urls)
    await payAll(warmUp, pay)
    await door.acknowledged(warmUp)
    const cpu = async () => ({
      merchant: (await Promise.all(merchants.map(({ cpuSec }) => cpuSec()))).reduce((sum, sec) => sum + sec, 0),
      simulator: await simulator.cpuSec(),
      postgres: await backendSec(admin, database),
    })
    const before = await cpu()
    await payAll(counted, pay)
    await door.acknowledged(warmUp + counted)
    const after = await cpu()
    // A connection that ends reports what it counted.
    await closeAll()
    const { rows } = await admin.query<{ commits: string }>(
      'select xact_commit as commits from pg_stat_database where datname = $1',
      [database],
    )
    const ms = (from: number, to: number): number => Math.round(((to - from) / counted) * 100_000) / 100
    return {
      merchants: count,
      payments: counted,
      merchantMs: ms(before.merchant, after.merchant),
      simulatorMs: ms(before.simulator, after.simulator),
      postgresMs: before.postgres === null || after.postgres === null ? null : ms(before.postgres, after.postgres),
      commits: Math.round((Number(rows[0]?.commits) / (warmUp + counted)) * 10) / 10,
    }
  } finally {
    await closeAll()
    await admin.query(`drop database ${database} with (force)`)
  }
}

async function payAll(count: number, pay: () => Promise<void>): Promise<void> {
  let next = 0
  const lane = async (): Promise<void> => {
    while (next++ < count) await pay()
  }
  await Promise.all(Array.from({ length: lanes }, lane))
}

async function createPayer(wechatUrl: string, appid: string, urls: readonly string[]): Promise<() => Promise<void>> {
  const { code } = await send(`${wechatUrl}/client/login`, { appid, user: 'payer-1' })
  const { token } = await send(`${urls[0]}/api/sessions`, { client: 'weapp', code })
  const authorization = `Bearer ${String(token)}`
  let turn = 0
  return async () => {
    const order = {
      requestId: randomAlphanumeric(24),
      items: [{ goodsId: 'tea', quantity: 1 }],
      accepts: ['requestPayment'],
    }
    const placed = await send(`${urls[turn++ % urls.length]}/api/orders`, order, authorization)
    const { kind: _kind, ...call } = placed['payment'] as Record<string, unknown>
    const cashier = await send(`${wechatUrl}/client/cashier`, { ...call, appid, user: 'payer-1' })
    await send(`${wechatUrl}/client/cashier/${String(cashier['cashier_id'])}/pay`, {})
  }
}

/** What a load balancer does with notices, each to the next merchant; it knows when enough were acknowledged. */
async function openNoticeDoor() {
  let targets: readonly string[] = []
  let turn = 0
  let good = 0
  let wake = (): void => {}
  const server = createServer((request, response) => {
    const { method, headers } = request
    const onward = httpRequest(`${targets[turn++ % targets.length]}${request.url}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
      if (answer.statusCode === 200 || answer.statusCode === 204) good += 1
      wake()
    })
    onward.on('error', (error) => response.destroy(error))
    request.pipe(onward)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    leadTo: (urls: readonly string[]) => void (targets = urls),
    async acknowledged(count: number) {
      while (good < count) await new Promise<void>((resolve) => (wake = resolve))
    },
    async close() {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}

/** CPU seconds of this database's backends; the kernel counts in hundredths. */
async function backendSec(admin: Client, database: string): Promise<number | null> {
  const { rows } = await admin.query<{ pid: number }>('select pid from pg_stat_activity where datname = $1', [database])
  try {
    return rows.reduce((sum, { pid }) => {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ')
      return sum + (Number(fields[11]) + Number(fields[12])) / 100
    }, 0)
  } catch {
    return null
  }
}

function startProcess() {
  const child = fork(path.join(__dirname, 'growing-process.ts'), { execArgv: ['--import', 'tsx'] })
  const tell = async (order: GrowingOrder): Promise<unknown> => {
    child.send(order)
    const [{ value, error }] = (await once(child, 'message')) as [{ value?: unknown; error?: string }]
    if (error !== undefined) throw new Error(error)
    return value
  }
  return {
    tell,
    cpuSec: async () => Number(await tell({ kind: 'cpu' })),
    async close() {
      await tell({ kind: 'close' })
      child.disconnect()
      await once(child, 'exit')
    },
  }
}
