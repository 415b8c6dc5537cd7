import { View } from '@tarojs/components'
import { useStore } from 'zustand'
import { Icon } from '../../components/icon'
import { Tap } from '../../components/tap'
import type { Copy } from '../../copy/types'
import { useStores } from '../stores-context'

export interface AgreementProps {
  readonly copy: Copy
}

/** Consent to the terms of the sale, with the terms one tap away. */
export function Agreement({ copy }: AgreementProps) {
  const { draft, navigation } = useStores()
  const isAgreed = useStore(draft, (view) => view.isAgreed)
  const words = copy.agreement
  return (
    <View className="agreement">
      <Tap
        id="agree"
        className="agreement__target"
        role="checkbox"
        isChecked={isAgreed}
        label={`${words.text}${words.terms}`}
        onTap={() => draft.agree(!isAgreed)}
      >
        <View className={`choice__mark agreement__mark ${isAgreed ? 'choice__mark--on' : ''}`}>
          {isAgreed && <Icon name="check" />}
        </View>
      </Tap>
      <View className="agreement__words">
        <View className="agreement__text">{words.text}</View>
        <Tap id="terms" className="agreement__link" role="link" onTap={() => navigation.toShopPage('terms')}>
          {words.terms}
        </Tap>
      </View>
    </View>
  )
}
