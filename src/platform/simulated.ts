import Taro from '@tarojs/taro'
import type { PaymentInvocation, PaymentKind } from '../contract/api'
import { sendRequest } from '../services/http'
import { messageOf, toPayOutcome } from './shared'
import { createSimulators, stepOf, type OpenBill, type Simulators } from './simulators'
import { PlatformError, type PayOutcome, type Platform, type WalletVisit } from './types'

const walletPage = '/packages/wallet/index'
const timeoutMs = 10_000

/** How each host pays, even where the developer tool lacks the call. */
const paysBy: Readonly<Record<'weapp' | 'qq', PaymentKind>> = { weapp: 'requestPayment', qq: 'requestWxPayment' }

/**
 * The platform with the simulators of `npm start` in place of the host's sign-in and wallet: the developer tools of WeChat
 * and QQ know neither a simulated login code nor a simulated prepay_id. A pay call opens a page of the app.
 * @param base origin of the bench
 */
export function simulate(host: Platform, base: string): Platform {
  const client = host.name === 'qq' ? 'qq' : 'weapp'
  const simulators = createSimulators({
    base,
    client,
    send: ({ url, method, data }) =>
      sendRequest({
        url,
        method,
        header: { 'content-type': 'application/json' },
        dataType: 'json',
        timeout: timeoutMs,
        ...(data && { data }),
      }),
  })
  let visit: WalletVisit | null = null
  return {
    ...host,
    accepts: () => [paysBy[client]],
    async loginCode() {
      try {
        return await simulators.loginCode()
      } catch (error) {
        const message = `simulated sign-in by ${base}: ${messageOf(error)} (is npm start running?)`
        console.warn(message)
        throw new PlatformError('LOGIN_UNAVAILABLE', message, error)
      }
    },
    pay(invocation) {
      return new Promise<PayOutcome>((resolve) => {
        visit = createVisit(simulators, invocation, base, (outcome) => {
          visit = null
          if (outcome !== 'silence') resolve(outcome)
        })
        Taro.navigateTo({ url: walletPage }).catch((error: unknown) => {
          visit = null
          resolve({ failed: true, message: messageOf(error) })
        })
      })
    },
    walletVisit: () => visit,
  }
}

/** A host that reports `ok` for its window does not report a payment. */
function outcomeOf(heard: string): PayOutcome {
  return heard.endsWith(':ok') ? 'left' : toPayOutcome({ errMsg: heard })
}

/** @param report called once with what the host would report; 'silence': the host would never report anything */
function createVisit(
  simulators: Simulators,
  invocation: PaymentInvocation,
  base: string,
  report: (outcome: PayOutcome | 'silence') => void,
): WalletVisit {
  const look = invocation.kind === 'requestWxPayment' ? 'window' : 'sheet'
  // QQ reports `ok` for its window, however it was closed.
  const untouched: PayOutcome = look === 'window' ? 'left' : 'cancelled'
  let bill: OpenBill | null = null
  let outcome: PayOutcome | 'silence' = untouched
  let isOver = false

  /** Reports the cancel to WeChat, whose console shows it. If that fails, nothing else changes. */
  async function giveUp(): Promise<void> {
    const given = bill
    bill = null
    if (given === null) return
    const step = await stepOf(() => given.cancel(), base)
    if (step.kind !== 'done') console.warn('wallet: the cancel did not reach WeChat')
  }

  return {
    look,
    async open() {
      const step = await stepOf(() => simulators.openBill(invocation), base)
      if (step.kind === 'done') {
        outcome = untouched
        bill = step.value
      } else if (step.kind === 'refused') outcome = outcomeOf(step.heard)
      else outcome = { failed: true, message: `nobody answers at ${base}` }
      return step
    },
    async pay(isHeard) {
      const given = bill
      if (given === null) throw new Error('The wallet pays what it has opened')
      const step = await stepOf(() => given.pay(), base)
      if (step.kind === 'unreachable') return step
      bill = null
      if (step.kind === 'refused') {
        outcome = outcomeOf(step.heard)
        return step
      }
      const heard = isHeard ? step.value : 'none'
      if (heard === 'none' || heard === 'killed') outcome = 'silence'
      else if (look === 'sheet') outcome = heard === 'cancel' ? 'cancelled' : 'ok'
      return { kind: 'done', value: null }
    },
    cancel: giveUp,
    end() {
      if (isOver) return
      isOver = true
      // Closing QQ's window is not a cancel.
      if (look === 'sheet') void giveUp()
      report(outcome)
    },
  }
}
