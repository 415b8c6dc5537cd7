import { allFaultNames, faultNames } from '../../mock-server/simulator/wechat/domain/fault-names'
import { h5PagePath } from '../../mock-server/wire/v3-paths'
import type { PaymentAnswer, PaymentInvocation, PaymentKind } from '../../src/contract/api'
import { createRandom, type Random } from '../support/random'
import { startSides, type Identities, type Side, type Sides } from './killable-sides'

/** One run: payers, faults, power cuts and time, all chosen by the seed; then what must be true whatever happened. */

const user = 'payer-1'
const initialStock = 50
const bought = [{ goodsId: 'tea', quantity: 1 }]
/** In one seed of three: an order then has two parts, and is paid as one. */
const sellers = [
  { sellerId: 'garden', subMchid: '1900000001' },
  { sellerId: 'kiln', subMchid: '1900000002' },
]
/** The address from which a middle page is paid. */
const phoneIp = '203.0.113.12'

interface Customer {
  readonly kind: 'weapp' | 'qq' | 'h5'
  readonly token: string
  readonly requestId: string
  orderNo: string | null
  payment: PaymentInvocation | null
}

const accepts: Readonly<Record<Customer['kind'], readonly PaymentKind[]>> = {
  weapp: ['requestPayment'],
  qq: ['requestWxPayment'],
  h5: ['redirect'],
}

export interface SeedResult {
  readonly steps: readonly string[]
  readonly violations: readonly string[]
}

