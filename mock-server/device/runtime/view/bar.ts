import type { BarState } from '../../frame/shell'
import type { PackedApp } from '../../packed-app'
import type { OpenPage } from '../page-frame'
import { firstPage } from '../page-stack'

export interface DrawnWindow {
  readonly bar: BarState
  /** Colour behind the page; '' where the app names none. */
  readonly background: string
}

/** What the host draws around a page: app.json, the page's own JSON and its calls, with the values of the theme. */
export function windowOf(packed: PackedApp, page: OpenPage, depth: number, theme: 'light' | 'dark'): DrawnWindow {
  const { window, route } = page
  const isHome = route === firstPage(packed.appConfig) || isTab(packed, route)
  const value = (text: unknown, otherwise: string): string => {
    const plain = typeof text === 'string' ? text : otherwise
    return plain.startsWith('@') ? (packed.themes[theme][plain.slice(1)] ?? otherwise) : plain
  }
  return {
    bar: {
      title: value(window.navigationBarTitleText, ''),
      background: value(window.navigationBarBackgroundColor, '#000000'),
      textStyle: value(window.navigationBarTextStyle, 'white'),
      isCustom: window.navigationStyle === 'custom',
      leading: depth > 1 ? 'back' : isHome ? 'none' : 'home',
    },
    background: value(window.backgroundColor, ''),
  }
}

function isTab({ appConfig }: PackedApp, route: string): boolean {
  return appConfig.tabBar?.list.some(({ pagePath }) => pagePath === route) ?? false
}
