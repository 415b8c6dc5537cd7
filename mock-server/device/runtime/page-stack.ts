import type { AppConfig } from '../packed-app'
import { CallFailure } from './call'
import { resolvePath } from './loader'
import { splitUrl } from './query'
import { createPageFrames, type OpenPage, type PageFrameOptions } from './page-frame'
import type { Scope } from './scope'
import { createTurns } from './turns'

export type Route = 'navigateTo' | 'redirectTo' | 'reLaunch' | 'switchTab'

export interface PageStackOptions extends Omit<PageFrameOptions, 'call'> {
  readonly scope: Scope
  /** Another page is on top now, or its window changed. */
  readonly onChange: () => void
  /** Whether the app is in the foreground: `onShow` and `onHide` are called only then. */
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
  const { scope, stage, onChange } = options
  const { appConfig } = options.packed
  const pages: OpenPage[] = []
  /** Tab pages that were opened once stay open behind the others. */
  const tabs = new Map<string, OpenPage>()
  const inTurn = createTurns(scope)

  const top = (): OpenPage | undefined => pages[pages.length - 1]
  const isTab = (route: string): boolean => appConfig.tabBar?.list.some(({ pagePath }) => pagePath === route) ?? false

  function call(page: OpenPage | undefined, name: string, ...args: unknown[]): unknown {
    const method = page?.instance[name]
    if (typeof method !== 'function' || page === undefined) return undefined
    return scope.run(`${page.route} ${name}`, () =>
      (method as (...rest: unknown[]) => unknown).apply(page.instance, args),
    )
  }

  const { open, restore } = createPageFrames({ ...options, call })

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
