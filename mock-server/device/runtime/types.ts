import type { HostName, PackedApp } from '../packed-app'
import type { LogLine } from './log'

/** Sends one HTTP request of the phone. */
export interface WorldRequest {
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly signal?: AbortSignal
}

export interface WorldAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * The network as the phone sees it. Resolves for every HTTP status, rejects when there was no answer. It adds what the
 * host's client sends and no page can set: the phone's address, User-Agent, Referer.
 */
export type World = (request: WorldRequest) => Promise<WorldAnswer>

/** What the wallet shows before the payer decides. */
export interface CashierInfo {
  readonly cashierId: string
  readonly payee: string
  readonly description: string
  readonly totalFen: number
  /** The payer's vouchers that apply, the best first: it is preselected. */
  readonly vouchers: readonly WalletVoucher[]
}

export interface WalletVoucher {
  readonly couponId: string
  readonly name: string
  /** The voucher's discount on this order. */
  readonly offFen: number
}

/** What the payer did in the wallet. `couponId` null: pays all in money; undefined: takes what was preselected. */
export interface WalletAnswer {
  readonly choice: CashierChoice
  readonly couponId?: string | null
}

/** `pay-and-kill`: pays, then kills the app before its callback. */
export type CashierChoice = 'pay' | 'cancel' | 'pay-and-kill'

/** The payer. Default: the phone draws the wallet, and its user decides. */
export interface Payer {
  cashier(info: CashierInfo): CashierChoice | Promise<CashierChoice>
  /** Does on WeChat's H5 middle page what a person would, and answers when its window is gone. */
  middlePage(url: string, referer: string, world: World): Promise<void>
}

/** What is kept per phone, over kills and relaunches. The browser's localStorage fits. */
export interface PhoneStorage {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
  removeItem(key: string): void
  keys(): readonly string[]
}

export interface PhoneOptions {
  /** Version of the base library (基础库): calls that are younger are absent. Default: a recent one of the host. */
  readonly sdkVersion?: string
  /** Calls that this host lacks whatever its version. Default none. */
  readonly lacks?: readonly string[]
  /** Origins that the platform's console lists as request domains (https only); 'any': unchecked, as in a tool. Default none. */
  readonly requestDomains?: readonly string[] | 'any'
  /** 'full': nothing more can be stored. 'forbidden': each call for the storage fails. Default 'normal'. */
  readonly storage?: 'normal' | 'full' | 'forbidden'
  /**
   * Hide and show around WeChat's cashier. 'of-system': Android hides the app, calls back, then shows it; iOS only calls back.
   * 'show-first': shows before it calls back. 'never-shown': is not shown again. 'shown-early': is shown while the cashier is
   * still open. Default 'of-system'.
   */
  readonly cashierEvents?: 'of-system' | 'show-first' | 'never-shown' | 'shown-early'
  /** 'silent': a wallet that is left unpaid tells the app nothing. Default 'reported'. */
  readonly walletExit?: 'reported' | 'silent'
  /** 'missing': an old QQ without `qq.requestWxPayment`. Default 'present'. */
  readonly requestWxPayment?: 'present' | 'missing'
  /**
   * 'open': web-view opens any host, as no phone does. 'silent': what is refused is refused without the component's error
   * event, as phones have been seen to do. Default 'business-domains': refused with the event.
   */
  readonly webView?: 'business-domains' | 'open' | 'silent'
  /** Sent with what an open web-view shows: WeChat's middle page asks where the payer comes from. Default: none. */
  readonly webViewReferer?: string | null
  /** Hosts that web-view may open. Default none. */
  readonly businessDomains?: readonly string[]
  /** Default 'light'. Media queries follow it always; bars and the host's answers in an app that declares `darkmode` only. */
  readonly theme?: 'light' | 'dark'
  /** What the person chose in the host's settings: 1 is the standard size. */
  readonly fontScale?: number
  /** As the host writes it. Default 'zh_CN'. */
  readonly language?: string
  /** What the phone runs. Default 'ios'. */
  readonly system?: 'ios' | 'android'
  /**
   * 'ask': WeChat wants the person's consent before it hands out personal data. 'undeclared': the guideline in WeChat's console
   * does not name the address. Default 'agreed'.
   */
  readonly privacy?: 'agreed' | 'ask' | 'undeclared'
}

export interface PhoneInput {
  readonly packed: PackedApp
  /** Where the phone is drawn. It is emptied first. */
  readonly mount: HTMLElement
  /** Who holds the phone: the person of whom login and wallet speak. Default 'payer-1'. */
  readonly user?: string
  readonly world: World
  /** Addresses of the two hosts' own servers. Default: the real names. */
  readonly hosts?: { readonly wechat: string; readonly qq: string }
  /** Default: the one in the build. */
  readonly appid?: string
  /** Default: kept in memory for as long as the handle. */
  readonly storage?: PhoneStorage
  readonly now?: () => number
  readonly payer?: Payer
  /** Where a frame loads an address from. Without it frames stay empty (jsdom loads none). */
  readonly frameUrl?: (url: string, referer?: string) => string
  readonly options?: PhoneOptions
  /** What the app copies also goes here. */
  readonly onClipboard?: (text: string) => void
  /** Also gets every line of the log. */
  readonly onLog?: (line: LogLine) => void
}

export type { HostName }
