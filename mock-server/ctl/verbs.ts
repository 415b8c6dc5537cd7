import { formatSdkEnv } from '../sdk-env'
import { CtlError } from './read-env'
import type { Json, Servers } from './servers'

/** What a verb says: a table for people, the same as JSON for machines. */
export interface Said {
  readonly json: unknown
  readonly text: string
}

export interface Verb {
  readonly usage: string
  readonly does: string
  run(servers: Servers, args: readonly string[], env: ReadonlyMap<string, string>): Promise<Said>
}

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }

/** Reads `90s`, `15m`, `2h` or `1d` as seconds. @throws CtlError */
export function parseSeconds(text: string | undefined): number {
  const match = /^(\d+(?:\.\d+)?)([smhd]?)$/.exec(text ?? '')
  const seconds = match ? Number(match[1]) * (unitSeconds[match[2] || 's'] ?? 1) : 0
  if (seconds <= 0)
    throw new CtlError(`advance: expected a time such as 15s, 5m, 2h or 1d, found ${text ?? 'nothing'}.`)
  return seconds
}

/** Lays rows out in columns; numbers are where they are read. */
export function toTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '(none yet)'
  const all = [head, ...rows]
  const widths = head.map((_name, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

const yuan = (fen: unknown): string => `¥${(Number(fen) / 100).toFixed(2)}`
const text = (value: unknown): string => (value === undefined || value === null ? '' : String(value))
const list = (answer: Json, name: string): readonly Json[] => (answer[name] as readonly Json[] | undefined) ?? []

function needed(args: readonly string[], verb: string, name: string): string {
  const [value] = args
  if (value === undefined) throw new CtlError(`${verb}: ${name} is missing. See: npm run ctl -- --help`)
  return value
}

/** One step of a payer on one trade of the installation's merchant. */
function payerStep(step: 'pay' | 'cancel' | 'expire', does: string): Verb {
  return {
    usage: `${step} OUT_TRADE_NO`,
    does,
    async run(servers, args, env) {
      const number = needed(args, step, 'OUT_TRADE_NO')
      const path = `/trades/${env.get('MCHID')}/${encodeURIComponent(number)}/${step}`
      const json = await servers.control('POST', path, {})
      return { json, text: step === 'pay' ? `paid, transaction_id ${text(json['transaction_id'])}` : `done: ${step}` }
    },
  }
}

/** The verbs, by name. */
export const verbs: Readonly<Record<string, Verb>> = {
  trades: {
    usage: 'trades',
    does: 'what WeChat Pay holds, newest first',
    async run(servers) {
      const json = await servers.control('GET', '/trades')
      const rows = list(json, 'trades').map((trade) => [
        text(trade['out_trade_no']),
        text(trade['trade_state']),
        yuan((trade['amount'] as Json | undefined)?.['total']),
        text(trade['product']),
        text(trade['transaction_id']),
      ])
      return { json, text: toTable(['out_trade_no', 'state', 'amount', 'product', 'transaction_id'], rows) }
    },
  },
  pay: payerStep('pay', 'the payer pays'),
  cancel: payerStep('cancel', 'the payer closes the cashier'),
  expire: payerStep('expire', 'the time to pay runs out'),
  notices: {
    usage: 'notices',
    does: 'every notification with its attempts',
    async run(servers) {
      const json = await servers.control('GET', '/notices')
      const rows = list(json, 'notices').map((notice) => [
        text(notice['id']),
        text(notice['out_trade_no']),
        list(notice, 'attempts')
          .map(({ outcome, status }) => text(status ?? outcome))
          .join(' '),
        text(notice['next_attempt_at'] ?? '-'),
      ])
      return { json, text: toTable(['id', 'out_trade_no', 'attempts', 'next'], rows) }
    },
  },
  resend: {
    usage: 'resend ID',
    does: 'delivers a notification once more',
    async run(servers, args) {
      const id = needed(args, 'resend', 'ID')
      const json = await servers.control('POST', `/notices/${encodeURIComponent(id)}/resend`, {})
      const last = list(json, 'attempts').at(-1)
      return { json, text: `${text(last?.['outcome'])} ${text(last?.['status'])}`.trim() }
    },
  },
  advance: {
    usage: 'advance TIME',
    does: 'moves virtual time (15s, 5m, 2h, 1d) and delivers what falls due',
    async run(servers, args) {
      const json = await servers.control('POST', '/clock/advance', { seconds: parseSeconds(args[0]) })
      return { json, text: `it is ${text(json['now'])}` }
    },
  },
  fault: {
    usage: 'fault [NAME=on|off]',
    does: 'lists the faults, or switches one',
    async run(servers, args) {
      const [setting] = args
      const [, name, value] = /^([\w-]+)=(on|off)$/.exec(setting ?? '') ?? []
      if (setting !== undefined && name === undefined) {
        throw new CtlError(`fault: expected NAME=on or NAME=off, found ${setting}. The names: npm run ctl -- fault`)
      }
      const json =
        name === undefined
          ? await servers.control('GET', '/faults')
          : await servers.control('PUT', `/faults/${name}`, { on: value === 'on' })
      const rows = list(json, 'faults').map((fault) => [
        text(fault['name']),
        fault['on'] === true ? 'on' : 'off',
        text(fault['does']),
      ])
      return { json, text: toTable(['fault', 'is', 'does'], rows) }
    },
  },
  reset: {
    usage: 'reset',
    does: 'empties the WeChat simulator',
    async run(servers) {
      return { json: await servers.control('POST', '/reset', {}), text: 'empty' }
    },
  },
  orders: {
    usage: 'orders',
    does: "the merchant's orders, newest first",
    async run(servers) {
      const json = await servers.operator('/orders')
      const rows = list(json, 'orders').map((order) => [
        text(order['orderNo']),
        text(order['status']),
        yuan(order['totalFen']),
        text(order['clientKind']),
        text(order['outTradeNo']),
      ])
      return { json, text: toTable(['order', 'status', 'amount', 'client', 'out_trade_no'], rows) }
    },
  },
  env: {
    usage: 'env',
    does: 'addresses, numbers and key files, for a shell',
    async run(_servers, _args, env) {
      const json = Object.fromEntries(env)
      return { json, text: formatSdkEnv(env) }
    },
  },
}
