import { View } from '@tarojs/components'
import { Icon } from '../../components/icon'
import { Tap } from '../../components/tap'
import type { Copy } from '../../copy/types'

export interface AgreementProps {
  readonly copy: Copy
  readonly isAgreed: boolean
  readonly onAgree: (isOn: boolean) => void
  readonly onTerms: () => void
}

/** Consent to the terms of the sale, with the terms one tap away. */
export function Agreement({ copy, isAgreed, onAgree, onTerms }: AgreementProps) {
  const words = copy.agreement
  return (
    <View className="agreement">
      <Tap
        id="agree"
        className="agreement__target"
        role="checkbox"
        isChecked={isAgreed}
        label={`${words.text}${words.terms}`}
        onTap={() => onAgree(!isAgreed)}
      >
        <View className={`choice__mark agreement__mark ${isAgreed ? 'choice__mark--on' : ''}`}>
          {isAgreed && <Icon name="check" />}
        </View>
      </Tap>
      <View className="agreement__words">
        <View className="agreement__text">{words.text}</View>
        <Tap id="terms" className="agreement__link" role="link" onTap={onTerms}>
          {words.terms}
        </Tap>
      </View>
    </View>
  )
}
