import type { Address, ClientKind, PaymentInvocation, PaymentKind } from '../contract/api'

/**
 * What the phone reported after the pay call. A hint, never the truth: `ok` is not a payment and `cancelled` is not the
 * absence of one. `left`: the payer is, or was, at a cashier that reports nothing.
 */
export type PayOutcome = 'ok' | 'cancelled' | 'left' | { readonly failed: true; readonly message: string }

/** Small values that survive the app being killed. Synchronous: a value is stored when the call returns. */
export interface KeyValueStorage {
  /** Returns null for a key that was never written. The value is unknown, like any other input. */
  read(key: string): unknown
  write(key: string, value: unknown): void
  remove(key: string): void
}

/** The user's choices in the host. */
export interface Appearance {
  /** As the host writes it: `zh_CN`, `zh-CN`, `en` … */
  readonly language: string
  /** 1 is the default size of type. */
  readonly fontScale: number
}

export type BarTheme = 'light' | 'dark'
export type Tab = 'goods' | 'orders' | 'me'

export interface Navigation {
  /** Switches to a tab and closes all other pages. */
  toTab(tab: Tab): void
  /** Opens the checkout on top of the present page: for an order, or for the cart. */
  toCheckout(orderNo?: string): void
  /** Leaves the present page for the one below it. */
  back(): void
  /** Replaces the present page by the result of an order. */
  toResult(orderNo: string): void
  /** Opens an order on top of the present page. */
  toOrder(orderNo: string): void
  /** Opens a page of the shop's subpackage on top of the present one. */
  toShopPage(page: 'address' | 'pickup' | 'terms'): void
}

/** Every difference between the clients, as one port. */
export interface Platform {
  readonly name: ClientKind
  /** The host's name on screens. */
  readonly hostName: string
  /** The host has a customer service chat (客服). */
  readonly canContact: boolean
  /** How this client can be sent to the cashier, best first. */
  accepts(): readonly PaymentKind[]
  /**
   * The one-time login code. A browser has none: null.
   * @throws PlatformError
   */
  loginCode(): Promise<string | null>
  /** Opens the cashier that the merchant chose. Never rejects: refusals and failures are outcomes. */
  pay(invocation: PaymentInvocation, orderNo: string): Promise<PayOutcome>
  /** Answers whether the phone's rules forbid to sell virtual goods. */
  forbidsVirtualGoods(): boolean
  appearance(): Appearance
  /** Sets title and colours of the host's bar for the page on top; null: the host's theme. */
  setBar(title: string, theme: BarTheme | null): void
  /** Calls the listener with each change of the network. The returned function removes it. */
  watchNetwork(listener: (isOnline: boolean) => void): () => void
  /** Opens the host's address book. 'unsupported' also when the user has refused access permanently. */
  chooseAddress(): Promise<Address | 'cancelled' | 'unsupported'>
  /** Calls the listener when the host demands consent before it hands out personal data. `answer` goes back to the host. */
  onPrivacyNeeded(listener: (answer: (isAgreed: boolean) => void) => void): void
  /** Opens the host's page with the privacy guideline (隐私保护指引); null where the host has no such page. */
  privacyContract(): (() => void) | null
  /** Copies text to the clipboard; false when the host refuses. */
  copyText(text: string): Promise<boolean>
  /** Vibrates lightly, where the phone can. */
  vibrate(): void
  readonly storage: KeyValueStorage
  readonly navigation: Navigation
  /** The pay call that the simulated wallet shows; null without one. Only in development builds with that wallet. */
  walletVisit?(): WalletVisit | null
}

/** What a wallet shows before the payer confirms. */
export interface WalletBill {
  readonly payee: string
  readonly description: string
  readonly totalFen: number
}

/**
 * The result of a step at the wallet. `refused`: the words of WeChat or QQ, and what the app is told. `unreachable`: no
 * simulator answered, and trying again may help.
 */
export type WalletStep<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'refused'; readonly text: string; readonly heard: string }
  | { readonly kind: 'unreachable'; readonly address: string }

/** One pay call at the simulated wallet, from the tap until the app is told its outcome. */
export interface WalletVisit {
  /** `sheet`: WeChat's wallet over the app. `window`: WeChat Pay's middle page in a window of QQ, which reports nothing. */
  readonly look: 'sheet' | 'window'
  /** Asks for the bill. */
  open(): Promise<WalletStep<WalletBill>>
  /** Pays. With `isHeard: false` the app is not told, as when the phone loses its callback. */
  pay(isHeard: boolean): Promise<WalletStep<null>>
  /** Cancels, and reports it to WeChat. */
  cancel(): Promise<void>
  /** The wallet was closed: tells the app what the host would tell it. Only the first call does something. */
  end(): void
}

export type PlatformErrorCode = 'LOGIN_UNAVAILABLE'

/** The host failed at something that every host does. */
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
