import { View } from '@tarojs/components'
import { Screen } from '../../../pages/screen'
import { useShopCopy } from '../copy/use-shop-copy'
import './index.scss'

/** The terms that the payer agrees to by ordering. */
export default function TermsPage() {
  const words = useShopCopy().terms
  return (
    <Screen title={words.title}>
      <View className="card terms-page">
        {words.parts.map(({ title, text }) => (
          <View key={title}>
            <View className="terms-page__title" aria-role="heading">
              {title}
            </View>
            <View className="terms-page__text">{text}</View>
          </View>
        ))}
      </View>
    </Screen>
  )
}
