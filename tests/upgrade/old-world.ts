import type { Installation } from '../../mock-server/local/installation'
import type { CreateOrderRequest, PaymentAnswer, PaymentInvocation } from '../../src/contract/api'
import { guests, type OldAttempt, type OldOrder, type OldRows } from './old-data'

/** Today's servers on the data of d558558, as the payer, the shop's operator and a developer see them: over HTTP only. */

export interface Addresses {
  readonly installation: Installation
  readonly merchantUrl: string
  readonly operatorUrl: string
  readonly wechatUrl: string
  readonly qqUrl: string
  readonly control: string
  readonly qqControl: string
}

export interface OpenedWorld extends Addresses {
  readonly rows: OldRows
  /** Names of the people begin so. */
  readonly people: string
  /** Protocol of the shop. */
  readonly api: 'v2' | 'v3'
  /** Has the shop do the work that is due, or waits a little where it does so on its own. */
  sweep(): Promise<void>
  close(): Promise<void>
}

export interface Possessions {
  readonly points: number
  readonly coupons: readonly { readonly couponId: string }[]
}
export interface OperatorOrder {
  readonly orderNo: string
  readonly status: string
  readonly totalFen: number
}
export interface OperatorDetail {
  readonly order: {
    readonly status: string
    readonly fulfilment: string
    readonly totalFen: number
    readonly refundedFen: number
    readonly refunds: readonly { readonly refundNo: string; readonly status: string }[]
  }
  readonly jobs: readonly { readonly id: number; readonly kind: string; readonly status: string }[]
}
export interface ControlNotice {
  readonly id: string
  readonly mchid: string
  readonly out_trade_no: string
  readonly next_attempt_at: string | null
  readonly attempts: readonly { readonly outcome: string }[]
}
export interface ControlTrade {
  readonly mchid: string
  readonly out_trade_no?: string
  readonly combine_out_trade_no?: string
  readonly kind: string
  readonly trade_state: string
  readonly transaction_id?: string
  readonly success_time?: string
  readonly parent: { readonly out_trade_no: string } | null
  /** None where a close used the number up before it was ordered. */
  readonly notify_url?: string
}
export interface ControlRefund {
  readonly mchid: string
  readonly out_refund_no: string
  readonly status: string
  readonly amount: Readonly<Record<string, unknown>>
}

const addressOf = { weapp: '203.0.113.11', qq: '203.0.113.12', h5: '203.0.113.13' } as const
const acceptsOf = { weapp: ['requestPayment'], qq: ['requestWxPayment'], h5: ['redirect'] } as const

/** Highest number in the people's names. */
const peopleMax = 14

export type OldWorld = ReturnType<typeof createWorld>

interface Owner {
  readonly token: string
  readonly user: string
}

let requests = 0
const nextRequestId = () => `after-the-upgrade-${String((requests += 1)).padStart(4, '0')}`

