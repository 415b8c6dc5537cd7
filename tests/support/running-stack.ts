import type { LocalStack } from '../../mock-server/local/local-stack'

export type RunningStack = LocalStack

export interface OperatorOrder {
  readonly orderNo: string
  readonly status: string
  readonly totalFen: number
  readonly clientKind: string
  readonly outTradeNo: string | null
  readonly transactionId: string | null
  readonly paidAt: string | null
}

export interface NoticeView {
  readonly id: string
  readonly mchid: string
  readonly out_trade_no: string
  readonly attempts: readonly { readonly number: number; readonly outcome: string; readonly status: number | null }[]
}

export async function getJson<T>(url: string, headers: Record<string, string> = {}): Promise<T> {
  const answer = await fetch(url, { headers })
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`)
  return (await answer.json()) as T
}

export async function sendJson(method: 'POST' | 'PUT', url: string, body: unknown): Promise<unknown> {
  const answer = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${text}`)
  return text === '' ? null : JSON.parse(text)
}

export async function operatorOrders(stack: LocalStack): Promise<readonly OperatorOrder[]> {
  const { orders } = await getJson<{ orders: OperatorOrder[] }>(`${stack.operatorUrl}/operator/orders`, {
    authorization: `Bearer ${stack.operatorToken}`,
  })
  return orders
}

export async function noticesOf(stack: LocalStack, outTradeNo: string): Promise<readonly NoticeView[]> {
  const { notices } = await getJson<{ notices: NoticeView[] }>(`${stack.wechatControl}/control/notices`)
  return notices.filter((notice) => notice.out_trade_no === outTradeNo)
}

export function setFault(stack: LocalStack, name: string, on: boolean): Promise<unknown> {
  return sendJson('PUT', `${stack.wechatControl}/control/faults/${name}`, { on })
}

/** Stops virtual time, and with it what falls due in WeChat and at the merchant, or lets it run on. */
export function setClock(stack: LocalStack, step: 'stop' | 'run'): Promise<unknown> {
  return sendJson('POST', `${stack.wechatControl}/control/clock/${step}`, {})
}
