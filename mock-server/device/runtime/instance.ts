import type { PackedApp } from '../packed-app'
import { createComponentSpace } from './component-space'
import { hasFeature, type HostVersion } from './host/versions'
import { createLoader } from './loader'
import { toConsole, type PhoneLog } from './log'
import { createPageStack, firstPage, type PageStack } from './page-stack'
import { splitUrl } from './query'
import { createScope, type Scope } from './scope'
import type { PhoneBackend } from './view/context'
import type { ElementHost } from './view/elements'

/** How an app was opened or brought back. */
export interface EnterOptions {
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly scene: number
  readonly referrerInfo: Readonly<Record<string, unknown>>
}

/** Why an app is not shown. Under the wallet (`cashier`) it is covered, but not in the background. */
export type HideReason = 'user' | 'cashier' | 'wx-pay-window'

export interface InstanceOptions {
  readonly packed: PackedApp
  readonly version: HostVersion
  readonly log: PhoneLog
  readonly stage: HTMLElement
  readonly elementHost: Omit<ElementHost, 'emit' | 'document'>
  /** The host's objects, by the names that the app knows them under (`wx`, `qq`). */
  readonly hostGlobals: (instance: Instance) => Readonly<Record<string, unknown>>
  readonly onChange: () => void
  readonly onSetData: (bytes: number) => void
}

/** One launch of a mini program, until it is killed. */
export interface Instance {
  readonly scope: Scope
  readonly stack: PageStack
  readonly backend: PhoneBackend
  readonly launchOptions: EnterOptions
  readonly isShown: boolean
  /** Starts the app on a page (default: the first). */
  launch(url?: string): void
  /** @param isTold false: the app gets no `onHide`. Default true */
  hide(reason: HideReason, isTold?: boolean): void
  /** @param isTold false: the app gets no `onShow`. Default true */
  show(reason: HideReason, isTold?: boolean): void
  /** Listeners for `onAppShow` and the like, by the name of the event. */
  listeners(event: string): Set<(value: unknown) => void>
  emit(event: string, value?: unknown): void
  kill(): void
}

/** How long an app goes on in the background before its requests and timers stop. */
const backgroundMs = 5000

/** @see https://developers.weixin.qq.com/miniprogram/dev/reference/scene-list.html 1001: from the list of recent ones */
const scene = 1001

type AppObject = Record<string, unknown>

