import { formatSdkEnv } from '../kit/sdk-env'
import { keyVerbs } from './key-verbs'
import { CtlError } from './find-env'
import type { Json } from './servers'
import { shopVerbs } from './shop-verbs'
import { showDiagnosis } from './show-diagnosis'
import { list, needed, parseSeconds, text, toTable, unitSeconds, yuan, type Verb } from './verb'

/** One step of a payer on one trade of the installation's merchant. */
function payerStep(step: 'cancel' | 'fail' | 'expire', does: string, came: (json: Json) => string): Verb {
  return {
    usage: `${step} OUT_TRADE_NO`,
    does,
    async run(servers, args, env) {
      const number = needed(args, step, 'OUT_TRADE_NO')
      const path = `/trades/${env.get('MCHID')}/${encodeURIComponent(number)}/${step}`
      const json = await servers.control('POST', path, {})
      return { json, text: came(json) }
    },
  }
}

/** Reads `5.00` or `5` as fen. @throws CtlError */
function parseYuan(value: string | undefined, verb: string): number {
  const [, whole, part = ''] = /^(\d{1,7})(?:\.(\d{1,2}))?$/.exec(value ?? '') ?? []
  const fen = whole === undefined ? 0 : Number(whole) * 100 + Number(part.padEnd(2, '0'))
  if (fen === 0) throw new CtlError(`${verb}: expected an amount in yuan such as 5.00, found ${value ?? 'nothing'}.`)
  return fen
}

/** The types of vouchers, as they are typed. */
const voucherTypes: Readonly<Record<string, string>> = { cash: 'CASH', nocash: 'NOCASH' }

function parseVoucher(amount: string | undefined, type: string | undefined, verb: string): Json {
  const known = voucherTypes[type?.toLowerCase() ?? 'cash']
  if (known === undefined) throw new CtlError(`${verb}: expected cash or nocash, found ${type ?? 'nothing'}.`)
  return { amount: parseYuan(amount, verb), type: known }
}

/** What happened to a trade, which the control API answers with. */
function became(what: string): (json: Json) => string {
  return (json) => `${text(json['out_trade_no'])}: ${what}`
}

function blocking(verb: string, blocked: boolean, does: string): Verb {
  return {
    usage: `${verb} USER`,
    does,
    async run(servers, args) {
      const user = encodeURIComponent(needed(args, verb, 'USER'))
      const json = await servers.control('PUT', `/users/${user}`, { blocked })
      return { json, text: `blocked: ${(json['blocked'] as readonly string[]).join(', ') || 'nobody'}` }
    },
  }
}

