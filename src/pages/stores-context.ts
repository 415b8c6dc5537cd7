import { createContext, useContext } from 'react'
import type { AppStores } from '../stores/app-stores'

const StoresContext = createContext<AppStores | null>(null)

export const StoresProvider = StoresContext.Provider

/** The stores that the app, or a test, provides. */
export function useStores(): AppStores {
  const stores = useContext(StoresContext)
  if (stores === null) throw new Error('A page was rendered outside StoresProvider')
  return stores
}
