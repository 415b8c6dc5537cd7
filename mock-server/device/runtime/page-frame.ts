import type { PackedApp, WindowConfig } from '../packed-app'
import type { ComponentSpace, DrawnPage } from './component-space'

export interface OpenPage extends DrawnPage {
  readonly route: string
  readonly query: Readonly<Record<string, string>>
  /** What the page is drawn in: kept out of the document while another page is shown. */
  readonly frame: HTMLElement
  readonly scroller: HTMLElement
  /** Navigation bar and window, changeable by the page. */
  readonly window: { -readonly [key in keyof WindowConfig]: WindowConfig[key] }
  isReady: boolean
}

export interface PageFrameOptions {
  readonly packed: PackedApp
  readonly space: ComponentSpace
  readonly stage: HTMLElement
  /** Loads the script that defines a page, where that has not happened. */
  readonly loadPage: (route: string) => void
  /** Calls a function of a page, where it has it. */
  readonly call: (page: OpenPage, name: string, ...args: unknown[]) => unknown
}

/** Draws pages on the stage, each in a frame that scrolls. */
export function createPageFrames({ packed, space, stage, loadPage, call }: PageFrameOptions) {
  return { open, restore }

  function open(route: string, query: Record<string, string>): OpenPage {
    loadPage(route)
    const document = stage.ownerDocument
    const frame = document.createElement('div')
    frame.className = 'ph-page'
    const scroller = document.createElement('div')
    scroller.className = 'ph-scroll'
    frame.append(scroller)
    stage.replaceChildren(frame)
    const drawn = space.open(route, scroller)
    const page: OpenPage = {
      ...drawn,
      route,
      query,
      frame,
      scroller,
      window: { ...packed.appConfig.window, ...packed.configs[route] },
      isReady: false,
    }
    scroller.addEventListener('scroll', () => watchScroll(page))
    drawn.instance['options'] = query
    return page
  }

  function watchScroll(page: OpenPage): void {
    call(page, 'onPageScroll', { scrollTop: page.scroller.scrollTop })
    const { scrollTop, clientHeight, scrollHeight } = page.scroller
    const distance = page.window.onReachBottomDistance ?? 50
    if (scrollTop + clientHeight >= scrollHeight - distance) call(page, 'onReachBottom')
  }

  /** A node that leaves the document forgets how far it was scrolled. */
  function restore(page: OpenPage): void {
    const scrollTop = Number(page.frame.dataset['scrollTop'] ?? 0)
    stage.replaceChildren(page.frame)
    page.scroller.scrollTop = scrollTop
  }
}
