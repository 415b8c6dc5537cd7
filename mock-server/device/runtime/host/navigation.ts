import { createCall, type ApiTable } from '../call'
import type { Route } from '../page-stack'
import type { HostContext } from './context'

const routes: readonly Route[] = ['navigateTo', 'redirectTo', 'reLaunch', 'switchTab']

/** Ways between pages, and what a page may change about its bar. */
export function navigationCalls({ instance, onBarChange }: HostContext): ApiTable {
  const { scope, stack } = instance
  const change = (name: string, keys: Readonly<Record<string, string>>) =>
    createCall(name, scope, (options) => {
      const window = stack.top?.window
      if (window === undefined) return
      for (const [option, key] of Object.entries(keys)) {
        if (options[option] !== undefined) window[key] = options[option]
      }
      onBarChange()
    })
  return {
    ...Object.fromEntries(
      routes.map((route) => [route, createCall(route, scope, ({ url }) => stack.go(route, String(url ?? '')))]),
    ),
    navigateBack: createCall('navigateBack', scope, ({ delta }) => stack.back(Number(delta ?? 1))),
    setNavigationBarTitle: change('setNavigationBarTitle', { title: 'navigationBarTitleText' }),
    setNavigationBarColor: createCall('setNavigationBarColor', scope, ({ frontColor, backgroundColor }) => {
      const window = stack.top?.window
      if (window === undefined) return
      window['navigationBarTextStyle'] = frontColor === '#ffffff' ? 'white' : 'black'
      window['navigationBarBackgroundColor'] = String(backgroundColor)
      onBarChange()
    }),
    stopPullDownRefresh: createCall('stopPullDownRefresh', scope, () => undefined),
    pageScrollTo: createCall('pageScrollTo', scope, ({ scrollTop, selector }) => {
      const page = stack.top
      if (page === undefined) return
      const wanted = typeof selector === 'string' ? page.scroller.querySelector<HTMLElement>(selector) : null
      page.scroller.scrollTop = wanted === null ? Number(scrollTop ?? 0) : wanted.offsetTop
    }),
  }
}
