import type { HostName, TabBarConfig } from '../packed-app'
import { icon, make } from './dom'

export interface BarState {
  readonly title: string
  readonly background: string
  readonly textStyle: string
  /** 'back' where there is a page below, 'home' where the only page is not the first of the app. */
  readonly leading: 'back' | 'home' | 'none'
  /** The page draws its own bar; only the capsule stays. */
  readonly isCustom: boolean
}

export interface ShellEvents {
  readonly back: () => void
  readonly home: () => void
  readonly menu: () => void
  readonly restart: () => void
  readonly tab: (pagePath: string) => void
  /** The icon on the phone's home screen was tapped. */
  readonly open: () => void
}

/** The parts of the phone that belong to the host: bars, capsule, home screen. Pages go into `stage`. */
export interface Shell {
  readonly root: HTMLElement
  readonly stage: HTMLElement
  readonly layer: HTMLElement
  /** Everything below an open dialog. */
  readonly beneath: readonly HTMLElement[]
  readonly capsule: HTMLElement
  setClock(text: string): void
  setBar(state: BarState): void
  setTabs(tabBar: TabBarConfig | undefined, current: string): void
  /** Null: the app is in front. */
  setHome(words: string | null): void
}

export interface ShellLook {
  readonly platform: HostName
  readonly appName: string
  /** The host's own theme. */
  readonly theme: 'light' | 'dark'
  /** The theme of what the host draws for the app, its bars: dark only for apps that declare it. */
  readonly pageTheme: 'light' | 'dark'
  readonly fontScale: number
}

export function createShell(mount: HTMLElement, look: ShellLook, events: ShellEvents): Shell {
  const document = mount.ownerDocument
  const button = (className: string, label: string, press: () => void, ...content: (Node | string)[]): HTMLElement => {
    const element = make(document, 'button', { class: className, 'aria-label': label, title: label }, ...content)
    element.addEventListener('click', press)
    return element
  }

  const clock = make(document, 'span', { class: 'ph-clock' })
  const status = make(
    document,
    'div',
    { class: 'ph-status', 'aria-hidden': 'true' },
    clock,
    make(document, 'span', { class: 'ph-signals' }, make(document, 'i'), make(document, 'i'), make(document, 'i')),
  )
  const back = button('ph-back', '返回', events.back, icon(document, 'back'))
  const home = button('ph-back ph-to-home', '首页', events.home, '⌂')
  const title = make(document, 'h1')
  const capsule = make(
    document,
    'div',
    { class: 'ph-capsule', role: 'group', 'aria-label': '小程序菜单' },
    button('ph-menu', '更多', events.menu, make(document, 'i'), make(document, 'i'), make(document, 'i')),
    button('ph-restart', '关闭并重新打开', events.restart, make(document, 'i')),
  )
  const bar = make(document, 'header', { class: 'ph-bar' }, back, home, title)
  const stage = make(document, 'main', {
    class: 'ph-stage',
    // Media queries ask the phone; what the host draws asks the app, too.
    'data-theme': look.theme,
    'data-app-theme': look.pageTheme,
  })
  stage.style.setProperty('--font-scale', String(look.fontScale))
  const tabs = make(document, 'nav', { class: 'ph-tabs', role: 'tablist', hidden: true })
  const homeIcon = button(
    'ph-app',
    `打开 ${look.appName}`,
    events.open,
    make(document, 'b', {}, look.appName.slice(0, 1)),
  )
  const homeWords = make(document, 'p')
  const homeScreen = make(
    document,
    'section',
    { class: 'ph-home', 'aria-label': '手机桌面', hidden: true },
    homeIcon,
    make(document, 'span', {}, look.appName),
    homeWords,
  )
  const layer = make(document, 'div', { class: 'ph-layer' })
  const root = make(
    document,
    'div',
    { class: `ph ph-${look.platform} ph-${look.theme}`, 'data-platform': look.platform },
    status,
    bar,
    capsule,
    stage,
    tabs,
    homeScreen,
    layer,
    make(document, 'div', { class: 'ph-home-line', 'aria-hidden': 'true' }),
  )
  mount.replaceChildren(root)

  return {
    root,
    stage,
    layer,
    beneath: [bar, stage, tabs],
    capsule,
    setClock: (text) => void (clock.textContent = text),
    setBar(state) {
      title.textContent = state.title
      root.classList.toggle('ph-custom-bar', state.isCustom)
      root.classList.toggle('ph-bar-white', state.textStyle === 'white')
      root.style.setProperty('--bar', state.background)
      back.hidden = state.leading !== 'back'
      home.hidden = state.leading !== 'home'
    },
    setTabs(tabBar, current) {
      const isShown = tabBar !== undefined && tabBar.list.some(({ pagePath }) => pagePath === current)
      tabs.hidden = !isShown
      root.classList.toggle('ph-with-tabs', isShown)
      if (!isShown) return
      tabs.replaceChildren(
        ...tabBar.list.map(({ pagePath, text }) => {
          const isSelected = pagePath === current
          const tab = make(document, 'button', { role: 'tab', 'aria-selected': String(isSelected) }, text)
          tab.style.color = (isSelected ? tabBar.selectedColor : tabBar.color) ?? ''
          tab.addEventListener('click', () => events.tab(pagePath))
          return tab
        }),
      )
    },
    setHome(words) {
      homeScreen.hidden = words === null
      homeWords.textContent = words ?? ''
      for (const element of [bar, capsule, stage, tabs]) element.toggleAttribute('inert', words !== null)
    },
  }
}
