import { useLaunch } from '@tarojs/taro'
import { useState, type PropsWithChildren } from 'react'
import './app.scss'
import { StoresProvider } from './pages/stores-context'
import { createAppStores } from './wiring'

/** Builds the stores once and signs in while the first page is still being drawn. */
export default function App({ children }: PropsWithChildren) {
  const [stores] = useState(createAppStores)
  useLaunch(() => void stores.session.signIn())
  return <StoresProvider value={stores}>{children}</StoresProvider>
}
