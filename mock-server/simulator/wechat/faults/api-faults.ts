import { setTimeout as sleep } from 'node:timers/promises'
import { allFaultNames, faultNames, type FaultName } from '../domain/fault-names'
import type { Faults } from './faults'
import type { TradeKey } from '../domain/fault-rule'
import type { Store } from '../store/store'

/** The trade that an API call names in its path or body, and what an order asks for. */
export interface ApiSubject {
  readonly trade: TradeKey
  readonly order: { readonly description: string; readonly total: number } | null
}

/** What goes wrong with one call of the API. */
export interface ApiStrike {
  /** Instead of doing anything. */
  readonly instead: 'error' | 'bad-gateway' | 'limited' | 'reset' | null
  /** After it was done. */
  readonly afterwards: 'lost' | null
  readonly signature: 'wrong' | 'other-key' | null
}

const apiFaults = allFaultNames.filter((name) => faultNames[name].where === 'api')

/**
 * Takes the faults that strike a call, and waits where the call is slow.
 * @returns null where all is well
 * @throws AbortError when the simulator stops while it waits
 */
export async function strikeApi(
  faults: Faults,
  subject: ApiSubject | null,
  stopping: AbortSignal,
): Promise<ApiStrike | null> {
  if (subject?.order) await faults.applyScenario(subject.trade, subject.order.description, subject.order.total)
  if (faults.isQuiet('api')) return null
  const struck = new Map<FaultName, number>()
  for (const name of apiFaults) {
    const value = await faults.take(name, subject?.trade ?? null)
    if (value !== null) struck.set(name, value)
  }
  if (struck.size === 0) return null
  const slowSec = struck.get('api-slow')
  // By the wall clock: this tests the caller's timeout.
  if (slowSec !== undefined) await sleep(slowSec * 1000, undefined, { signal: stopping, ref: false })
  return {
    instead: struck.has('api-reset')
      ? 'reset'
      : struck.has('api-bad-gateway')
        ? 'bad-gateway'
        : struck.has('api-limited')
          ? 'limited'
          : struck.has('api-error')
            ? 'error'
            : null,
    afterwards: struck.has('api-lost-answer') ? 'lost' : null,
    signature: struck.has('api-wrong-signature') ? 'wrong' : struck.has('api-other-key-mode') ? 'other-key' : null,
  }
}

/** The other numbers by which a call may name its trade. */
export interface OtherNumbers {
  readonly transaction_id?: unknown
  readonly refund_id?: unknown
  readonly out_refund_no?: unknown
}

/** Null where no trade of this merchant has such a number. */
export type FindTrade = (mchid: string, numbers: OtherNumbers) => TradeKey | null

export function createTradeFinder(store: Store): FindTrade {
  return (mchid, { transaction_id, refund_id, out_refund_no }) => {
    const named = [
      typeof transaction_id === 'string' ? store.tradeByTransaction(transaction_id) : null,
      typeof refund_id === 'string' ? store.refundById(refund_id) : null,
      typeof out_refund_no === 'string' ? store.refund(mchid, out_refund_no) : null,
    ]
    return named.find((one) => one?.mchid === mchid) ?? null
  }
}

/** A V3 call: its number stands in the path or in the body. Null where nothing names a trade. */
export function v3Subject(
  mchid: string,
  params: Readonly<Record<string, string>>,
  json: () => unknown,
  findTrade: FindTrade,
): ApiSubject | null {
  const body = readObject(json)
  const number = params['outTradeNo'] ?? body['out_trade_no'] ?? body['combine_out_trade_no']
  const trade =
    typeof number === 'string'
      ? { mchid, out_trade_no: number }
      : findTrade(mchid, {
          transaction_id: params['transactionId'] ?? body['transaction_id'],
          refund_id: params['refundId'],
          out_refund_no: params['outRefundNo'],
        })
  if (trade === null) return null
  if (typeof body['notify_url'] !== 'string' || 'out_refund_no' in body) return { trade, order: null }
  const subs = Array.isArray(body['sub_orders'])
    ? body['sub_orders'].map((sub: unknown) => readObject(() => sub))
    : [body]
  const totals = subs.map((sub) => {
    const amount = readObject(() => sub['amount'])
    return numberOf(amount['total'] ?? amount['total_amount'])
  })
  const description = subs.map((sub) => textOf(sub['description'])).join(' ')
  return { trade, order: { description, total: totals.reduce((sum, total) => sum + total, 0) } }
}

/** A V2 call: its number is a parameter. Null where nothing names a trade. */
export function v2Subject(
  mchid: string,
  params: Readonly<Record<string, string>>,
  findTrade: FindTrade,
): ApiSubject | null {
  const { out_trade_no = '', body, total_fee, trade_type } = params
  const trade = out_trade_no === '' ? findTrade(mchid, params) : { mchid, out_trade_no }
  if (trade === null) return null
  if (trade_type === undefined) return { trade, order: null }
  return { trade, order: { description: body ?? '', total: Number(total_fee ?? 0) } }
}

// No field table has looked at the body yet: an object may lack everything, `toString` too.
const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0)
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Bodies that can't be read are refused by the handler. */
function readObject(read: () => unknown): Readonly<Record<string, unknown>> {
  try {
    const value = read()
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
