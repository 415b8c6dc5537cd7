import type { Address, ClientKind, PaymentInvocation, PaymentKind } from '../contract/api'

/**
 * What the phone reported after the pay call. A hint, never the truth: `ok` is not a payment and `cancelled` is not the
 * absence of one. `left`: the payer is, or was, somewhere that reports nothing.
 */
export type PayOutcome = 'ok' | 'cancelled' | 'left' | { readonly failed: true; readonly message: string }

/** Small values that survive the app being killed. Synchronous: what is written is there when the call returns. */
export interface KeyValueStorage {
  /** Gives null for what was never written. What comes back is as unknown as any other input. */
  read(key: string): unknown
  write(key: string, value: unknown): void
  remove(key: string): void
}

/** What the host says of the person's choices. */
export interface Appearance {
  /** As the host writes it: `zh_CN`, `zh-CN`, `en` … */
  readonly language: string
  /** 1 is the standard size of type. */
  readonly fontScale: number
}

export type BarTheme = 'light' | 'dark'
export type Tab = 'goods' | 'orders' | 'me'

export interface Navigation {
  /** Changes the room: nothing stays below it. */
  toTab(tab: Tab): void
  /** Opens the checkout on top of the present page; with an order number for that order instead of the cart. */
  toCheckout(orderNo?: string): void
  /** Leaves the present page for the one below it. */
  back(): void
  /** Replaces the present page by the result of an order. */
  toResult(orderNo: string): void
  /** Opens an order on top of the present page. */
  toOrder(orderNo: string): void
  /** Opens a page of the shop's own subpackage on top of the present one. */
  toShopPage(page: 'address' | 'pickup' | 'terms'): void
}

/** Every difference between the clients, as one port. */
export interface Platform {
  readonly name: ClientKind
  /** How people call the host of the app. */
  readonly hostName: string
  /** The host has a window of its own to talk with the shop (客服). */
  readonly canContact: boolean
  /** How this client can be sent to the cashier, best first. */
  accepts(): readonly PaymentKind[]
  /**
   * The one-time login code. A browser has none: null.
   * @throws PlatformError
   */
  loginCode(): Promise<string | null>
  /** Opens the cashier that the merchant named. Refusals and surprises are outcomes, so this never rejects. */
  pay(invocation: PaymentInvocation, orderNo: string): Promise<PayOutcome>
  /** Answers whether the rules of this phone forbid to sell what is delivered on it. */
  forbidsVirtualGoods(): boolean
  appearance(): Appearance
  /** Title and colours of the host's bar over the page on top; null: the host's own theme. */
  dressPage(title: string, theme: BarTheme | null): void
  /** Tells whether there is a network, at each change. The returned function ends it. */
  watchNetwork(listener: (isOnline: boolean) => void): () => void
  /** Opens the host's own address book. 'unsupported' also where the person refuses it for good. */
  chooseAddress(): Promise<Address | 'cancelled' | 'unsupported'>
  /** Hears of the host's demand for consent before personal data; `answer` goes back to the host. Never where there is none. */
  onPrivacyNeeded(listener: (answer: (isAgreed: boolean) => void) => void): void
  /** Puts text on the clipboard; false when the host refuses. */
  copyText(text: string): Promise<boolean>
  /** A light tap in the hand, where the host has one. */
  vibrate(): void
  readonly storage: KeyValueStorage
  readonly navigation: Navigation
  /** The visit that the page of the simulated wallet is for; null when nobody pays. Development builds with it only. */
  walletVisit?(): WalletVisit | null
}

/** What a wallet shows before the payer decides. */
export interface WalletBill {
  readonly payee: string
  readonly description: string
  readonly totalFen: number
}

/**
 * What a step at the wallet came to. `refused`: WeChat's or QQ's own words, and what the app hears after them.
 * `unreachable`: nobody answered for the simulators, and trying again may help.
 */
export type WalletStep<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'refused'; readonly text: string; readonly heard: string }
  | { readonly kind: 'unreachable'; readonly address: string }

/** One pay call, from the tap until the app hears of it, where the simulators stand for the host's wallet. */
export interface WalletVisit {
  /** `sheet`: WeChat's wallet over the app. `window`: WeChat Pay's middle page in a window of QQ's, which reports nothing. */
  readonly look: 'sheet' | 'window'
  /** Asks what there is to pay. */
  open(): Promise<WalletStep<WalletBill>>
  /** Pays; with `isHeard: false` the app is told nothing of it, as when the phone loses its callback. */
  pay(isHeard: boolean): Promise<WalletStep<null>>
  /** Gives up, and lets WeChat know. */
  cancel(): Promise<void>
  /** The wallet is gone: now the app hears what the host would have told it. Once; later calls do nothing. */
  end(): void
}

export type PlatformErrorCode = 'LOGIN_UNAVAILABLE'

/** The host did not do what every host does. */
export class PlatformError extends Error {
  override readonly name = 'PlatformError'
  constructor(
    readonly code: PlatformErrorCode,
    message: string,
    override readonly cause?: unknown,
  ) {
    super(message)
  }
}
