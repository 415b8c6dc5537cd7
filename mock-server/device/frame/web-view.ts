import { make, makeFrame } from './dom'

export interface WebViewOptions {
  readonly isOpenToAll: boolean
  readonly businessDomains: readonly string[]
  readonly frameUrl: ((url: string, referer?: string) => string) | undefined
  readonly theme: 'light' | 'dark'
  readonly emit: (element: HTMLElement, type: 'load' | 'error', detail: unknown) => void
  /** WeChat's middle page in a web-view says that it is done. */
  readonly onDone: () => void
}

/** Whether a host may show an address in a web-view: https, a configured domain or one below it, no bare number. */
export function isBusinessUrl(url: string, domains: readonly string[]): boolean {
  if (!URL.canParse(url)) return false
  const { protocol, hostname } = new URL(url)
  if (protocol !== 'https:' || /^[\d.]+$/.test(hostname)) return false
  return domains.some((domain) => hostname === domain || hostname.endsWith(`.${domain}`))
}

/**
 * Shows an address in a `web-view`, which covers its page. What is not a business domain is refused with the host's own
 * page, and the component's error event.
 */
export function openWebView(element: HTMLElement, src: string, options: WebViewOptions): void {
  const document = element.ownerDocument
  const detail = { src, url: src, fullUrl: src }
  if (!options.isOpenToAll && !isBusinessUrl(src, options.businessDomains)) {
    const host = URL.canParse(src) ? new URL(src).host : src
    element.replaceChildren(
      make(
        document,
        'div',
        { class: 'ph-refused', role: 'alert' },
        make(document, 'strong', {}, '无法打开该页面'),
        make(document, 'p', {}, `不支持打开非业务域名 ${host}，请重新配置`),
      ),
    )
    return options.emit(element, 'error', detail)
  }
  const frame = makeFrame(document, src, options.frameUrl?.(src), options.theme)
  const view = document.defaultView
  const onMessage = (event: MessageEvent): void => {
    if (!frame.isConnected) return view?.removeEventListener('message', onMessage)
    const message = event.data as { source?: unknown } | null
    if (event.source === frame.contentWindow && message?.source === 'checkmweb') options.onDone()
  }
  view?.addEventListener('message', onMessage)
  element.replaceChildren(frame)
  options.emit(element, 'load', detail)
}
