import { parseAnswer } from '../host/parse-answer'
import type { CashierInfo, WalletVoucher, World } from '../types'

/** WeChat's server refused; the client shows `dialog` and the app reads `errMsg`. */
export interface Refusal {
  readonly dialog: string
  readonly errMsg: string
}

/** Fields of the pay call as the app gave them, verbatim. */
export type PayCall = Readonly<Record<'timeStamp' | 'nonceStr' | 'package' | 'signType' | 'paySign', string>>

/** Almost always `ok`; the simulator's faults of the phone ask for the others. */
export type PageHears = 'ok' | 'cancel' | 'none' | 'killed'

const pageHears: readonly PageHears[] = ['ok', 'cancel', 'none', 'killed']

/** The calls that WeChat's client makes to its own server around a payment. */
export interface Cashier {
  open(appid: string, user: string, payCall: PayCall): Promise<CashierInfo | Refusal>
  /** What the page's callback gets, or the refusal. `couponId` undefined: the voucher that was preselected. */
  pay(cashierId: string, couponId?: string | null): Promise<PageHears | Refusal>
  cancel(cashierId: string): Promise<void>
}

/** @throws when the server does not answer */
export function createCashier(world: World, server: string): Cashier {
  async function post(
    path: string,
    body: unknown,
  ): Promise<{ status: number; json: Readonly<Record<string, unknown>> }> {
    const answer = await world({
      url: server + path,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return { status: answer.status, json: parseAnswer(answer.body) }
  }

  return {
    async open(appid, user, payCall) {
      const { status, json } = await post('/client/cashier', { appid, user, ...payCall })
      if (status !== 200) return toRefusal(status, json)
      return {
        cashierId: String(json['cashier_id']),
        payee: String(json['payee']),
        description: String(json['description']),
        totalFen: Number(json['total']),
        vouchers: toVouchers(json['vouchers']),
      }
    },
    async pay(cashierId, couponId) {
      const body = couponId === undefined ? {} : { coupon_id: couponId }
      const { status, json } = await post(`/client/cashier/${encodeURIComponent(cashierId)}/pay`, body)
      if (status !== 200) return toRefusal(status, json)
      return pageHears.find((heard) => heard === json['callback']) ?? 'ok'
    },
    async cancel(cashierId) {
      await post(`/client/cashier/${encodeURIComponent(cashierId)}/cancel`, {})
    },
  }
}

function toVouchers(list: unknown): readonly WalletVoucher[] {
  if (!Array.isArray(list)) return []
  return list.map((one: Readonly<Record<string, unknown>>) => ({
    couponId: String(one['coupon_id']),
    name: String(one['name']),
    offFen: Number(one['amount']),
  }))
}

export function isRefusal(value: CashierInfo | PageHears | Refusal): value is Refusal {
  return typeof value === 'object' && 'dialog' in value
}

function toRefusal(status: number, json: Readonly<Record<string, unknown>>): Refusal {
  const { dialog, err_msg: errMsg } = json
  return {
    dialog: typeof dialog === 'string' ? dialog : `系统繁忙，请稍后再试（${status}）`,
    errMsg: typeof errMsg === 'string' ? errMsg : 'requestPayment:fail cancel',
  }
}
