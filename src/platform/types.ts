import type { ClientKind, PaymentInvocation, PaymentKind } from '../contract/api'

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

export interface Navigation {
  /** Back to the shelf, with nothing above or below it. */
  toGoods(): void
  /** Opens the checkout on top of the present page; with an order number for that order instead of the cart. */
  toCheckout(orderNo?: string): void
  /** Leaves the present page for the one below it. */
  back(): void
  /** Replaces the present page by the result of an order. */
  toResult(orderNo: string): void
}

/** Every difference between the clients, as one port. */
export interface Platform {
  readonly name: ClientKind
  /** How people call the host of the app. */
  readonly hostName: string
  /** How this client can be sent to the cashier, best first. */
  accepts(): readonly PaymentKind[]
  /**
   * The one-time login code. A browser has none: null.
   * @throws PlatformError
   */
  loginCode(): Promise<string | null>
  /** Opens the cashier that the merchant named. Refusals and surprises are outcomes, so this never rejects. */
  pay(invocation: PaymentInvocation, orderNo: string): Promise<PayOutcome>
  /** Puts text on the clipboard; false when the host refuses. */
  copyText(text: string): Promise<boolean>
  readonly storage: KeyValueStorage
  readonly navigation: Navigation
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
