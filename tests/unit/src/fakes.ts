import type {
  Address,
  Goods,
  GoodsAnswer,
  Order,
  PaymentAnswer,
  PaymentInvocation,
  QuoteAnswer,
} from '../../../src/contract/api'
import { createRequestId } from '../../../src/domain/request-id'
import type { Appearance, KeyValueStorage, Navigation, PayOutcome, Platform, Tab } from '../../../src/platform/types'
import { ApiError } from '../../../src/services/api-error'
import type { MerchantClient } from '../../../src/services/merchant-client'
import { createPurchaseKeeper } from '../../../src/stores/checkout/purchase'
import { createCheckoutStore } from '../../../src/stores/checkout/checkout'
import type { Clock } from '../../../src/stores/clock'
import { createResultStore } from '../../../src/stores/orders/result'
import type { AppStores } from '../../../src/stores/app-stores'
import { createDraftStore } from '../../../src/stores/checkout/draft'
import { createPrivacyStore } from '../../../src/stores/account/privacy'
import { createSettingsStore } from '../../../src/stores/account/settings'
import { createSessionStore } from '../../../src/stores/account/session'
import { createShelfStore } from '../../../src/stores/checkout/shelf'

/** Runs everything that waits only for promises. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
}

export interface FakeClock extends Clock {
  /** Lets time pass, and runs what becomes due. */
  advance(ms: number): Promise<void>
  /** The number of planned calls. */
  readonly waiting: () => number
}

export function createFakeClock(startMs = Date.parse('2026-11-20T06:30:00Z')): FakeClock {
  let nowMs = startMs
  const timers = new Set<{ readonly atMs: number; readonly run: () => void }>()
  return {
    now: () => nowMs,
    after(delayMs, run) {
      const timer = { atMs: nowMs + delayMs, run }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    async advance(ms) {
      const untilMs = nowMs + ms
      await settled()
      for (;;) {
        const due = [...timers].filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0]
        if (due === undefined) break
        timers.delete(due)
        nowMs = Math.max(nowMs, due.atMs)
        due.run()
        await settled()
      }
      nowMs = untilMs
    },
    waiting: () => timers.size,
  }
}

export function createMemoryStorage(values = new Map<string, unknown>()): KeyValueStorage {
  return {
    read: (key) => values.get(key) ?? null,
    write: (key, value) => void values.set(key, value),
    remove: (key) => void values.delete(key),
  }
}

export const tea: Goods = {
  goodsId: 'tea',
  kind: 'physical',
  name: '明前龙井',
  spec: '50 g',
  priceFen: 8800,
  category: '茶',
  stock: 3,
}
export const card: Goods = {
  goodsId: 'card',
  kind: 'virtual',
  name: '礼品卡',
  spec: '100',
  priceFen: 10000,
  category: '礼品卡',
  stock: 9,
}

export const goodsOf = (goods: readonly Goods[]): GoodsAnswer => ({
  goods,
  shippingFen: 800,
  kindsNotOnIos: ['virtual'],
  pickupStores: [],
})

export const homeAddress: Address = {
  name: '林知夏',
  phone: '13800006621',
  province: '浙江省',
  city: '杭州市',
  district: '西湖区',
  detail: '龙井路 1 号',
}

export const orderOf = (change: Partial<Order> = {}): Order => ({
  orderNo: 'SC261120-0007',
  status: 'pending',
  fulfilment: 'none',
  items: [{ goodsId: 'tea', name: '明前龙井', spec: '50 g', priceFen: 8800, quantity: 1 }],
  goodsFen: 8800,
  shippingFen: 800,
  couponFen: 0,
  pointsFen: 0,
  totalFen: 9600,
  refundedFen: 0,
  refund: null,
  createdAt: '2026-11-20T14:30:00+08:00',
  expiresAt: '2026-11-20T14:45:00+08:00',
  payableForSec: 900,
  paidAt: null,
  transactionId: null,
  deliveryKind: null,
  canCancel: true,
  canConfirmReceipt: false,
  ...change,
})

export const paidOrder = (change: Partial<Order> = {}): Order =>
  orderOf({ status: 'paid', paidAt: '2026-11-20T14:31:58+08:00', transactionId: '4200000000', ...change })

export const invocation: PaymentInvocation = {
  kind: 'requestPayment',
  timeStamp: '1763620200',
  nonceStr: 'nonce',
  package: 'prepay_id=wx1',
  signType: 'RSA',
  paySign: 'c2ln',
}

export const paymentOf = (change: Partial<PaymentAnswer> = {}): PaymentAnswer => ({
  order: orderOf(),
  payment: invocation,
  problem: null,
  ...change,
})

/** A promise that the test settles. */
export function defer<T>() {
  let resolve: (value: T) => void = () => undefined
  let reject: (error: unknown) => void = () => undefined
  const promise = new Promise<T>((onValue, onError) => {
    resolve = onValue
    reject = onError
  })
  return { promise, resolve, reject }
}

type MerchantMocks = {
  [K in keyof MerchantClient]: jest.Mock<ReturnType<MerchantClient[K]>, Parameters<MerchantClient[K]>>
}

