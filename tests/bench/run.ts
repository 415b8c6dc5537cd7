import { readFileSync } from 'node:fs'
import { buildStale } from '../../config/build-app'
import { randomAlphanumeric } from '../../mock-server/crypto/digest'
import { readCommandLine, runProgram } from '../../mock-server/kit/command-line'
import { createRsaKeyPair, parsePrivateKey, signRsaSha256 } from '../../mock-server/crypto/rsa'
import { v3Paths } from '../../mock-server/wire/v3-paths'
import { formatV3Authorization, v3RequestMessage } from '../../mock-server/wire/v3-signing'
import { measureNotices } from './notices'
import { measureGrowing, type Growing } from './growing'
import { send } from './send'
import { measureSizes, writeSizes } from './size-report'
import { toSizeTable, type Measured } from './size-table'
import { languages } from './size-words'
import { startServers, type Servers } from './servers-handle'

/**
 * Measures, and judges nothing: rates as ratios to the limit of this very machine (RSA-2048 signatures of one core),
 * taken in the same run; the bytes of the packages, and what crosses to the view. `--sizes` measures only the last two
 * and prints their table in both languages; with `--write` it also goes into `config/README.md`.
 */

const lanes = 32
const orderCount = 1500
const paymentCount = 600
/** A payment costs four signatures: order, answer, paySign or link, notification. */
const signaturesPerPayment = 4

interface Rates {
  readonly perSec: number
  readonly perCpuSec: number
}

const help = `Usage: npm run bench [-- --json]   measures, and judges nothing: a minute or two

Rates as ratios to the RSA signatures of one core, CPU a payment on PostgreSQL, bytes of the packages and of setData.

  --sizes   only the bytes, as the table of config/README.md (half a minute; needs a browser, as the rest does)
  --write   also writes this table into config/README.md and config/README.zh-CN.md
  --json    for machines
`

async function main(): Promise<void> {
  const { values } = readCommandLine({
    options: {
      json: { type: 'boolean', default: false },
      sizes: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return void process.stdout.write(help)
  const asJson = values.json
  const say = (line: string): void => void (asJson ? process.stderr : process.stdout).write(`${line}\n`)
  await buildStale(['weapp', 'qq'], say)
  const sizes = await measureSizes(say)
  if (values.write) writeSizes(sizes)
  if (values.sizes) {
    process.stdout.write(
      asJson ? `${JSON.stringify(sizes)}\n` : languages.map((one) => `\n${toSizeTable(sizes, one)}\n`).join(''),
    )
    return
  }
  say('signing …')
  const signaturesPerSec = await measureSignatures()
  const servers = await startServers()
  try {
    say(`ordering ${orderCount} times at the simulator …`)
    const orders = await measureOrders(servers)
    say(`paying ${paymentCount} times, whole …`)
    const payments = await measurePayments(servers)
    const growing = await measureGrowing(say)
    const report = {
      signaturesPerSec: Math.round(signaturesPerSec),
      simulatorOrders: { ...rounded(orders), ratio: ratio(orders.perCpuSec, signaturesPerSec) },
      payments: { ...rounded(payments), ratio: ratio(payments.perCpuSec, signaturesPerSec / signaturesPerPayment) },
      notices: await measureNotices(),
      growing,
      bytes: sizes.sizes,
      setData: sizes.crossings,
    }
    if (asJson) process.stdout.write(`${JSON.stringify(report)}\n`)
    else process.stdout.write(`${toTable(report)}\n${toSizeTable(sizes, 'en')}\n`)
  } finally {
    await servers.stop()
  }
}

type Report = {
  readonly signaturesPerSec: number
  readonly simulatorOrders: Rates & { readonly ratio: number }
  readonly payments: Rates & { readonly ratio: number }
  readonly notices: { readonly deliveries: number; readonly seconds: number }
  readonly growing: Growing
  readonly bytes: Measured['sizes']
  readonly setData: Measured['crossings']
}

function toTable({ signaturesPerSec, simulatorOrders, payments, notices, growing }: Report): string {
  const rows = [
    ['what', 'value', 'ratio', 'of what'],
    ['RSA-2048 signatures a second, one core', String(signaturesPerSec), '1', 'the limit'],
    ['simulator orders a second', String(simulatorOrders.perSec), '', ''],
    ['simulator orders a CPU-second', String(simulatorOrders.perCpuSec), String(simulatorOrders.ratio), 'signatures'],
    ['whole payments a second', String(payments.perSec), '', ''],
    ['whole payments a CPU-second', String(payments.perCpuSec), String(payments.ratio), 'signatures ÷ 4'],
    [`${notices.deliveries} deliveries through a day of virtual time, s`, notices.seconds.toFixed(1), '', ''],
    ...growingRows(growing),
  ]
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]!.length)))
  return `\n${rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')}\n`
}

/** CPU milliseconds a payment, with one, two and three merchant processes. */
function growingRows(growing: Growing): string[][] {
  if ('skipped' in growing) return [['growing: skipped', growing.skipped, '', '']]
  return growing.rows.map(({ merchants, merchantMs, simulatorMs, postgresMs, commits }) => [
    `growing, ${merchants} merchant process(es): CPU ms a payment`,
    `merchants ${merchantMs}, simulators ${simulatorMs}, PostgreSQL ${postgresMs ?? 'unknown'}`,
    '',
    `${commits} transactions a payment`,
  ])
}

const ratio = (value: number, limit: number): number => Math.round((value / limit) * 100) / 100
const rounded = ({ perSec, perCpuSec }: Rates): Rates => ({
  perSec: Math.round(perSec),
  perCpuSec: Math.round(perCpuSec),
})