/** Reads `NAME=on`, `NAME=off`, `NAME=3x`, `NAME=90s` and `NAME=90s,3x`. @throws CtlError */
function toFault(setting: string, number: string | undefined, mchid: string): [path: string, body: Json] {
  const [, name, values = ''] = /^([\w-]+)=(.+)$/.exec(setting) ?? []
  const body: Record<string, unknown> = { on: true, ...(number !== undefined && { mchid, out_trade_no: number }) }
  for (const value of values.split(',')) {
    const times = /^(\d+)x$/.exec(value)?.[1]
    const time = /^(\d+(?:\.\d+)?)([smhd])$/.exec(value)
    if (value === 'off') body['on'] = false
    else if (times !== undefined) body['times'] = Number(times)
    else if (time) body['value'] = Number(time[1]) * (unitSeconds[time[2] ?? 's'] ?? 1)
    else if (value !== 'on' || name === undefined) {
      throw new CtlError(
        `fault: expected NAME=on, NAME=off, NAME=3x or NAME=90s, found ${setting}. The names: npm run ctl -- fault`,
      )
    }
  }
  return [`/faults/${name ?? ''}`, body]
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
  'wechat-refunds': {
    usage: 'wechat-refunds',
    does: 'refunds that WeChat Pay holds, newest first',
    async run(servers) {
      const json = await servers.control('GET', '/refunds')
      const rows = list(json, 'refunds').map((refund) => [
        text(refund['out_refund_no']),
        text(refund['status']),
        yuan((refund['amount'] as Json | undefined)?.['refund']),
        text(refund['out_trade_no']),
        text(refund['due_at'] ?? '-'),
      ])
      return { json, text: toTable(['out_refund_no', 'status', 'amount', 'out_trade_no', 'due'], rows) }
    },
  },
  pay: {
    usage: 'pay OUT_TRADE_NO [--voucher YUAN [--kind nocash]]',
    does: 'the payer pays, all in money or with a voucher: cash (default; the merchant gets the whole) or nocash (gets less)',
    async run(servers, args, env, { voucher, kind } = {}) {
      if (voucher === undefined && kind !== undefined) throw new CtlError('pay: --kind belongs to --voucher.')
      const body = voucher === undefined ? {} : { voucher: parseVoucher(voucher, kind, 'pay') }
      const path = `/trades/${env.get('MCHID')}/${encodeURIComponent(needed(args, 'pay', 'OUT_TRADE_NO'))}/pay`
      const json = await servers.control('POST', path, body)
      return { json, text: `paid, transaction_id ${text(json['transaction_id'])}` }
    },
  },
  voucher: {
    usage: 'voucher USER [YUAN [cash|nocash]]',
    does: "puts a voucher in a payer's wallet (payer-1 holds the bench's phones), or lists the wallet; nobody has one at first",
    async run(servers, args) {
      const path = `/users/${encodeURIComponent(needed(args, 'voucher', 'USER'))}/vouchers`
      const [, amount, type] = args
      if (amount !== undefined) {
        const json = await servers.control('POST', path, parseVoucher(amount, type, 'voucher'))
        return { json, text: `${text(json['coupon_id'])}: ${yuan(json['amount'])} ${text(json['type'])}` }
      }
      const json = await servers.control('GET', path)
      const rows = list(json, 'vouchers').map((voucher) => [
        text(voucher['coupon_id']),
        yuan(voucher['amount']),
        text(voucher['type']),
        text(voucher['name']),
      ])
      return { json, text: toTable(['coupon_id', 'worth', 'type', 'name'], rows) }
    },
  },
  cancel: payerStep('cancel', 'the payer closes the cashier', became('the payer closed the cashier')),
  fail: payerStep('fail', 'the bank declines the payment', became('the bank declined the payment')),
  expire: payerStep('expire', 'the time to pay runs out', became('the time to pay has run out')),
  notices: {
    usage: 'notices',
    does: 'every notification with its deliveries',
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
  receive: {
    usage: 'receive OUT_TRADE_NO',
    does: 'the payer confirms that the parcel arrived',
    async run(servers, args, env) {
      const number = encodeURIComponent(needed(args, 'receive', 'OUT_TRADE_NO'))
      const json = await servers.control('POST', `/trades/${env.get('MCHID')}/${number}/confirm-receipt`, {})
      return { json, text: 'received' }
    },
  },
  block: blocking('block', true, 'blocks the user from signing in (40226)'),
  unblock: blocking('unblock', false, 'lets the user sign in again'),
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
      const json = await servers.control('POST', '/clock/advance', { seconds: parseSeconds(args[0], 'advance') })
      return { json, text: `it is ${text(json['now'])}` }
    },
  },
  clock: {
    usage: 'clock [stop|run|TIME]',
    does: 'shows virtual time, stops it, lets it run, or sets it to a later instant',
    async run(servers, [step]) {
      const json =
        step === undefined
          ? await servers.control('GET', '/clock')
          : step === 'stop' || step === 'run'
            ? await servers.control('POST', `/clock/${step}`, {})
            : await servers.control('POST', '/clock/set', { now: step })
      return { json, text: `it is ${text(json['now'])}${json['still'] === true ? ', and stands still' : ''}` }
    },
  },
  fault: {
    usage: 'fault [NAME=VALUE [OUT_TRADE_NO]]',
    does: 'lists the faults, or switches one: on, off, 3x (times), 90s (value), 90s,3x',
    async run(servers, [setting, number], env) {
      const json =
        setting === undefined
          ? await servers.control('GET', '/faults')
          : await servers.control('PUT', ...toFault(setting, number, env.get('MCHID') ?? ''))
      const rows = list(json, 'faults').map((fault) => [
        text(fault['name']),
        fault['on'] === true ? 'on' : list(fault, 'rules').length > 0 ? 'some' : 'off',
        text(fault['does']),
      ])
      return { json, text: toTable(['fault', 'is', 'does'], rows) }
    },
  },
  ...keyVerbs,
  diagnoses: {
    usage: 'diagnoses [N]',
    does: 'what the doctor found wrong, newest first',
    async run(servers, args) {
      const shown = Number(args[0] ?? '20')
      if (!Number.isInteger(shown) || shown < 1 || shown > 200)
        throw new CtlError(`diagnoses: expected a number from 1 to 200, found ${args[0] ?? 'nothing'}.`)
      const query = `/diagnoses?limit=${shown}`
      const pages = await Promise.all([servers.control('GET', query), servers.qqControl(query)])
      const instant = (found: Json): number => Date.parse(text(found['at']))
      const diagnoses = pages
        .flatMap((page) => list(page, 'diagnoses'))
        .sort((one, other) => instant(other) - instant(one))
        .slice(0, shown)
      return { json: { diagnoses }, text: diagnoses.map(showDiagnosis).join('\n') || '(none yet)' }
    },
  },
  reset: {
    usage: 'reset',
    does: 'empties the WeChat simulator',
    async run(servers) {
      return { json: await servers.control('POST', '/reset', {}), text: 'empty' }
    },
  },
  ...shopVerbs,
  env: {
    usage: 'env',
    does: 'addresses, numbers and key files, for a shell',
    async run(_servers, _args, env) {
      const json = Object.fromEntries(env)
      return { json, text: formatSdkEnv(env) }
    },
  },
}