/** A whole app with a fake merchant and a fake phone. With the storage of an earlier run it is the same app, started again. */
export function createFakeApp(storage: KeyValueStorage = createMemoryStorage()) {
  const clock = createFakeClock()
  const client: MerchantMocks = {
    goods: jest.fn(async () => goodsOf([tea, card])),
    createOrder: jest.fn(async (_request) => paymentOf()),
    payOrder: jest.fn(async (_orderNo, _request) => paymentOf()),
    order: jest.fn(async (_orderNo) => orderOf()),
    quote: jest.fn(async (_request): Promise<QuoteAnswer> => {
      throw new ApiError('NOT_FOUND', 'no quotes here')
    }),
    authorized: jest.fn(async (_call): Promise<unknown> => {
      throw new ApiError('NOT_FOUND', 'not here')
    }),
  }
  const navigation = {
    toTab: jest.fn<void, [Tab]>(),
    toCheckout: jest.fn<void, [string?]>(),
    back: jest.fn<void, []>(),
    toResult: jest.fn<void, [string]>(),
    toOrder: jest.fn<void, [string]>(),
    toShopPage: jest.fn<void, ['address' | 'pickup' | 'terms']>(),
  } satisfies Navigation
  const pay = jest.fn<Promise<PayOutcome>, [PaymentInvocation, string]>(async () => 'ok')
  const copyText = jest.fn(async () => true)
  const vibrate = jest.fn()
  const login = jest.fn(async () => ({ token: 'token-1', expiresInSec: 7200 }))
  const host = { appearance: { language: 'zh_CN', fontScale: 1 } as Appearance, forbidsVirtualGoods: false }
  const setBar = jest.fn<void, [string, 'light' | 'dark' | null]>()
  const openContract = jest.fn<void, []>()
  const chooseAddress = jest.fn<ReturnType<Platform['chooseAddress']>, []>(async () => homeAddress)
  let askPrivacy: (answer: (isAgreed: boolean) => void) => void = () => undefined
  let reportNetwork: (isOnline: boolean) => void = () => undefined
  const platform: Platform = {
    name: 'weapp',
    hostName: '微信',
    canContact: true,
    accepts: () => ['requestPayment'],
    loginCode: async () => 'code-1',
    pay,
    forbidsVirtualGoods: () => host.forbidsVirtualGoods,
    appearance: () => host.appearance,
    setBar,
    watchNetwork(listener) {
      reportNetwork = listener
      return () => undefined
    },
    chooseAddress,
    onPrivacyNeeded(listener) {
      askPrivacy = listener
    },
    privacyContract: () => openContract,
    copyText,
    vibrate,
    storage,
    navigation,
  }
  const newId = (): string => createRequestId(clock.now(), () => 0.5)
  const purchases = createPurchaseKeeper({ storage, newId })
  const session = createSessionStore({ client: { login }, platform, clock })
  const shelf = createShelfStore({ client, storage, clock })
  // This payer has ordered before: the address is on the phone.
  if (storage.read('draft') === null) storage.write('draft', { address: homeAddress, isAgreed: true })
  const draft = createDraftStore({ client, platform, shelf })
  const settings = createSettingsStore({ platform })
  const privacy = createPrivacyStore({ platform })
  const checkout = createCheckoutStore({
    client,
    platform,
    session,
    shelf,
    draft,
    purchases,
    clock,
  })
  const result = createResultStore({
    client,
    vibrate,
    clock,
    known: (orderNo) => checkout.known(orderNo),
    onSettled: (order) => checkout.takeOver(order),
  })
  platform.watchNetwork((isOnline) => {
    checkout.networkChanged(isOnline)
    result.networkChanged(isOnline)
  })
  const stores: AppStores = {
    hostName: platform.hostName,
    get forbidsVirtualGoods() {
      return platform.forbidsVirtualGoods()
    },
    settings,
    session,
    shelf,
    checkout,
    result,
    draft,
    privacy,
    canContact: true,
    navigation,
    create: (make) => make({ client, settings, platform, clock, checkout, newId }),
  }
  return {
    clock,
    client,
    host,
    setBar,
    settings,
    draft,
    chooseAddress,
    openContract,
    /** The host demands consent before personal data. */
    askPrivacy: (answer: (isAgreed: boolean) => void) => askPrivacy(answer),
    /** The phone's network comes or goes. */
    setNetwork: (isOnline: boolean) => reportNetwork(isOnline),
    navigation,
    pay,
    copyText,
    vibrate,
    login,
    storage,
    purchases,
    stores,
    session,
    shelf,
    checkout,
    result,
  }
}

export type FakeApp = ReturnType<typeof createFakeApp>

/** Puts one tin of tea in the cart. */
export async function withTea(app: FakeApp = createFakeApp()): Promise<FakeApp> {
  await app.shelf.load()
  app.shelf.add('tea')
  return app
}

/** Opens the checkout with one tin of tea in the cart. */
export async function atCheckout(app: FakeApp = createFakeApp()): Promise<FakeApp> {
  await withTea(app)
  app.checkout.enter({})
  app.checkout.show('checkout')
  await settled()
  return app
}