export async function runSeed(seed: number, bundle: string, identities: Identities): Promise<SeedResult> {
  const random = createRandom(seed)
  // One of three speaks V2, which leaves more than one number of an order payable for five minutes.
  const protocol = seed % 3 === 0 ? 'V2' : 'V3'
  // V2 has no combined orders.
  const isCombined = seed % 3 === 1
  const sides = await startSides(bundle, identities, { initialStock, protocol, sellers: isCombined ? sellers : [] })
  const steps: string[] = []
  const customers: Customer[] = []
  /** Orders whose creation was answered: none of these may ever be lost. */
  const promised = new Set<string>()
  try {
    const count = 14 + random.below(16)
    for (let step = 0; step < count; step += 1) await oneStep(step)
    await settleDown()
    return { steps, violations: await findViolations(sides, promised) }
  } finally {
    await sides.close()
  }

  async function oneStep(step: number): Promise<void> {
    const [name, act] = chooseAct(step)
    const cut: Side | null = random.chance(0.12) ? random.pick(['services', 'merchant']) : null
    const turns = random.below(6)
    steps.push(cut === null ? name : `${name} | kill -9 ${cut}`)
    const doing = act()
    if (cut !== null) {
      for (let turn = 0; turn < turns; turn += 1) await new Promise<void>((next) => setImmediate(next))
      await sides.restart(cut)
    }
    await doing
  }

  function chooseAct(step: number): [string, () => Promise<void>] {
    if (step < 2 || customers.length === 0) return ['a new customer orders', () => newCustomer()]
    const customer = random.pick(customers)
    const who = `customer ${customers.indexOf(customer)} (${customer.kind})`
    const seconds = random.pick([5, 15, 30, 60, 300, 900])
    const fault = random.pick(allFaultNames)
    const times = 1 + random.below(3)
    const acts: readonly [number, string, () => Promise<void>][] = [
      [4, 'a new customer orders', () => newCustomer()],
      [3, `${who} sends the same request again`, () => order(customer)],
      [8, `${who} pays`, () => pay(customer)],
      [2, `${who} taps twice`, () => Promise.all([pay(customer), pay(customer)]).then(() => undefined)],
      [2, `${who} asks for another way to pay`, () => anotherWay(customer, random)],
      [4, `${who} opens the order on a second phone`, () => secondPhone(customer, random.chance(0.7))],
      [2, `${who} asks for the state`, () => ask(customer)],
      [1, `${who} cancels`, () => cancel(customer)],
      [
        5,
        `fault ${fault} ${times}x`,
        () => setFault(fault, { on: true, times, ...(fault === 'api-slow' && { value: 0.3 }) }),
      ],
      [4, `time +${seconds} s`, () => sides.advance(seconds)],
      [2, 'the merchant does what is due', () => sides.sweep()],
      [1, 'a notice is sent once more', () => resend(random)],
    ]
    let at = random.below(acts.reduce((sum, [weight]) => sum + weight, 0))
    for (const [weight, name, act] of acts) {
      if (at < weight) return [name, act]
      at -= weight
    }
    throw new Error('The weights do not add up.')
  }

  /* ---- what people do ---- */

  async function newCustomer(): Promise<void> {
    const kind = random.pick(['weapp', 'qq', 'h5'] as const)
    const base = kind === 'weapp' ? sides.ports.wechat : sides.ports.qq
    const appid = kind === 'weapp' ? sides.app.appid : sides.qqApp.appid
    const login = kind === 'h5' ? null : await call('POST', base, '/client/login', { appid, user })
    const code = login?.body['code']
    const session = await call('POST', sides.ports.merchant, '/api/sessions', {
      client: kind,
      ...(typeof code === 'string' && { code }),
    })
    const token = session?.body['token']
    if (typeof token !== 'string') return
    const requestId = `chaos-${String(seed)}-${String(customers.length)}-request`
    const customer: Customer = { kind, token, requestId, orderNo: null, payment: null }
    customers.push(customer)
    await order(customer)
  }

  async function order(customer: Customer): Promise<void> {
    const answer = await call(
      'POST',
      sides.ports.merchant,
      '/api/orders',
      {
        requestId: customer.requestId,
        items: isCombined ? [...bought, { goodsId: 'cup', quantity: 1 }] : bought,
        accepts: accepts[customer.kind],
      },
      customer.token,
    )
    take(customer, answer)
  }

  async function anotherWay(customer: Customer, chooser: Random): Promise<void> {
    if (customer.orderNo === null) return
    const way = chooser.pick(['requestPayment', 'requestWxPayment', 'redirect'] as const)
    const requestId = `chaos-${String(seed)}-${String(chooser.below(1_000_000))}-again`
    const path = `/api/orders/${customer.orderNo}/payments`
    take(customer, await call('POST', sides.ports.merchant, path, { requestId, accepts: [way] }, customer.token))
  }

  /** An order of QQ is opened in a browser, too: both may be payable at the same time. */
  async function secondPhone(customer: Customer, bothPay: boolean): Promise<void> {
    const { kind, orderNo, token, requestId } = customer
    if (kind !== 'qq' || orderNo === null) return
    const { merchant } = sides.ports
    const path = `/api/orders/${orderNo}/payments`
    const asked = await call('POST', merchant, path, { requestId: `${requestId}-a`, accepts: ['webView'] }, token)
    const payment = asked?.body['payment'] as PaymentInvocation | null | undefined
    if (payment?.kind !== 'webView') return
    const orderKey = new URL(payment.orderPageUrl).searchParams.get('orderKey')
    const session = await call('POST', merchant, '/api/sessions', { client: 'h5', orderKey })
    const own = session?.body['token']
    if (typeof own !== 'string') return
    const second: Customer = { kind: 'h5', token: own, requestId: `${requestId}-b`, orderNo, payment: null }
    customers.push(second)
    take(second, await call('POST', merchant, path, { requestId: second.requestId, accepts: ['redirect'] }, own))
    if (bothPay) await Promise.all([pay(customer), pay(second)])
  }

  function take(customer: Customer, answer: Called | null): void {
    if (answer === null || answer.status >= 300) return
    const { order: made, payment } = answer.body as unknown as PaymentAnswer
    customer.orderNo = made.orderNo
    customer.payment = payment
    promised.add(made.orderNo)
  }

  async function pay({ payment }: Customer): Promise<void> {
    const { wechat } = sides.ports
    if (payment?.kind === 'requestPayment') {
      const { kind: _kind, ...payCall } = payment
      const opened = await call('POST', wechat, '/client/cashier', { appid: sides.app.appid, user, ...payCall })
      const id = opened?.body['cashier_id']
      if (typeof id === 'string') await call('POST', wechat, `/client/cashier/${id}/pay`, {})
    } else if (payment) {
      const link = new URL(payment.h5Url)
      const body = { prepay_id: link.searchParams.get('prepay_id'), package: link.searchParams.get('package'), user }
      await call('POST', wechat, `${h5PagePath}/pay`, body, undefined, { referer: 'https://shop.example/' })
    }
  }

  async function ask({ orderNo, token }: Customer): Promise<void> {
    if (orderNo !== null) await call('GET', sides.ports.merchant, `/api/orders/${orderNo}`, undefined, token)
  }

  async function cancel({ orderNo, token }: Customer): Promise<void> {
    if (orderNo !== null) await call('POST', sides.ports.merchant, `/api/orders/${orderNo}/cancel`, {}, token)
  }

  /* ---- what the world does ---- */

  async function setFault(name: string, body: object): Promise<void> {
    await call('PUT', sides.ports.wechatControl, `/control/faults/${name}`, body)
  }

  async function resend(chooser: Random): Promise<void> {
    const page = await call('GET', sides.ports.wechatControl, '/control/notices?limit=200')
    const notices = (page?.body['notices'] ?? []) as readonly { id: string }[]
    if (notices.length > 0)
      await call('POST', sides.ports.wechatControl, `/control/notices/${chooser.pick(notices).id}/resend`, {})
  }

  /** Nothing goes wrong any more, and time passes until nothing is left to do. */
  async function settleDown(): Promise<void> {
    for (const name of Object.keys(faultNames)) await setFault(name, { on: false })
    for (const seconds of [60, 900, 1200, 3600, 86_640, 3600]) await sides.advance(seconds)
    await sides.sweep()
  }
}

interface Called {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

/** Null where there was no answer: a side without power, or a fault that broke the connection. */
async function call(
  method: string,
  port: number,
  path: string,
  body?: unknown,
  token?: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Called | null> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: {
        'x-forwarded-for': phoneIp,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(60_000),
    })
    const text = await answer.text()
    const isJson = /json/.test(answer.headers.get('content-type') ?? '') && text !== ''
    return { status: answer.status, body: isJson ? (JSON.parse(text) as Called['body']) : {} }
  } catch {
    return null
  }
}

