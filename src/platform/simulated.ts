import Taro from '@tarojs/taro'
import type { PaymentInvocation, PaymentKind } from '../contract/api'
import { sendRequest } from '../services/http'
import { messageOf, toPayOutcome } from './shared'
import { createSimulators, stepOf, type OpenBill, type Simulators } from './simulators'
import { PlatformError, type PayOutcome, type Platform, type WalletVisit } from './types'

const walletPage = '/packages/wallet/index'
const timeoutMs = 10_000

/** What each host pays by, whether or not the tool at hand has the call. */
const paysBy: Readonly<Record<'weapp' | 'qq', PaymentKind>> = { weapp: 'requestPayment', qq: 'requestWxPayment' }

/**
 * The platform with the simulators of `npm start` in the place of the host's sign-in and wallet: for WeChat's and QQ's own
 * tools, which know no simulated login code and no simulated prepay_id. A pay call opens a page of the app.
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

/** A host answers `ok` for its window without a word about money. */
function outcomeOf(heard: string): PayOutcome {
  return heard.endsWith(':ok') ? 'left' : toPayOutcome({ errMsg: heard })
}

/** @param tell gets once what the host would have said; 'silence': nothing, ever */
function createVisit(
  simulators: Simulators,
  invocation: PaymentInvocation,
  base: string,
  tell: (outcome: PayOutcome | 'silence') => void,
): WalletVisit {
  const look = invocation.kind === 'requestWxPayment' ? 'window' : 'sheet'
  // A window of QQ's says `ok` however it was closed.
  const untouched: PayOutcome = look === 'window' ? 'left' : 'cancelled'
  let bill: OpenBill | null = null
  let outcome: PayOutcome | 'silence' = untouched
  let isOver = false

  /** WeChat hears of a cancel so that its console shows it; that it does not hear changes nothing. */
  async function giveUp(): Promise<void> {
    const given = bill
    bill = null
    if (given === null) return
    const step = await stepOf(() => given.cancel(), base)
    if (step.kind !== 'done') console.warn('wallet: WeChat did not hear of the cancel')
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
      // Who merely closes QQ's window has touched nothing in it.
      if (look === 'sheet') void giveUp()
      tell(outcome)
    },
  }
}
