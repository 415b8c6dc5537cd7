import { Button as HostButton, View } from '@tarojs/components'
import { useStore } from 'zustand'
import { Button } from '../components/button'
import { Sheet } from '../components/sheet'
import './privacy-sheet.scss'
import { useStores } from './stores-context'
import { useCopy } from './use-copy'

/**
 * Asks for consent to the use of personal data when the host demands it. The host's own button is required: it proves
 * that a person has tapped.
 */
export function PrivacySheet() {
  const { privacy } = useStores()
  const words = useCopy().privacy
  const isAsked = useStore(privacy, (state) => state.isAsked)
  if (!isAsked) return null
  return (
    <Sheet title={words.title}>
      <View className="privacy">
        <View className="headline">{words.title}</View>
        <View className="lead">{words.text}</View>
        {privacy.openContract !== null && (
          <Button id="privacy-contract" kind="text" label={words.contract} onTap={privacy.openContract} />
        )}
        <HostButton
          id="privacy-agree"
          className="button button--primary privacy__agree"
          openType="agreePrivacyAuthorization"
          hoverClass="button--pressed"
          onAgreePrivacyAuthorization={() => privacy.answer(true)}
        >
          {words.agree}
        </HostButton>
        <Button id="privacy-decline" kind="text" label={words.decline} onTap={() => privacy.answer(false)} />
      </View>
    </Sheet>
  )
}
