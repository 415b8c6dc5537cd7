import { View, WebView } from '@tarojs/components'
import { useRouter } from '@tarojs/taro'
import { useState } from 'react'
import { useStore } from 'zustand'
import { Button } from '../../components/button'
import { StatusRing } from '../../components/status-ring'
import { Screen } from '../../pages/screen'
import { useStores } from '../../pages/stores-context'
import { useCopy } from '../../pages/use-copy'
import { useShown } from '../../pages/use-shown'
import './index.scss'

const page = 'web-view'

/**
 * WeChat Pay's middle page (中间页), where the host has no call for it. A host opens business domains (业务域名) only, and
 * wx.tenpay.com cannot become one: then the page tells the payer what to do instead.
 */
export default function WebViewPage() {
  const { checkout, navigation, hostName } = useStores()
  const words = useCopy().webView
  const { params } = useRouter<{ h5Url?: string; orderPageUrl?: string }>()
  const h5Url = decoded(params.h5Url)
  const orderPageUrl = decoded(params.orderPageUrl)
  const [isRefused, setRefused] = useState(h5Url === '')
  const linkCopied = useStore(checkout, (view) => view.linkCopied)

  useShown({ show: () => checkout.show(page), hide: () => checkout.hide(page) })

  if (!isRefused) return <WebView src={h5Url} onError={() => setRefused(true)} />
  const { title, text } = words.refused(hostName)
  return (
    <Screen title={words.title} className="web-view-page">
      <StatusRing kind="closed" />
      <View id="status" className="headline web-view-page__title">
        {title}
      </View>
      <View className="lead">{text}</View>
      <View className="card web-view-page__link">
        <View className="web-view-page__label">{words.link.title}</View>
        <View className="web-view-page__text">{words.link.text}</View>
      </View>
      <View className="web-view-page__actions">
        <Button id="copy-link" label={words.copyLink} onTap={() => void checkout.copyLink(orderPageUrl)} />
        {linkCopied !== null && (
          <View id="copied" className="lead" aria-role="status" aria-live="polite">
            {linkCopied ? words.copied : words.copyFailed}
          </View>
        )}
        <Button id="back-to-order" kind="text" label={words.back} onTap={() => navigation.back()} />
      </View>
    </Screen>
  )
}

/** Hosts pass the query on without decoding it. */
function decoded(value: string | undefined): string {
  if (value === undefined) return ''
  return /^https?:\/\//.test(value) ? value : decodeURIComponent(value)
}
