import { View } from '@tarojs/components'
import { useStore } from 'zustand'
import { Price } from '../../components/price'
import { Tag } from '../../components/tag'
import { Tap } from '../../components/tap'
import { formatYuan } from '../../domain/money'
import { pinLength, type WalletStore, type WalletView } from '../../stores/checkout/wallet'
import { useWalletCopy } from './copy/use-wallet-copy'

const keys = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '', '0'] as const

export interface WalletPartProps {
  readonly wallet: WalletStore
  readonly bill: NonNullable<WalletView['bill']>
}

/** WeChat's own wallet. Any six digits pay; the choices below them cancel, fail, or lose the callback. */
export function Sheet({ wallet, bill }: WalletPartProps) {
  const words = useWalletCopy()
  const { phase, mishap, triesLeft, balanceFen } = useStore(wallet)
  const isPaying = phase === 'paying'
  return (
    <View className="wallet__sheet">
      <View className="wallet__bill">
        <Tag id="wallet-simulated" tone="warn" text={words.simulated} />
        <View id="wallet-payee" className="wallet__payee">
          {words.payTo(bill.payee)}
        </View>
        <View aria-role="text" aria-label={words.spoken(bill.totalFen)}>
          <Price id="wallet-amount" fen={bill.totalFen} size="display" />
        </View>
        <View className="wallet__goods">{bill.description}</View>
        <View className="wallet__method">
          <View className="wallet__label">{words.method}</View>
          <View>
            {words.balance} {formatYuan(balanceFen)}
          </View>
        </View>
        <Pin wallet={wallet} />
        <View aria-role="status" aria-live="assertive">
          {isPaying && (
            <View id="wallet-paying" className="wallet__note wallet__note--calm">
              {words.paying}
            </View>
          )}
          {mishap !== null && (
            <View id="wallet-note" className={`wallet__note wallet__note--${mishap}`}>
              {mishap === 'poor' ? words.tooPoor : words.mistyped(triesLeft)}
            </View>
          )}
        </View>
      </View>
      <View className="wallet__choices" aria-role="group" aria-label={words.choicesOf}>
        <View className="wallet__flask">
          <View className="wallet__icon wallet__icon--flask" />
          {words.choices}
        </View>
        <Choice
          id="wallet-pay"
          isMain
          isWide
          label={words.paid}
          isDisabled={isPaying}
          onTap={() => void wallet.pay()}
        />
        <Choice
          id="wallet-cancel"
          isWide
          label={words.cancel}
          isDisabled={isPaying}
          onTap={() => void wallet.cancel()}
        />
        <Choice id="wallet-wrong" label={words.wrongPin} isDisabled={isPaying} onTap={wallet.mistype} />
        <Choice id="wallet-poor" label={words.poor} isDisabled={isPaying} onTap={wallet.runOutOfMoney} />
        <Choice
          id="wallet-unheard"
          label={words.unheard}
          isDisabled={isPaying}
          onTap={() => void wallet.payUnheard()}
        />
      </View>
      <Keypad wallet={wallet} />
    </View>
  )
}

/** The six cells of the payment password. */
function Pin({ wallet }: Pick<WalletPartProps, 'wallet'>) {
  const words = useWalletCopy()
  const { phase, digits, mishap } = useStore(wallet)
  const filled = phase === 'paying' ? pinLength : digits
  return (
    <View
      className={`wallet__pin${mishap === 'wrongPin' ? ' wallet__pin--wrong' : ''}`}
      aria-role="img"
      aria-label={words.pin(filled, pinLength)}
    >
      {Array.from({ length: pinLength }, (_cell, index) => (
        <View
          key={index}
          className={`wallet__cell${index < filled ? ' wallet__cell--full' : index === filled ? ' wallet__cell--next' : ''}`}
        />
      ))}
    </View>
  )
}

function Keypad({ wallet }: Pick<WalletPartProps, 'wallet'>) {
  const words = useWalletCopy()
  return (
    <View className="wallet__keys" aria-role="group" aria-label={words.keypad}>
      {keys.map((key, index) =>
        key === '' ? (
          <View key="none" className="wallet__key wallet__key--off wallet__key--edge" />
        ) : (
          <Tap
            key={key}
            className={`wallet__key ${index % 3 === 0 ? 'wallet__key--edge' : ''}`}
            pressedClass="wallet__key--pressed"
            onTap={wallet.enterDigit}
          >
            {key}
          </Tap>
        ),
      )}
      <Tap
        id="wallet-erase"
        className="wallet__key wallet__key--off"
        label={words.erase}
        pressedClass="wallet__key--pressed"
        onTap={wallet.erase}
      >
        <View className="wallet__icon wallet__icon--erase" />
      </Tap>
    </View>
  )
}

interface ChoiceProps {
  readonly id: string
  readonly label: string
  readonly isMain?: boolean
  /** The two ends of every payment share the first row. */
  readonly isWide?: boolean
  readonly isDisabled: boolean
  readonly onTap: () => void
}

function Choice({ id, label, isMain = false, isWide = false, isDisabled, onTap }: ChoiceProps) {
  return (
    <Tap
      id={id}
      className={`wallet__choice${isMain ? ' wallet__choice--main' : ''}${isWide ? ' wallet__choice--wide' : ''}`}
      isDisabled={isDisabled}
      pressedClass="wallet__choice--pressed"
      onTap={onTap}
    >
      {label}
    </Tap>
  )
}
