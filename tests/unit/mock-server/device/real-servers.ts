import { spawn } from 'node:child_process'
import path from 'node:path'
import type { Phone } from '../../../../mock-server/device/runtime/phone'
import type { StackAddresses } from './stack-process'

/** How long a phone may take for what crosses the network; for failure only. */
export const waitMs = 30_000

export interface RealServers {
  readonly stack: StackAddresses
  stop(): Promise<unknown>
}

/** Starts merchant, WeChat and QQ in a process of their own. */
export async function startServers(): Promise<RealServers> {
  const servers = spawn(process.execPath, ['--import', 'tsx', path.join(__dirname, 'stack-process.ts')], {
    cwd: path.resolve(__dirname, '../../../..'),
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const stack = await new Promise<StackAddresses>((resolve, reject) => {
    let said = ''
    let complained = ''
    servers.stderr.on('data', (chunk: Buffer) => (complained += chunk.toString()))
    servers.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      if (said.includes('\n')) resolve(JSON.parse(said) as StackAddresses)
    })
    servers.on('exit', () => reject(new Error(`The servers did not start: ${complained}`)))
  })
  return {
    stack,
    stop() {
      const gone = new Promise((done) => servers.on('exit', done))
      servers.stdin.end()
      return gone
    },
  }
}

/** Puts one tin of tea into the cart, goes to the checkout, names an address and taps on pay. */
export async function orderTea(on: Phone): Promise<void> {
  await on.waitFor('#goods-tea-plus', waitMs)
  on.tap('#goods-tea-plus')
  await on.waitFor(() => on.find('#cart-total')?.textContent === '¥88.00', waitMs)
  on.tap('#cart-checkout')
  await on.waitFor(() => on.page() === 'pages/checkout/index' && on.find('#pay'), waitMs)
  await chooseAddress(on)
  on.tap('#pay')
}

export async function chooseAddress(on: Phone): Promise<void> {
  await on.waitFor('#address', waitMs)
  on.tap('#address')
  await on.waitFor('使用', waitMs)
  on.tap('使用')
  await on.waitFor(() => on.find('#address')?.textContent?.includes('138****6621'), waitMs)
}

export const isPaid = (on: Phone) => (): boolean =>
  on.page() === 'pages/result/index' && on.find('#result-status')?.textContent?.includes('支付成功') === true
