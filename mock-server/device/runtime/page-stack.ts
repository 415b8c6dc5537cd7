import type { AppConfig, PackedApp, WindowConfig } from '../packed-app'
import { CallFailure } from './call'
import type { ComponentSpace, DrawnPage } from './component-space'
import { resolvePath } from './loader'
import { splitUrl } from './query'
import type { Scope } from './scope'

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

export type Route = 'navigateTo' | 'redirectTo' | 'reLaunch' | 'switchTab'

export interface PageStackOptions {
  readonly packed: PackedApp
  readonly scope: Scope
  readonly space: ComponentSpace
  readonly stage: HTMLElement
  /** Loads the script that defines a page, where that has not happened. */
  readonly loadPage: (route: string) => void
  /** Another page is on top now, or its window changed. */
  readonly onChange: () => void
  /** Whether the app is in front: pages opened behind are not shown to it. */
  readonly isShown: () => boolean
}

/** Open pages and the ways between them. */
export interface PageStack {
  readonly pages: readonly OpenPage[]
  readonly top: OpenPage | undefined
  go(route: Route, url: string): Promise<void>
  back(delta: number): Promise<void>
  /** Calls a function of a page, where it has it. */
  call(page: OpenPage | undefined, name: string, ...args: unknown[]): unknown
}

/** @see https://developers.weixin.qq.com/miniprogram/dev/framework/app-service/route.html */
const pagesMax = 10

export function createPageStack(options: PageStackOptions): PageStack {
  const { packed, scope, space, stage, onChange } = options
  const { appConfig } = packed
  const pages: OpenPage[] = []
  /** Tab pages that were opened once stay open behind the others. */
  const tabs = new Map<string, OpenPage>()
  let queue: Promise<unknown> = Promise.resolve()

  const top = (): OpenPage | undefined => pages[pages.length - 1]
  const isTab = (route: string): boolean => appConfig.tabBar?.list.some(({ pagePath }) => pagePath === route) ?? false

  function call(page: OpenPage | undefined, name: string, ...args: unknown[]): unknown {
    const method = page?.instance[name]
    if (typeof method !== 'function' || page === undefined) return undefined
    return scope.run(`${page.route} ${name}`, () =>
      (method as (...rest: unknown[]) => unknown).apply(page.instance, args),
    )
  }

  function open(route: string, query: Record<string, string>): OpenPage {
    options.loadPage(route)
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
      window: { ...appConfig.window, ...packed.configs[route] },
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

  function enter(page: OpenPage, isNew: boolean): void {
    if (isNew) call(page, 'onLoad', page.query)
    else if (page.frame.parentNode !== stage) restore(page)
    if (options.isShown()) call(page, 'onShow')
    onChange()
    if (!isNew) return
    scope.setTimeout(() => {
      if (page.isReady || !pages.includes(page)) return
      page.isReady = true
      call(page, 'onReady')
    })
  }

  /** A node that leaves the document forgets how far it was scrolled. */
  function restore(page: OpenPage): void {
    const scrollTop = Number(page.frame.dataset['scrollTop'] ?? 0)
    stage.replaceChildren(page.frame)
    page.scroller.scrollTop = scrollTop
  }

  function leave(page: OpenPage | undefined): void {
    if (page === undefined) return
    page.frame.dataset['scrollTop'] = String(page.scroller.scrollTop)
    if (options.isShown()) call(page, 'onHide')
  }

  function close(page: OpenPage): void {
    call(page, 'onUnload')
    page.close()
    page.frame.remove()
    tabs.delete(page.route)
  }

  function resolve(verb: Route, url: string): { route: string; query: Record<string, string> } {
    const { path, query } = splitUrl(url)
    const route = resolvePath(top()?.route ?? '', path)
    if (!appConfig.pages.includes(route)) throw new CallFailure(`page "${path.replace(/^\//, '')}" is not found`)
    if (isTab(route) && (verb === 'navigateTo' || verb === 'redirectTo')) {
      throw new CallFailure(`can not ${verb} a tabbar page`)
    }
    if (!isTab(route) && verb === 'switchTab') throw new CallFailure('can not switch to no-tabBar page')
    if (verb === 'navigateTo' && pages.length >= pagesMax) throw new CallFailure('webview count limit exceed')
    return { route, query }
  }

  const ways: Record<Route, (route: string, query: Record<string, string>) => void> = {
    navigateTo(route, query) {
      leave(top())
      pages.push(open(route, query))
      enter(pages[pages.length - 1]!, true)
    },
    redirectTo(route, query) {
      const old = pages.pop()
      if (old) close(old)
      pages.push(open(route, query))
      enter(pages[pages.length - 1]!, true)
    },
    reLaunch(route, query) {
      for (const page of new Set([...pages.splice(0).reverse(), ...tabs.values()])) close(page)
      const page = open(route, query)
      if (isTab(route)) tabs.set(route, page)
      pages.push(page)
      enter(page, true)
    },
    switchTab(route, query) {
      const known = tabs.get(route)
      if (known !== undefined && known === top()) return
      const leaving = pages.splice(0).reverse()
      for (const page of leaving) {
        if (isTab(page.route)) {
          leave(page)
          tabs.set(page.route, page)
        } else close(page)
      }
      const page = known ?? open(route, query)
      tabs.set(route, page)
      pages.push(page)
      enter(page, known === undefined)
    },
  }

  /** One move at a time, each in a turn of its own: the app's code never runs inside the call that asked for it. */
  function inTurn(move: () => void): Promise<void> {
    const result = queue.then(
      () =>
        new Promise<void>((done, failed) => {
          scope.setTimeout(() => {
            try {
              move()
              done()
            } catch (error) {
              failed(error instanceof Error ? error : new Error(String(error)))
            }
          })
        }),
    )
    queue = result.catch(() => undefined)
    return result
  }

  return {
    pages,
    get top() {
      return top()
    },
    call,
    go: (verb, url) =>
      inTurn(() => {
        const { route, query } = resolve(verb, url)
        ways[verb](route, query)
      }),
    back: (delta) =>
      inTurn(() => {
        if (pages.length < 2) throw new CallFailure('cannot navigate back at first page.')
        const count = Math.min(Math.max(1, Math.trunc(delta)), pages.length - 1)
        for (const page of pages.splice(pages.length - count).reverse()) close(page)
        enter(pages[pages.length - 1]!, false)
      }),
  }
}

/** The page that an app opens with. */
export function firstPage({ pages }: AppConfig): string {
  return pages[0] ?? ''
}
