import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Platform, WalletBill, WalletStep } from '../../platform/types'

export const pinLength = 6
const triesMax = 3
/** What the simulated payer owns, in fen. Shown only: nothing is kept about it. */
const balanceFen = 52_000

/**
 * - `nothing`: the page was opened without a pay call
 * - `refused`: WeChat or QQ said no; only leaving is left
 * - `unreachable`: no simulator answers
 */
export type WalletPhase = 'nothing' | 'opening' | 'open' | 'paying' | 'refused' | 'unreachable'

export interface WalletView {
  readonly look: 'sheet' | 'window'
  readonly phase: WalletPhase
  /** Null until the simulator has named it. */
  readonly bill: WalletBill | null
  /** How many digits of the password are in. */
  readonly digits: number
  /** What the payer did wrong; not final, and no app hears of it. */
  readonly mishap: 'wrongPin' | 'poor' | null
  readonly triesLeft: number
  /** What the payer has, in fen. */
  readonly balanceFen: number
  readonly refusal: { readonly text: string; readonly heard: string } | null
  /** Where nobody answers. */
  readonly address: string | null
}

/** The simulated wallet while it is on the screen. */
export interface WalletStore extends StoreApi<WalletView> {
  /** Asks what there is to pay; again, after nobody answered. */
  open(): Promise<void>
  enterDigit(): void
  erase(): void
  pay(): Promise<void>
  /** Pays, and the app is told nothing, as when the phone loses its callback. */
  payUnheard(): Promise<void>
  cancel(): Promise<void>
  /** Enters a wrong password. */
  mistype(): void
  /** Finds too little in the purse. */
  runOutOfMoney(): void
  /** Goes back to the app without touching anything more. */
  leave(): void
  /** The page is gone, by whatever way: the app hears what the host would say. */
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

  /** What a mishap leaves: an empty password, and the payer free to try again. */
  function stumble(mishap: WalletView['mishap'], change: Partial<WalletView>): void {
    if (getState().phase === 'open') setState({ mishap, digits: 0, ...change })
  }

  return {
    ...store,
    async open() {
      if (visit === null) return
      setState({ phase: 'opening', address: null })
      // Paying that got lost on the way may have arrived: the simulator is asked anew, and says so.
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
      stumble('wrongPin', { triesLeft: triesLeft <= 1 ? triesMax : triesLeft - 1 })
    },
    runOutOfMoney() {
      const totalFen = getState().bill?.totalFen ?? 0
      stumble('poor', { balanceFen: Math.min(1240, Math.max(0, totalFen - 1)) })
    },
    leave,
    unload: () => visit?.end(),
  }
}