export async function call<T>(
  method: string,
  url: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<T> {
  const answer = await fetch(url, {
    method,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${url} answered ${answer.status}: ${text}`)
  return (text === '' ? null : JSON.parse(text)) as T
}

export function createWorld(opened: OpenedWorld) {
  const { installation, rows, people, merchantUrl, operatorUrl, wechatUrl, qqUrl } = opened
  const { app, qqApp, merchant, operatorToken } = installation
  const tokens = new Map<string, string>()
  let owners: Promise<ReadonlyMap<string, Owner>> | null = null

  const operator = <T>(method: string, path: string, body?: unknown) =>
    call<T>(method, operatorUrl + path, body, { authorization: `Bearer ${operatorToken}` })
  const control = <T>(method: string, path: string, body?: unknown) =>
    call<T>(method, `${opened.control}/control${path}`, body)
  const api = <T>(token: string, method: string, path: string, body?: unknown, ip: string = addressOf.weapp) =>
    call<T>(method, merchantUrl + path, body, { authorization: `Bearer ${token}`, 'x-forwarded-for': ip })

  async function login(client: 'weapp' | 'qq', user: string): Promise<string> {
    const key = `${client} ${user}`
    const kept = tokens.get(key)
    if (kept !== undefined) return kept
    const asked = { appid: client === 'weapp' ? app.appid : qqApp.appid, user }
    const { code } = await call<{ code: string }>(
      'POST',
      `${client === 'weapp' ? wechatUrl : qqUrl}/client/login`,
      asked,
    )
    const { token } = await call<{ token: string }>('POST', `${merchantUrl}/api/sessions`, { client, code })
    tokens.set(key, token)
    return token
  }

  /** Who ordered what: the people sign in again, and guests come with the session that their browser kept. */
  async function findOwners(): Promise<ReadonlyMap<string, Owner>> {
    const found = new Map<string, Owner>()
    for (const [orderNo, token] of Object.entries(guests)) found.set(orderNo, { token, user: `${people}1` })
    const clients = new Set(rows.orders.map(({ client }) => client))
    for (const client of ['weapp', 'qq'] as const) {
      if (!clients.has(client)) continue
      for (let number = 1; number <= peopleMax; number += 1) {
        const user = `${people}${number}`
        const token = await login(client, user)
        const { orders } = await api<{ orders: { orderNo: string }[] }>(token, 'GET', '/api/orders?limit=50')
        for (const { orderNo } of orders) found.set(orderNo, { token, user })
      }
    }
    return found
  }

  async function ownerOf({ orderNo }: Pick<OldOrder, 'orderNo'>): Promise<Owner> {
    const owner = (await (owners ??= findOwners())).get(orderNo)
    if (owner === undefined) throw new Error(`Nobody owns ${orderNo}.`)
    return owner
  }

  async function payOnPage(url: string, client: 'qq' | 'h5', referer: string): Promise<void> {
    const page = new URL(url)
    const place = wechatUrl + page.pathname
    const headers = { referer, 'x-forwarded-for': addressOf[client] }
    const shown = await fetch(place + page.search, { headers })
    if (!shown.ok) throw new Error(`The page of ${url} answered ${shown.status}.`)
    const body = { prepay_id: page.searchParams.get('prepay_id'), package: page.searchParams.get('package') }
    await call('POST', `${place}/pay`, { ...body, user: `${people}1` }, headers)
  }

  /** What the payer's phone does with an instruction. */
  async function pay(order: OldOrder, invocation: PaymentInvocation): Promise<void> {
    if (invocation.kind === 'redirect') return payOnPage(invocation.h5Url, 'h5', 'https://shop.example/')
    if (invocation.kind === 'requestWxPayment') return payOnPage(invocation.h5Url, 'qq', invocation.referer)
    if (invocation.kind === 'webView') throw new Error('No web-view was accepted.')
    const { kind: _kind, ...payCall } = invocation
    const { user } = await ownerOf(order)
    const { cashier_id } = await call<{ cashier_id: string }>('POST', `${wechatUrl}/client/cashier`, {
      appid: app.appid,
      user,
      ...payCall,
    })
    await call('POST', `${wechatUrl}/client/cashier/${cashier_id}/pay`, {})
  }

  async function listAll<T>(path: string, field: string): Promise<readonly T[]> {
    const found: T[] = []
    let before = ''
    for (;;) {
      const page = await control<Record<string, unknown>>('GET', `${path}?limit=100${before}`)
      found.push(...(page[field] as T[]))
      if (page.next === null) return found
      before = `&before=${String(page.next)}`
    }
  }

  const world = {
    ...opened,
    mchid: merchant.mchid,
    operator,
    control,
    api,
    ownerOf,
    pay,
    fault: (name: string, on: boolean) => control('PUT', `/faults/${name}`, { on }),
    advance: (seconds: number) => control('POST', '/clock/advance', { seconds }),
    notices: () => listAll<ControlNotice>('/notices', 'notices'),
    trades: () => listAll<ControlTrade>('/trades', 'trades'),
    wechatRefunds: () => listAll<ControlRefund>('/refunds', 'refunds'),
    orders: async () => (await operator<{ orders: OperatorOrder[] }>('GET', '/operator/orders?limit=200')).orders,
    detail: (orderNo: string) => operator<OperatorDetail>('GET', `/operator/orders/${orderNo}`),
    async refundStatuses(): Promise<ReadonlyMap<string, string>> {
      const { refunds } = await operator<{ refunds: { refundNo: string; status: string }[] }>(
        'GET',
        '/operator/refunds?limit=200',
      )
      return new Map(refunds.map(({ refundNo, status }) => [refundNo, status]))
    },
    holds: async (state: 'open' | 'resolved') =>
      (await operator<{ held: { id: number; decision: string | null }[] }>('GET', `/operator/held?state=${state}`))
        .held,
    jobs: async () =>
      (
        await operator<{ jobs: { id: number; kind: string; subject: string; status: string; note: string | null }[] }>(
          'GET',
          '/operator/jobs?limit=200',
        )
      ).jobs,
    possessions: (token: string) => api<Possessions>(token, 'GET', '/api/me'),
    /** Taps "pay" on an order of before. */
    instruct: async (order: OldOrder, client = order.client) =>
      api<PaymentAnswer>(
        (await ownerOf(order)).token,
        'POST',
        `/api/orders/${order.orderNo}/payments`,
        { requestId: nextRequestId(), accepts: acceptsOf[client] satisfies CreateOrderRequest['accepts'] },
        addressOf[client],
      ),
    /** Polls, sweeping and letting a little virtual time pass; the deadline is for failures only. */
    async until(what: string, isSo: () => Promise<boolean>, stepSeconds = 2): Promise<void> {
      const deadline = performance.now() + 100_000
      for (;;) {
        await opened.sweep()
        if (await isSo()) return
        if (performance.now() > deadline) throw new Error(`Not seen: ${what}`)
        await world.advance(stepSeconds)
      }
    },
    /** Carries the orders on together: each step of virtual time serves all of them. */
    untilOrders: (orders: readonly OldOrder[], status: RegExp, stepSeconds?: number): Promise<void> =>
      world.until(
        `${String(status)} of ${orders.map(({ orderNo }) => orderNo).join(', ')}`,
        async () => {
          const statuses = new Map((await world.orders()).map((order) => [order.orderNo, order.status]))
          return orders.every(({ orderNo }) => status.test(statuses.get(orderNo) ?? ''))
        },
        stepSeconds,
      ),
    statusIs: (orderNo: string, status: string) => async () => (await world.detail(orderNo)).order.status === status,
  }
  return world
}

/** Pending orders that WeChat Pay has no payment for, with their live attempts. */
export async function unpaidOrders(
  world: OldWorld,
): Promise<readonly { order: OldOrder; attempts: readonly OldAttempt[] }[]> {
  const trades = await world.trades()
  const isPaid = (outTradeNo: string): boolean =>
    trades.some(
      (trade) =>
        (trade.combine_out_trade_no ?? trade.out_trade_no) === outTradeNo && /SUCCESS|REFUND/.test(trade.trade_state),
    )
  return world.rows.orders
    .filter(({ status }) => status === 'pending')
    .map((order) => ({ order, attempts: world.rows.attempts.filter(({ orderId }) => orderId === order.id) }))
    .filter(({ attempts }) => !attempts.some(({ outTradeNo }) => isPaid(outTradeNo)))
}
