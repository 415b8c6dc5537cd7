import type { CreateOrderRequest, OrderDetail, PaymentAnswer, PaymentKind } from '../../../src/contract/api'
import { createHostMap } from '../../../mock-server/kit/http/host-map'
import { createMerchant, type Merchant, type MerchantOptions } from '../../../mock-server/merchant/create-merchant'
import { createTestSchema, isPostgresWanted } from '../../support/postgres'
import { createFakeWechat, type FakeWechat, type SignedNotice } from './fake-wechat'

export interface Answer<T> {
  readonly status: number
  readonly body: T
  readonly headers: Headers
}

/** A clock that only the test moves. Starts at the wall clock, because WeChat Pay's answers carry real times. */
export function createTestClock(): { now(): number; advance(seconds: number): void } {
  let offsetMs = 0
  const startMs = Date.now()
  return {
    now: () => startMs + offsetMs,
    advance: (seconds) => {
      offsetMs += seconds * 1000
    },
  }
}

export interface Shop {
  readonly wechat: FakeWechat
  readonly merchant: Merchant
  readonly clock: ReturnType<typeof createTestClock>
  /** Moves the clock of signatures, which otherwise is the machine's. */
  advanceTransport(seconds: number): void
  call<T>(method: string, path: string, options?: CallOptions): Promise<Answer<T>>
  login(client: 'weapp' | 'qq' | 'h5', code?: string): Promise<string>
  order(token: string, change?: Partial<CreateOrderRequest>, ip?: string): Promise<Answer<PaymentAnswer>>
  status(token: string, orderNo: string): Promise<PaymentAnswer['order']>
  notify(notice: SignedNotice): Promise<Answer<unknown>>
  operator<T>(path: string): Promise<T>
  /** A call of the operator that changes something. */
  operate<T>(path: string, body?: unknown): Promise<Answer<T>>
  detail(token: string, orderNo: string): Promise<OrderDetail>
  /** A fresh order, and the number under which WeChat Pay knows it. */
  placed(client?: 'weapp' | 'qq' | 'h5'): Promise<PlacedOrder>
  close(): Promise<void>
}

export interface PlacedOrder {
  readonly token: string
  readonly order: PaymentAnswer['order']
  readonly payment: PaymentAnswer['payment']
  readonly outTradeNo: string
}

export interface CallOptions {
  readonly token?: string
  readonly body?: unknown
  readonly raw?: string
  readonly headers?: Record<string, string>
}

export const operatorToken = 'operator-token-of-the-tests'

/**
 * A shop in front of the fake, with everything on free ports and nothing kept.
 * @param forOthers the merchant is a partner who sells for one sub merchant, or for several
 */
export async function openShop(
  options: Partial<MerchantOptions> = {},
  forOthers: Pick<MerchantOptions['wechat'], 'partner' | 'sellers'> = {},
): Promise<Shop> {
  const wechat = await createFakeWechat()
  const clock = createTestClock()
  let aheadMs = 0
  // A test that names a file means SQLite.
  const schema = isPostgresWanted && options.dataFile === undefined ? await createTestSchema() : null
  const merchant = await createMerchant({
    port: 0,
    operatorPort: 0,
    operatorToken,
    hostMap: createHostMap({
      'https://api.mch.weixin.qq.com': wechat.url,
      'https://api.weixin.qq.com': wechat.url,
      'https://api.q.qq.com': wechat.url,
    }),
    publicBase: 'https://shop.example',
    wechat: {
      appid: wechat.appid,
      secret: 'wechat-secret',
      mchid: wechat.mchid,
      merchantSerialNo: wechat.merchantSerialNo,
      merchantPrivateKey: wechat.merchantPrivateKey,
      apiV3Key: wechat.apiV3Key,
      ...forOthers,
    },
    qq: { appid: '1108000000', secret: 'qq-secret' },
    trustLoopbackForwarded: true,
    clock,
    transportClock: { now: () => Date.now() + aheadMs },
    scheduler: { every: () => () => {} },
    rateLimits: false,
    ...(schema && { databaseUrl: schema.url }),
    ...options,
  })
  const client = createShopClient(merchant)
  return {
    ...client,
    wechat,
    merchant,
    clock,
    advanceTransport: (seconds) => void (aheadMs += seconds * 1000),
    async placed(kind = 'weapp') {
      const token = await client.login(kind)
      const { body } = await client.order(token)
      const sent = wechat.requests.findLast(({ line }) => /\/transactions\/(jsapi|h5)$/.test(line))!
      return { token, order: body.order, payment: body.payment, outTradeNo: sent.body.out_trade_no as string }
    },
    async close() {
      await merchant.close()
      await wechat.close()
      await schema?.drop()
    },
  }
}

const acceptsOf: Record<string, readonly PaymentKind[]> = {
  weapp: ['requestPayment'],
  qq: ['requestWxPayment', 'webView'],
  h5: ['redirect'],
}

let requestIds = 0

export const nextRequestId = () => `request-${String(++requestIds).padStart(12, '0')}`

/** What a client and WeChat Pay say to a merchant. */
export function createShopClient(merchant: Pick<Merchant, 'url' | 'operatorUrl'>) {
  const kinds = new Map<string, string>()

  async function call<T>(method: string, path: string, options: CallOptions = {}): Promise<Answer<T>> {
    const body = options.raw ?? (options.body === undefined ? undefined : JSON.stringify(options.body))
    const response = await fetch(merchant.url + path, {
      method,
      headers: {
        ...(body !== undefined &&
          !('Content-Type' in (options.headers ?? {})) && { 'content-type': 'application/json' }),
        ...(options.token !== undefined && { authorization: `Bearer ${options.token}` }),
        ...options.headers,
      },
      ...(body !== undefined && { body }),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: (text === '' ? null : JSON.parse(text)) as T }
  }

  return {
    call,
    async login(client: 'weapp' | 'qq' | 'h5', code = 'alice'): Promise<string> {
      const { body } = await call<{ token: string }>('POST', '/api/sessions', {
        body: client === 'h5' ? { client } : { client, code },
      })
      kinds.set(body.token, client)
      return body.token
    },
    order(token: string, change: Partial<CreateOrderRequest> = {}, ip = '203.0.113.11') {
      return call<PaymentAnswer>('POST', '/api/orders', {
        token,
        headers: { 'x-forwarded-for': ip },
        body: {
          requestId: nextRequestId(),
          items: [{ goodsId: 'tea', quantity: 1 }],
          accepts: acceptsOf[kinds.get(token) ?? 'weapp'],
          ...change,
        },
      })
    },
    async status(token: string, orderNo: string) {
      return (await call<{ order: PaymentAnswer['order'] }>('GET', `/api/orders/${orderNo}`, { token })).body.order
    },
    notify: ({ headers, body }: SignedNotice) => call('POST', '/notify/wechat', { raw: body, headers }),
    async detail(token: string, orderNo: string) {
      return (await call<{ order: OrderDetail }>('GET', `/api/orders/${orderNo}`, { token })).body.order
    },
    async operate<T>(path: string, body: unknown = {}): Promise<Answer<T>> {
      const response = await fetch(merchant.operatorUrl + path, {
        method: 'POST',
        headers: { authorization: `Bearer ${operatorToken}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      return { status: response.status, headers: response.headers, body: (await response.json()) as T }
    },
    async operator<T>(path: string): Promise<T> {
      const response = await fetch(merchant.operatorUrl + path, {
        headers: { authorization: `Bearer ${operatorToken}` },
      })
      return (await response.json()) as T
    },
  }
}
