import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Platform } from '../../platform/types'

export interface PrivacyState {
  /** The host waits for consent before it hands out personal data. */
  readonly isAsked: boolean
}

/** Consent to the use of personal data (隐私授权), asked by the host when a call needs it. */
export interface PrivacyStore extends StoreApi<PrivacyState> {
  answer(isAgreed: boolean): void
  /** Opens the guideline that the consent is about; null where the host has no page for it. */
  readonly openContract: (() => void) | null
}

export interface PrivacyDeps {
  readonly platform: Pick<Platform, 'onPrivacyNeeded' | 'privacyContract'>
}

export function createPrivacyStore({ platform }: PrivacyDeps): PrivacyStore {
  const store = createStore<PrivacyState>(() => ({ isAsked: false }))
  let pending: ((isAgreed: boolean) => void)[] = []
  platform.onPrivacyNeeded((answer) => {
    pending.push(answer)
    store.setState({ isAsked: true })
  })
  return {
    ...store,
    openContract: platform.privacyContract(),
    answer(isAgreed) {
      const waiting = pending
      pending = []
      store.setState({ isAsked: false })
      for (const answer of waiting) answer(isAgreed)
    },
  }
}