async function measureSignatures(): Promise<number> {
  const { privateKey } = await createRsaKeyPair()
  const sign = (count: number): number => {
    const started = performance.now()
    for (let index = 0; index < count; index++) signRsaSha256(privateKey, `message ${index}`)
    return (performance.now() - started) / 1000
  }
  sign(200)
  return 4000 / sign(4000)
}

/** Runs `work` for each index, `lanes` at a time, and answers the rates of wall time and of the servers' CPU time. */
async function measure(servers: Servers, count: number, work: (index: number) => Promise<void>): Promise<Rates> {
  const warmUp = Math.ceil(count / 10)
  let next = 0
  const run = async (end: number): Promise<void> => {
    await Promise.all(
      Array.from({ length: lanes }, async () => {
        while (next < end) await work(next++)
      }),
    )
  }
  await run(warmUp)
  const cpuBefore = await servers.cpuSec()
  const started = performance.now()
  await run(warmUp + count)
  const seconds = (performance.now() - started) / 1000
  return { perSec: count / seconds, perCpuSec: count / ((await servers.cpuSec()) - cpuBefore) }
}

async function measureOrders(servers: Servers): Promise<Rates> {
  const { env } = servers
  const privateKey = parsePrivateKey(readFileSync(env('MERCHANT_KEY_FILE'), 'utf8'))
  const prefix = randomAlphanumeric(8)
  // Signed beforehand: what is measured is the simulator.
  const requests = Array.from({ length: Math.ceil(orderCount * 1.1) + lanes }, (_, index) => {
    const body = JSON.stringify({
      appid: env('APPID'),
      mchid: env('MCHID'),
      description: '明前龙井',
      out_trade_no: `${prefix}-${index}`,
      notify_url: 'https://shop.example/notify/wechat',
      amount: { total: 9600, currency: 'CNY' },
      payer: { openid: env('OPENID') },
    })
    const timestamp = String(Math.floor(Date.now() / 1000))
    const nonce_str = randomAlphanumeric(32)
    const message = v3RequestMessage('POST', v3Paths.jsapi, timestamp, nonce_str, body)
    const signature = signRsaSha256(privateKey, message)
    const authorization = { mchid: env('MCHID'), nonce_str, timestamp, serial_no: env('SERIAL'), signature }
    return { body, authorization: formatV3Authorization(authorization) }
  })
  return measure(servers, orderCount, async (index) => {
    const { body, authorization } = requests[index]!
    const headers = { authorization, 'content-type': 'application/json', accept: 'application/json' }
    const answer = await fetch(env('WXPAY_BASE') + v3Paths.jsapi, { method: 'POST', headers, body })
    const text = await answer.text()
    if (answer.status !== 200) throw new Error(`ordering answered ${answer.status}: ${text}`)
  })
}

/** Order and prepay through the merchant, the payer pays, the notice settles; the merchant's answer ends it. */
async function measurePayments({ addresses, ...servers }: Servers): Promise<Rates> {
  const { merchantUrl, wechatUrl } = addresses
  const appid = servers.env('APPID')
  const { code } = await send(`${wechatUrl}/client/login`, { appid, user: 'payer-1' })
  const { token } = await send(`${merchantUrl}/api/sessions`, { client: 'weapp', code })
  const authorization = `Bearer ${String(token)}`
  const paid = await listenForPaid(addresses)
  return measure({ addresses, ...servers }, paymentCount, async () => {
    const requestId = randomAlphanumeric(24)
    const items = [{ goodsId: 'tea', quantity: 1 }]
    const accepts = ['requestPayment']
    const placed = await send(`${merchantUrl}/api/orders`, { requestId, items, accepts }, authorization)
    const { kind: _kind, ...call } = placed['payment'] as Record<string, unknown>
    const cashier = await send(`${wechatUrl}/client/cashier`, { ...call, appid, user: 'payer-1' })
    await send(`${wechatUrl}/client/cashier/${String(cashier['cashier_id'])}/pay`, {})
    const { orderNo } = placed['order'] as { orderNo: string }
    await paid.wait(orderNo)
  })
}

/** Hears from the merchant which orders were paid: asking again and again would be measured, too. */
async function listenForPaid({ operatorUrl, operatorToken }: Servers['addresses']) {
  const waiting = new Map<string, () => void>()
  const done = new Set<string>()
  const answer = await fetch(`${operatorUrl}/operator/events`, {
    headers: { authorization: `Bearer ${operatorToken}` },
  })
  const read = async (): Promise<void> => {
    let text = ''
    const decoder = new TextDecoder()
    const reader = answer.body!.getReader()
    for (;;) {
      const { value, done: isOver } = await reader.read()
      if (isOver) return
      text += decoder.decode(value, { stream: true })
      const lines = text.split('\n')
      text = lines.pop() ?? ''
      for (const line of lines) hear(line)
    }
  }
  const hear = (line: string): void => {
    if (!line.startsWith('data: ')) return
    const { type, orderNo } = JSON.parse(line.slice(6)) as { type: string; orderNo: string }
    if (type !== 'order.paid') return
    done.add(orderNo)
    waiting.get(orderNo)?.()
  }
  // The stream ends with the servers, after everything was measured.
  read().catch(() => waiting.forEach((resolve) => resolve()))
  return {
    wait: (orderNo: string) =>
      done.has(orderNo) ? Promise.resolve() : new Promise<void>((resolve) => void waiting.set(orderNo, resolve)),
  }
}

runProgram(main, [])