/* ---- what must be true ---- */

interface OperatorOrder {
  readonly orderNo: string
  readonly status: string
  readonly totalFen: number
  readonly transactionId: string | null
}
interface TradeShown {
  readonly kind: string
  readonly out_trade_no: string
  readonly trade_state: string
  readonly transaction_id?: string
  readonly amount: { readonly total: number }
}
interface RefundShown {
  readonly out_trade_no: string
  readonly out_refund_no: string
  readonly status: string
  readonly amount: { readonly refund: number }
}

/** @throws when one side does not answer: then nothing can be said */
async function readAll<T>(port: number, path: string, name: string, token?: string): Promise<readonly T[]> {
  const rows: T[] = []
  let before = ''
  for (;;) {
    const page = await call('GET', port, `${path}?limit=200${before}`, undefined, token)
    if (page?.status !== 200) throw new Error(`${path} answered ${page?.status ?? 'nothing'}`)
    rows.push(...(page.body[name] as readonly T[]))
    const { next } = page.body
    if (next === null || next === undefined) return rows
    before = `&before=${String(next)}`
  }
}

async function findViolations(sides: Sides, promised: ReadonlySet<string>): Promise<readonly string[]> {
  const { ports, operatorToken } = sides
  const readOrders = (): Promise<readonly OperatorOrder[]> =>
    readAll<OperatorOrder>(ports.operator, '/operator/orders', 'orders', operatorToken)
  const orders = await readOrders()
  // Of a combined order its parts: they are what is captured and given back.
  const trades = (await readAll<TradeShown>(ports.wechatControl, '/control/trades', 'trades')).filter(
    ({ kind }) => kind !== 'combined',
  )
  const refunds = await readAll<RefundShown>(ports.wechatControl, '/control/refunds', 'refunds')
  const held = await readAll<{ outTradeNo: string }>(ports.operator, '/operator/held', 'held', operatorToken)
  const violations: string[] = []
  const known = new Map(orders.map((order) => [order.orderNo, order]))
  for (const orderNo of promised) if (!known.has(orderNo)) violations.push(`${orderNo} was answered and is lost`)

  // Of a part, too: an order's number has one hyphen.
  const orderNoOf = (outTradeNo: string): string => outTradeNo.split('-').slice(0, 2).join('-')
  for (const { out_trade_no } of trades)
    if (!known.has(orderNoOf(out_trade_no))) violations.push(`${out_trade_no} belongs to no order`)
  const refundNumbers = refunds.map(({ out_refund_no }) => out_refund_no)
  if (new Set(refundNumbers).size !== refundNumbers.length) violations.push('a refund number was used twice')

  let sold = 0
  for (const { orderNo, status, totalFen, transactionId } of orders) {
    const own = trades.filter((trade) => orderNoOf(trade.out_trade_no) === orderNo)
    const paid = own.filter(({ trade_state }) => trade_state === 'SUCCESS' || trade_state === 'REFUND')
    const captured = paid.reduce((sum, { amount }) => sum + amount.total, 0)
    const given = refunds.filter((refund) => orderNoOf(refund.out_trade_no) === orderNo)
    // What WeChat Pay could not give back, only a person can: it must lie before one.
    for (const { out_refund_no, status: end } of given.filter((refund) => refund.status !== 'SUCCESS'))
      if (!held.some(({ outTradeNo }) => `${out_refund_no}-`.startsWith(`${outTradeNo}-`)))
        violations.push(`refund ${out_refund_no} is ${end}, and nobody is told`)
    const returned = given.reduce((sum, { amount }) => sum + amount.refund, 0)
    const isKept = status === 'paid'
    if (isKept) sold += 1
    const due = isKept ? totalFen : 0
    if (captured - returned !== due)
      violations.push(
        `${orderNo} is ${status}: captured ${captured}, given back or held ${returned}, should keep ${due}`,
      )
    if (isKept && !paid.some(({ transaction_id }) => transaction_id === transactionId))
      violations.push(`${orderNo} names a payment that WeChat does not know`)
    if (status === 'pending' || status === 'held') violations.push(`${orderNo} is still ${status} after two days`)
  }

  const goods = await call('GET', ports.merchant, '/api/goods')
  const tea = ((goods?.body['goods'] ?? []) as readonly { goodsId: string; stock: number }[]).find(
    ({ goodsId }) => goodsId === 'tea',
  )
  if (tea?.stock !== initialStock - sold)
    violations.push(`stock is ${tea?.stock ?? 'unknown'} after ${sold} of ${initialStock} were sold`)

  const before = JSON.stringify(orders)
  for (const { id } of await readAll<{ id: string }>(ports.wechatControl, '/control/notices', 'notices'))
    await call('POST', ports.wechatControl, `/control/notices/${id}/resend`, {})
  if (JSON.stringify(await readOrders()) !== before) violations.push('replaying every notice changed something')
  return violations
}
