import { useStore } from 'zustand'
import { copies } from '../copy/copies'
import type { Copy } from '../copy/types'
import type { Language } from '../stores/account/settings'
import { useStores } from './stores-context'

/** The present language. The component is rendered again when it changes. */
export function useLanguage(): Language {
  const { settings } = useStores()
  return useStore(settings, ({ language }) => language)
}

/** The words of the main package. */
export function useCopy(): Copy {
  return copies[useLanguage()]
}
