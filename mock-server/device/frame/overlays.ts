import type { CashierInfo, WalletAnswer } from '../runtime/types'
import { icon, make, makeFrame } from './dom'
import { createWallet } from './wallet'

export interface ToastContent {
  readonly title: string
  /** success, error, loading or none. */
  readonly icon: string
  /** Null: until it is hidden. */
  readonly durationMs: number | null
  readonly mask: boolean
}

export interface ModalContent {
  readonly title: string
  readonly content: string
  readonly confirmText: string
  /** Null: there is nothing to cancel. */
  readonly cancelText: string | null
}

/** What a phone draws over its pages. Each promise ends when the person did something about it. */
export interface Overlays {
  showToast(content: ToastContent): void
  hideToast(): void
  showModal(content: ModalContent): Promise<boolean>
  /** Null: closed without a choice. */
  showActionSheet(items: readonly string[]): Promise<number | null>
  showWallet(info: CashierInfo): Promise<WalletAnswer>
  closeWallet(): void
  /** WeChat's H5 middle page in QQ's window. Ends when the window is gone. */
  showPayWindow(url: string, referer: string): Promise<void>
  /** Takes everything away without an answer: the app was killed. */
  clear(): void
}

export interface OverlayOptions {
  readonly layer: HTMLElement
  /** What lies below: out of reach while a dialog is open. */
  readonly beneath: readonly HTMLElement[]
  /** Stays in reach in a full-screen window, so that the app can be closed from there. */
  readonly capsule: HTMLElement
  readonly frameUrl: ((url: string, referer?: string) => string) | undefined
  readonly theme: 'light' | 'dark'
}

export function createOverlays({ layer, beneath, capsule, frameUrl, theme }: OverlayOptions): Overlays {
  const document = layer.ownerDocument
  let toast: HTMLElement | null = null
  let toastTimer: ReturnType<typeof setTimeout> | undefined
  let wallet: HTMLElement | null = null
  const open = new Set<HTMLElement>()

  function hideToast(): void {
    clearTimeout(toastTimer)
    toast?.remove()
    toast = null
  }

  /** Shows something that must be answered; focus moves in, and back out at the end. */
  function show(element: HTMLElement, focus: string): () => void {
    const opener = document.activeElement
    open.add(element)
    layer.append(element)
    setInert(true)
    element.querySelector<HTMLElement>(focus)?.focus({ preventScroll: true })
    return () => {
      if (!open.delete(element)) return
      element.remove()
      if (open.size === 0) setInert(false)
      if (opener instanceof HTMLElement) opener.focus({ preventScroll: true })
    }
  }

  function setInert(isInert: boolean): void {
    for (const element of [...beneath, capsule]) element.toggleAttribute('inert', isInert)
  }

  function scrim(child: HTMLElement, className = ''): HTMLElement {
    return make(document, 'div', { class: `ph-scrim ${className}` }, child)
  }

  function button(text: string, className: string, press: () => void): HTMLElement {
    const element = make(document, 'button', { class: className }, text)
    element.addEventListener('click', press)
    return element
  }

  return {
    showToast(content) {
      hideToast()
      const mark = content.icon === 'none' ? [] : [drawMark(document, content.icon)]
      const box = make(document, 'div', { class: `ph-toast ph-toast-${content.icon}`, role: 'status' }, ...mark)
      box.append(make(document, 'span', {}, content.title))
      toast = make(document, 'div', { class: content.mask ? 'ph-toast-layer ph-mask' : 'ph-toast-layer' }, box)
      layer.append(toast)
      if (content.durationMs !== null) toastTimer = setTimeout(hideToast, content.durationMs)
    },
    hideToast,
    showModal: (content) =>
      new Promise((resolve) => {
        const answer = (isConfirmed: boolean) => () => {
          close()
          resolve(isConfirmed)
        }
        const buttons = make(document, 'div', { class: 'ph-modal-buttons' })
        if (content.cancelText !== null) buttons.append(button(content.cancelText, 'ph-modal-cancel', answer(false)))
        buttons.append(button(content.confirmText, 'ph-modal-confirm', answer(true)))
        const box = make(document, 'div', { class: 'ph-modal', role: 'alertdialog', 'aria-modal': 'true' })
        if (content.title !== '') box.append(make(document, 'h2', {}, content.title))
        box.append(make(document, 'p', { id: 'dialog-text' }, content.content), buttons)
        box.setAttribute('aria-describedby', 'dialog-text')
        const close = show(scrim(box, 'ph-center'), '.ph-modal-confirm')
      }),
    showActionSheet: (items) =>
      new Promise((resolve) => {
        const answer = (index: number | null) => () => {
          close()
          resolve(index)
        }
        const box = make(document, 'div', { class: 'ph-actions', role: 'dialog', 'aria-modal': 'true' })
        box.append(...items.map((item, index) => button(item, 'ph-action', answer(index))))
        box.append(button('取消', 'ph-action ph-action-cancel', answer(null)))
        const close = show(scrim(box), '.ph-action')
      }),
    showWallet: (info) =>
      new Promise((resolve) => {
        const sheet = createWallet(document, info, (answer) => {
          sheet.toggleAttribute('inert', true)
          resolve(answer)
        })
        const shade = scrim(sheet)
        const close = show(shade, '#wallet-title')
        wallet = shade
        shade.addEventListener('ph-close', close)
      }),
    closeWallet() {
      wallet?.dispatchEvent(new Event('ph-close'))
      wallet = null
    },
    showPayWindow: (url, referer) =>
      new Promise((resolve) => {
        const frame = makeFrame(document, '微信支付', frameUrl?.(url, referer), theme)
        const page = makePayWindow(document, frame, () => {
          close()
          resolve()
        })
        const close = show(page, '.ph-back')
        capsule.removeAttribute('inert')
      }),
    clear() {
      hideToast()
      for (const element of open) element.remove()
      open.clear()
      wallet = null
      setInert(false)
    },
  }
}

function drawMark(document: Document, name: string): Node {
  if (name === 'loading') return make(document, 'i', { class: 'ph-spinner', 'aria-hidden': 'true' })
  return icon(document, name === 'error' ? 'warning' : 'check')
}

/** A window around the pay page. @param onLeave called when the payer goes back, or when the page says that it is done */
function makePayWindow(document: Document, frame: HTMLIFrameElement, onLeave: () => void): HTMLElement {
  const back = make(document, 'button', { class: 'ph-back', 'aria-label': '返回' }, icon(document, 'back'))
  const bar = make(document, 'header', { class: 'ph-bar' }, back, make(document, 'h1', {}, '微信支付'))
  const view = document.defaultView
  const onMessage = (event: MessageEvent): void => {
    const message = event.data as { source?: unknown } | null
    if (event.source === frame.contentWindow && message?.source === 'checkmweb') leave()
  }
  const leave = (): void => {
    view?.removeEventListener('message', onMessage)
    onLeave()
  }
  view?.addEventListener('message', onMessage)
  back.addEventListener('click', leave)
  return make(document, 'section', { class: 'ph-pay-window', role: 'dialog', 'aria-label': '微信支付' }, bar, frame)
}