export function createInstance(options: InstanceOptions): Instance {
  const { packed, log, stage } = options
  const hiddenFor = new Set<HideReason>()
  let app: AppObject = {}
  let backgroundTimer: ReturnType<typeof setTimeout> | undefined
  let launchOptions: EnterOptions = { path: firstPage(packed.appConfig), query: {}, scene, referrerInfo: {} }

  const scope = createScope(log, (error) => {
    const onError = app['onError']
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    if (typeof onError === 'function') (onError as (message: string) => void).call(app, text)
  })
  const { listenersOf, emit } = createListeners(scope)
  const space = createComponentSpace({
    packed,
    version: options.version,
    scope,
    log,
    elementHost: { ...options.elementHost, document: stage.ownerDocument },
    onSetData: options.onSetData,
  })
  const loader = createLoader(packed.scripts, globalsOf)
  const stack = createPageStack({
    packed,
    scope,
    space,
    stage,
    loadPage: (route) => void loader.load(`${route}.js`),
    onChange: options.onChange,
    isShown: () => hiddenFor.size === 0,
  })

  const instance: Instance = {
    scope,
    stack,
    backend: space.backend,
    get launchOptions() {
      return launchOptions
    },
    get isShown() {
      return hiddenFor.size === 0
    },
    launch(url) {
      const { path, query } = splitUrl(url ?? firstPage(packed.appConfig))
      launchOptions = { ...launchOptions, path: path.replace(/^\//, ''), query }
      scope.run('app.js', () => loader.load('app.js'))
      for (const name of loadedAtLaunch(packed, options.version)) scope.run(name, () => loader.load(`${name}.js`))
      callApp('onLaunch', launchOptions)
      callApp('onShow', launchOptions)
      stack
        .go('reLaunch', `/${launchOptions.path}${url?.includes('?') ? url.slice(url.indexOf('?')) : ''}`)
        .catch((error: unknown) => {
          log.add('error', ['launch:', error])
        })
    },
    hide(reason, isTold = true) {
      const wasShown = hiddenFor.size === 0
      hiddenFor.add(reason)
      if (!wasShown || !isTold) return
      stack.call(stack.top, 'onHide')
      callApp('onHide')
      emit('appHide')
      if (reason !== 'cashier') backgroundTimer = setTimeout(goToSleep, backgroundMs)
    },
    show(reason, isTold = true) {
      if (!hiddenFor.delete(reason) || hiddenFor.size > 0) return
      clearTimeout(backgroundTimer)
      scope.resume()
      emit('wake')
      if (!isTold) return
      callApp('onShow', launchOptions)
      emit('appShow', launchOptions)
      stack.call(stack.top, 'onShow')
    },
    listeners: listenersOf,
    emit,
    kill() {
      clearTimeout(backgroundTimer)
      scope.end()
      for (const page of stack.pages) page.close()
      stage.replaceChildren()
    },
  }
  const hostGlobals = options.hostGlobals(instance)
  return instance

  function goToSleep(): void {
    emit('sleep')
    scope.suspend()
  }

  function callApp(name: string, argument?: unknown): void {
    const method = app[name]
    if (typeof method === 'function')
      scope.run(`App ${name}`, () => (method as (value: unknown) => void).call(app, argument))
  }

  /** What a file sees. `Page` and `Component` register under the path of the file that a host loads, not of one required. */
  function globalsOf(entry: string): Record<string, unknown> {
    const { Page, Component, Behavior } = space.define(entry.replace(/\.js$/, ''))
    const names = {
      ...hostGlobals,
      ...timersOf(scope),
      App: (definition: AppObject) => void (app = definition),
      Page,
      Component,
      Behavior,
      getApp: () => app,
      getCurrentPages: () => stack.pages.map(({ instance: page }) => page),
      console: toConsole(log),
    }
    return { ...names, global: names, globalThis: names }
  }
}

/**
 * Whose code runs at the launch, after app.js: components, and all pages of the main package unless the app wants each to run
 * when it opens, and the host knows that.
 * @see https://developers.weixin.qq.com/miniprogram/dev/framework/ability/lazyload.html
 */
function loadedAtLaunch({ appConfig, configs }: PackedApp, host: HostVersion): readonly string[] {
  const components = Object.keys(configs).filter((name) => configs[name]?.component === true)
  const isLazy = appConfig.lazyCodeLoading && hasFeature('lazyCodeLoading', host)
  return [...components, ...(isLazy ? [] : appConfig.pages.slice(0, appConfig.mainPages))]
}

/** The app's listeners to the host's events, by the name of the event. */
function createListeners(scope: Scope): Pick<Instance, 'emit'> & { listenersOf: Instance['listeners'] } {
  const listeners = new Map<string, Set<(value: unknown) => void>>()
  const listenersOf: Instance['listeners'] = (event) => {
    const known = listeners.get(event) ?? new Set()
    listeners.set(event, known)
    return known
  }
  return {
    listenersOf,
    emit(event, value) {
      for (const listener of [...listenersOf(event)]) scope.run(event, () => listener(value))
    },
  }
}

/** Timers that end with the app. */
function timersOf(scope: Scope): Readonly<Record<string, unknown>> {
  return {
    setTimeout: scope.setTimeout,
    clearTimeout: scope.clearTimeout,
    setInterval: scope.setInterval,
    clearInterval: scope.clearInterval,
    requestAnimationFrame: (callback: unknown) => scope.setTimeout(callback, 16),
    cancelAnimationFrame: scope.clearTimeout,
  }
}
