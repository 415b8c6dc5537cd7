import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Platform, WalletBill, WalletStep } from '../../platform/types'

export const pinLength = 6
const triesMax = 3
/** The balance of the simulated payer, in fen. It is shown and never charged. */
const balanceFen = 52_000

/**
 * - `nothing`: the page was opened without a pay call
 * - `refused`: WeChat or QQ refused; the payer can only leave
 * - `unreachable`: no simulator answers
 */
export type WalletPhase = 'nothing' | 'opening' | 'open' | 'paying' | 'refused' | 'unreachable'

export interface WalletView {
  readonly look: 'sheet' | 'window'
  readonly phase: WalletPhase
  /** Null until the simulator has answered. */
  readonly bill: WalletBill | null
  /** How many digits of the password are typed. */
  readonly digits: number
  /** The payer's last mistake. The payer can try again, and the app is not told. */
  readonly mishap: 'wrongPin' | 'poor' | null
  readonly triesLeft: number
  /** The payer's balance, in fen. */
  readonly balanceFen: number
  readonly refusal: { readonly text: string; readonly heard: string } | null
  /** The address that does not answer. */
  readonly address: string | null
}

/** The simulated wallet while it is on the screen. */
export interface WalletStore extends StoreApi<WalletView> {
  /** Asks for the bill. Can be repeated when no simulator answered. */
  open(): Promise<void>
  enterDigit(): void
  erase(): void
  pay(): Promise<void>
  /** Pays without telling the app, as when the phone loses its callback. */
  payUnheard(): Promise<void>
  cancel(): Promise<void>
  /** Enters a wrong password. */
  mistype(): void
  /** Shows too small a balance. */
  runOutOfMoney(): void
  /** Goes back to the app. */
  leave(): void
  /** The page was closed, in whatever way: the app is told what the host would tell it. */
  unload(): void
}

export interface WalletDeps {
  readonly platform: Pick<Platform, 'navigation' | 'walletVisit'>
}

export function createWalletStore({ platform }: WalletDeps): WalletStore {
  const visit = platform.walletVisit?.() ?? null
  const store = createStore<WalletView>(() => ({
    look: visit?.look ?? 'sheet',
    phase: visit === null ? 'nothing' : 'opening',
    bill: null,
    digits: 0,
    mishap: null,
    triesLeft: triesMax,
    balanceFen,
    refusal: null,
    address: null,
  }))
  const { getState, setState } = store

  function stop(step: Exclude<WalletStep<unknown>, { kind: 'done' }>): void {
    if (step.kind === 'refused') setState({ phase: 'refused', refusal: { text: step.text, heard: step.heard } })
    else setState({ phase: 'unreachable', address: step.address })
  }

  const leave = (): void => platform.navigation.back()

  async function pay(isHeard: boolean): Promise<void> {
    if (visit === null || getState().phase !== 'open') return
    setState({ phase: 'paying', mishap: null })
    const step = await visit.pay(isHeard)
    if (step.kind === 'done') leave()
    else stop(step)
  }

  /** Shows a mistake and empties the password. The payer can try again. */
  function showMishap(mishap: WalletView['mishap'], change: Partial<WalletView>): void {
    if (getState().phase === 'open') setState({ mishap, digits: 0, ...change })
  }

  return {
    ...store,
    async open() {
      if (visit === null) return
      setState({ phase: 'opening', address: null })
      // A lost payment request may have arrived: the simulator is asked again, and reports it.
      const step = await visit.open()
      if (step.kind !== 'done') return stop(step)
      const bill = step.value
      setState({ phase: 'open', bill, digits: 0, balanceFen: Math.max(balanceFen, bill.totalFen) })
    },
    enterDigit() {
      const { phase, digits } = getState()
      if (phase !== 'open') return
      setState({ digits: digits + 1, mishap: null })
      if (digits + 1 === pinLength) void pay(true)
    },
    erase() {
      const { phase, digits } = getState()
      if (phase === 'open') setState({ digits: Math.max(0, digits - 1) })
    },
    pay: () => pay(true),
    payUnheard: () => pay(false),
    async cancel() {
      await visit?.cancel()
      leave()
    },
    mistype() {
      const { triesLeft } = getState()
      showMishap('wrongPin', { triesLeft: triesLeft <= 1 ? triesMax : triesLeft - 1 })
    },
    runOutOfMoney() {
      const totalFen = getState().bill?.totalFen ?? 0
      showMishap('poor', { balanceFen: Math.min(1240, Math.max(0, totalFen - 1)) })
    },
    leave,
    unload: () => visit?.end(),
  }
}
