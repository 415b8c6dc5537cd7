import { createRequire } from 'node:module'
import { JSDOM } from 'jsdom'
import { createHost, type Host, type WechatServers } from './host'

/**
 * A process of its own, because the framework puts itself into what is global: boots a build, puts a tin of tea into
 * the cart, names an address, pays and waits for the result. Prints what it saw, as JSON.
 */

export interface Journey {
  /** Each page that was opened, in its order. */
  readonly pages: readonly string[]
  /** What the wallet of the build for WeChat's tools shows; null where the host pays. */
  readonly wallet: { readonly amount: string; readonly payee: string } | null
  /** What the last page says. */
  readonly result: string
  /** What the framework or the bundle complained of. */
  readonly complaints: readonly string[]
}

export interface JourneyOptions {
  readonly dist: string
  /** Where the package miniprogram-compiler lies with programs that can be run. */
  readonly compilers: string
  /** What the build calls local, and where that is. */
  readonly places: Readonly<Record<string, string>>
  readonly wechat: WechatServers | null
}

const load = createRequire(__filename)

/** For failure only. */
const deadlineMs = 60_000

async function main({ dist, compilers, places, wechat }: JourneyOptions): Promise<Journey> {
  const { window } = new JSDOM('<!doctype html><body></body>', { pretendToBeVisual: true })
  Object.assign(globalThis, { window, document: window.document, Node: window.Node, Element: window.Element })
  // The framework asks for the package by its name: it gets the copy whose programs can be run.
  Object.assign(load('miniprogram-compiler') as object, load(compilers) as object)
  const complaints: string[] = []
  for (const level of ['warn', 'error'] as const) {
    console[level] = (...words: readonly unknown[]) => void complaints.push(words.map(String).join(' '))
  }
  const host = createHost({ dist, document: window.document, places, wechat })

  /** Waits for what the network brings. */
  async function until<Found>(what: string, look: () => Found | null | false): Promise<Found> {
    const end = Date.now() + deadlineMs
    for (;;) {
      const found = look()
      if (found !== null && found !== false) return found
      if (Date.now() > end) throw new Error(`${what} did not come; on ${host.page()} it reads: ${host.text()}`)
      await new Promise((done) => setTimeout(done, 10))
    }
  }
  const element = (id: string) => until(`#${id}`, () => host.find(id))
  const tap = async (id: string): Promise<void> => host.tap(await element(id))
  const reads = (id: string, wanted: string) =>
    until(`${wanted} in #${id}`, () => textOf(host, id)?.includes(wanted) ?? false)

  host.start('pages/goods/index')
  await tap('goods-tea-plus')
  await reads('cart-total', '¥88.00')
  await tap('cart-checkout')
  await tap('address')
  await reads('address', '138****6621')
  await tap('pay')
  const wallet = wechat === null ? await payInWallet() : null
  await reads('result-status', '支付成功')
  return { pages: host.opened, wallet, result: host.text(), complaints }

  async function payInWallet(): Promise<NonNullable<Journey['wallet']>> {
    await element('wallet-pay')
    const shown = { amount: textOf(host, 'wallet-amount') ?? '', payee: textOf(host, 'wallet-payee') ?? '' }
    await tap('wallet-pay')
    return shown
  }
}

function textOf(host: Host, id: string): string | null {
  const node = host.find(id)
  return node === null ? null : host.text(node)
}

main(JSON.parse(process.argv[2] ?? '{}') as JourneyOptions).then(
  (journey) => {
    process.stdout.write(JSON.stringify(journey))
    process.exit(0)
  },
  (error: unknown) => {
    process.stderr.write(error instanceof Error ? (error.stack ?? error.message) : String(error))
    process.exit(1)
  },
)
