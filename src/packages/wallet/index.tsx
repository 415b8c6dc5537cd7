import { View } from '@tarojs/components'
import { useLoad, useUnload } from '@tarojs/taro'
import { useState } from 'react'
import { useStore } from 'zustand'
import { Button } from '../../components/button'
import { StatusRing } from '../../components/status-ring'
import type { Words } from '../../copy/types'
import { Screen } from '../../pages/screen'
import { useStores } from '../../pages/stores-context'
import { createWalletStore, type WalletStore } from '../../stores/checkout/wallet'
import { useWalletCopy } from './copy/use-wallet-copy'
import { Sheet } from './sheet'
import { PayWindow } from './pay-window'
import './index.scss'

/**
 * Stands for the host's wallet where the simulators of `npm start` are the payment service: in development builds with
 * `TARO_APP_WALLET=simulated`, and in no other.
 */
export default function WalletPage() {
  const { create } = useStores()
  const [wallet] = useState(() => create(createWalletStore))
  const words = useWalletCopy()
  const { phase, look, bill } = useStore(wallet)
  useLoad(() => void wallet.open())
  useUnload(() => wallet.unload())
  const isShown = bill !== null && (phase === 'open' || phase === 'paying')
  return (
    <Screen title={words.title}>
      <View className="wallet">
        {!isShown && <Pause wallet={wallet} />}
        {isShown && look === 'sheet' && <Sheet wallet={wallet} bill={bill} />}
        {isShown && look === 'window' && <PayWindow wallet={wallet} bill={bill} />}
      </View>
    </Screen>
  )
}

/** Shown while there is nothing to pay: waiting, a refusal, or no simulator that answers. */
function Pause({ wallet }: { readonly wallet: WalletStore }) {
  const words = useWalletCopy()
  const { phase, refusal, address } = useStore(wallet)
  if (phase === 'opening') {
    return (
      <View className="wallet__pause" aria-role="status">
        <StatusRing kind="waiting" />
        <View className="headline wallet__headline">{words.opening}</View>
      </View>
    )
  }
  const { title, text } = sayWhy()
  return (
    <View className="wallet__pause">
      <StatusRing kind="closed" />
      <View aria-role="alert" aria-live="assertive">
        <View id="wallet-problem" className="headline wallet__headline">
          {title}
        </View>
        {refusal !== null && (
          <View id="wallet-refusal" className="wallet__refusal">
            {refusal.text}
          </View>
        )}
        <View id="wallet-problem-text" className="lead">
          {text}
        </View>
      </View>
      <View className="wallet__actions">
        {phase === 'unreachable' && <Button id="wallet-retry" label={words.retry} onTap={() => void wallet.open()} />}
        <Button
          id="wallet-back"
          kind={phase === 'unreachable' ? 'text' : 'secondary'}
          label={words.back}
          onTap={wallet.leave}
        />
      </View>
    </View>
  )

  function sayWhy(): Words {
    if (phase === 'unreachable') return words.unreachable(address ?? '')
    return refusal === null ? words.nothing : words.refused(refusal.heard)
  }
}
