import { View } from '@tarojs/components'
import { useStore } from 'zustand'
import { Button } from '../../components/button'
import { InfoList } from '../../components/info-list'
import { Tag } from '../../components/tag'
import { formatYuan } from '../../domain/money'
import { useWalletCopy } from './copy/use-wallet-copy'
import type { WalletPartProps } from './sheet'

/** WeChat Pay's middle page (中间页), as QQ shows it in a window. */
export function PayWindow({ wallet, bill }: WalletPartProps) {
  const words = useWalletCopy()
  const { phase } = useStore(wallet)
  const { window } = words
  const isPaying = phase === 'paying'
  return (
    <View className="wallet__window">
      <View className="wallet__ring">
        <View className="wallet__turning" />
        <View className="wallet__app">
          <View className="wallet__icon wallet__icon--leave" />
        </View>
      </View>
      <Tag id="wallet-simulated" tone="warn" text={words.simulated} />
      <View className="headline wallet__headline">{window.title}</View>
      <View className="lead">{window.text}</View>
      <View className="wallet__facts">
        <InfoList
          lines={[
            { id: 'wallet-payee', label: window.payee, value: bill.payee },
            { id: 'wallet-amount', label: window.amount, value: formatYuan(bill.totalFen) },
            { id: 'wallet-goods', label: window.goods, value: bill.description },
          ]}
        />
      </View>
      <View className="wallet__room" />
      <View className="wallet__flask wallet__flask--window">
        <View className="wallet__icon wallet__icon--flask" />
        <View className="wallet__flask-words">{window.note}</View>
      </View>
      <View className="wallet__actions">
        <Button
          id="wallet-pay"
          label={isPaying ? words.paying : window.pay}
          isBusy={isPaying}
          onTap={() => void wallet.pay()}
        />
        <Button
          id="wallet-cancel"
          kind="secondary"
          label={words.cancel}
          isDisabled={isPaying}
          onTap={() => void wallet.cancel()}
        />
        <View className="pair">
          <View className="wallet__half">
            <Button
              id="wallet-unheard"
              kind="outline"
              isSmall
              label={words.unheard}
              isDisabled={isPaying}
              onTap={() => void wallet.payUnheard()}
            />
          </View>
          <View className="wallet__half">
            <Button
              id="wallet-close"
              kind="outline"
              isSmall
              label={window.close}
              isDisabled={isPaying}
              onTap={wallet.leave}
            />
          </View>
        </View>
      </View>
    </View>
  )
}
