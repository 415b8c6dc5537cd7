import type { CashierChoice, CashierInfo, Payer, World } from '../types'

/** What the middle page showed instead of its buttons. */
export class MiddlePageRefusal extends Error {
  override readonly name = 'MiddlePageRefusal'
}

export interface ScriptedPayerOptions {
  /** Default 'pay'. */
  readonly cashier?: CashierChoice | ((info: CashierInfo) => CashierChoice | Promise<CashierChoice>)
  /** 'leave': closes the window without touching anything. Default 'pay'. */
  readonly middlePage?: 'pay' | 'cancel' | 'leave'
  /** Who pays on the middle page. Default 'payer-1'. */
  readonly user?: string
  /** Gets the words of a middle page that refused. Without it they are thrown. */
  readonly onRefusal?: (text: string) => void
}

/** A payer who always does the same: for tests without a screen. It speaks HTTP with WeChat as the real windows do. */
export function createScriptedPayer(options: ScriptedPayerOptions = {}): Payer {
  const { cashier = 'pay', middlePage = 'pay', user = 'payer-1' } = options
  return {
    cashier: (info) => (typeof cashier === 'function' ? cashier(info) : cashier),
    async middlePage(url, referer, world) {
      const page = await world({ url, method: 'GET', headers: { referer } })
      const error = /id="error"[^>]*>([^<]+)</.exec(page.body)?.[1]
      if (page.status !== 200 || error !== undefined) {
        const text = error ?? `${page.status} ${page.body.slice(0, 120)}`
        if (options.onRefusal === undefined) throw new MiddlePageRefusal(text)
        return options.onRefusal(text)
      }
      if (middlePage === 'leave') return
      await press(middlePage, url, user, referer, world)
    },
  }
}

async function press(
  button: 'pay' | 'cancel',
  url: string,
  user: string,
  referer: string,
  world: World,
): Promise<void> {
  const { searchParams } = new URL(url)
  const answer = await world({
    url: new URL(`checkmweb/${button}`, url).href,
    method: 'POST',
    headers: { 'content-type': 'application/json', referer },
    body: JSON.stringify({ prepay_id: searchParams.get('prepay_id'), package: searchParams.get('package'), user }),
  })
  if (answer.status !== 200) throw new MiddlePageRefusal(`${answer.status} ${answer.body.slice(0, 120)}`)
}
