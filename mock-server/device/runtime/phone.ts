import { createOverlays } from '../frame/overlays'
import { createShell } from '../frame/shell'
import { openWebView } from '../frame/web-view'
import { windowOf } from './view/bar'
import { createHands, type Hands } from './hands'
import type { HostContext, Measures, NetworkType } from './host/context'
import { createQq } from './host/qq'
import { hasFeature } from './host/versions'
import { createWx } from './host/wx'
import { createInstance, type Instance } from './instance'
import { createLog, type LogLine } from './log'
import { createMemoryStorage } from './memory-storage'
import { withDefaults } from './options'
import type { PhoneInput } from './types'
import { createWaiting } from './waiting'
import { firstPage } from './page-stack'
import { recogniseGestures } from './view/gestures'

/** A phone with one mini program on it. */
export interface Phone extends Hands {
  readonly element: HTMLElement
  /** Route of the page on top; '' while the app is not running. */
  page(): string
  /** Routes of all open pages, the first opened first. */
  pages(): readonly string[]
  back(): void
  /** Puts the app into the background, as a person who goes to the home screen. */
  hide(): void
  show(): void
  /** Ends the app at once: its callbacks, timers and requests stop. What it stored stays. */
  kill(): void
  /** Starts the app again, after ending it if it runs. `url` is a page with its query; default: the first page. */
  relaunch(url?: string): void
  readonly isRunning: boolean
  setNetwork(type: NetworkType): void
  clipboard(): string
  /** Waits until a text or selector is there, or a function answers something; 5 s at most. */
  waitFor<T>(what: string | (() => T | null | undefined | false), timeoutMs?: number): Promise<T | HTMLElement>
  /** Waits until no request is under way and nothing has changed for a turn. */
  idle(): Promise<void>
  readonly log: readonly LogLine[]
  /** How often, and with how many bytes, the app has written to its view since it was launched. */
  readonly setData: { readonly calls: number; readonly bytes: number }
  setClock(text: string): void
  close(): void
}

const realHosts = { wechat: 'https://api.weixin.qq.com', qq: 'https://api.q.qq.com' }
const statusBarHeight = 47
const barHeight = 44
const bottomInset = 34
const waitMs = 5000

/** Draws a phone into `mount` and starts the mini program on it. */
export function createPhone(input: PhoneInput): Phone {
  const { packed, mount } = input
  const options = withDefaults(packed.platform, input.options)
  const version = { platform: packed.platform, sdkVersion: options.sdkVersion }
  const storage = input.storage ?? createMemoryStorage()
  const { appConfig } = packed
  const pageTheme = appConfig.darkmode && hasFeature('darkmode', version) ? options.theme : 'light'
  let instance: Instance | null = null
  let requests = 0
  let networkType: NetworkType = 'wifi'
  let clipboard = ''
  let setData = { calls: 0, bytes: 0 }

  const log = createLog(input.onLog)
  const shell = createShell(
    mount,
    {
      platform: packed.platform,
      appName: appConfig.window.navigationBarTitleText ?? '小程序',
      theme: options.theme,
      pageTheme,
      fontScale: options.fontScale,
    },
    {
      back: () => goBack(),
      home: () => move(() => instance?.stack.go('reLaunch', `/${firstPage(appConfig)}`)),
      tab: (pagePath) => move(() => instance?.stack.go('switchTab', `/${pagePath}`)),
      menu: () => void openMenu(),
      restart: () => launch(),
      open: () => (instance === null ? launch() : show()),
    },
  )
  const overlays = createOverlays({
    layer: shell.layer,
    beneath: shell.beneath,
    capsule: shell.capsule,
    frameUrl: input.frameUrl,
    theme: options.theme,
  })
  const hands = createHands(shell.root)
  const waiting = createWaiting(shell.root, log, hands.text)
  recogniseGestures({ surface: shell.stage, backend: () => instance?.backend ?? null })
  addStyles(shell.root, packed.styles)
  launch()

  function launch(url?: string): void {
    kill()
    setData = { calls: 0, bytes: 0 }
    const started: Instance = createInstance({
      packed,
      version,
      log,
      stage: shell.stage,
      elementHost: {
        openWebView: (element, src) => showWebView(started, element, src),
        navigate: (openType, target, delta) => navigate(started, openType, target, delta),
        resolveImage: (src) =>
          /^(https?:|data:|blob:)/.test(src) && input.frameUrl ? toImageUrl(src, input.frameUrl) : src,
      },
      hostGlobals: (running) => createHostGlobals(running),
      onChange: drawBars,
      onSetData(bytes) {
        setData = { calls: setData.calls + 1, bytes: setData.bytes + bytes }
      },
    })
    instance = started
    shell.setHome(null)
    started.launch(url)
    waiting.changed()
  }

  function createHostGlobals(running: Instance): Record<string, unknown> {
    const context: HostContext = {
      packed,
      appid: input.appid ?? packed.appid,
      instance: running,
      log,
      world: input.world,
      user: input.user ?? 'payer-1',
      hosts: input.hosts ?? realHosts,
      storage,
      now: input.now ?? Date.now,
      options,
      version,
      payer: input.payer,
      overlays,
      network: { type: () => networkType },
      stage: shell.stage,
      measures,
      onBarChange: drawBars,
      onRequest(change) {
        requests += change
        waiting.changed()
      },
      killApp: kill,
      clipboard: {
        read: () => clipboard,
        write(text) {
          clipboard = text
          input.onClipboard?.(text)
        },
      },
    }
    if (packed.platform === 'weapp') return { wx: createWx(context) }
    const qq = createQq(context)
    return { qq, wx: qq }
  }

  function kill(): void {
    if (instance === null) return
    instance.kill()
    instance = null
    overlays.clear()
    shell.setHome('小程序已结束。点图标重新打开。')
    waiting.changed()
  }

  function hide(): void {
    if (instance === null) return
    instance.hide('user')
    shell.setHome('小程序在后台。点图标回到前台。')
  }

  function show(): void {
    if (instance === null) return
    shell.setHome(null)
    instance.show('user')
  }

  /** Something the person asked for; where it cannot be, nothing happens, as on a phone. */
  function move(run: () => Promise<void> | undefined): void {
    run()?.catch((error: unknown) => log.add('host', [error]))
  }

  function goBack(): void {
    move(() => instance?.stack.back(1))
  }

  function navigate(running: Instance, openType: string, target: string, delta: number): void {
    const routes = {
      navigate: 'navigateTo',
      redirect: 'redirectTo',
      reLaunch: 'reLaunch',
      switchTab: 'switchTab',
    } as const
    if (openType === 'navigateBack') return move(() => running.stack.back(delta))
    const route = routes[openType as keyof typeof routes]
    if (route !== undefined) move(() => running.stack.go(route, target))
  }

  function showWebView(running: Instance, element: HTMLElement, src: string): void {
    openWebView(element, src, {
      isOpenToAll: options.webView === 'open',
      businessDomains: options.businessDomains,
      frameUrl: (url) => input.frameUrl?.(url, options.webViewReferer ?? undefined) ?? url,
      theme: options.theme,
      onDone: goBack,
      emit: (source, type, detail) => {
        if (type === 'error') log.add('host', [`web-view: 不支持打开非业务域名 ${src}`])
        if (type === 'error' && options.webView === 'silent') return
        running.scope.setTimeout(() => running.backend.dispatch(source, type, detail, { bubbles: false }))
      },
    })
  }

  function measures(): Measures {
    const screenWidth = shell.root.clientWidth || 390
    const screenHeight = shell.root.clientHeight || 844
    const isCustom = instance?.stack.top?.window.navigationStyle === 'custom'
    const windowHeight = screenHeight - (isCustom ? 0 : statusBarHeight + barHeight)
    return { screenWidth, screenHeight, statusBarHeight, windowHeight, bottomInset }
  }

  function drawBars(): void {
    waiting.changed()
    const top = instance?.stack.top
    if (!instance || !top) return
    const { bar, background } = windowOf(packed, top, instance.stack.pages.length, pageTheme)
    shell.setBar(bar)
    shell.stage.style.background = background
    shell.setTabs(appConfig.tabBar, top.route)
  }

  function setNetwork(type: NetworkType): void {
    networkType = type
    instance?.emit('networkStatusChange', { isConnected: type !== 'none', networkType: type })
  }

  async function openMenu(): Promise<void> {
    const isOnline = networkType !== 'none'
    const choice = await overlays.showActionSheet(['转到后台', isOnline ? '断开网络' : '恢复网络', '结束小程序'])
    const actions = [hide, () => setNetwork(isOnline ? 'none' : 'wifi'), kill]
    if (choice !== null) actions[choice]?.()
  }

  return {
    ...hands,
    element: shell.root,
    page: () => instance?.stack.top?.route ?? '',
    pages: () => instance?.stack.pages.map(({ route }) => route) ?? [],
    back: goBack,
    hide,
    show,
    kill,
    relaunch: launch,
    get isRunning() {
      return instance !== null
    },
    setNetwork,
    clipboard: () => clipboard,
    waitFor: (what, timeoutMs = waitMs) =>
      typeof what === 'string'
        ? waiting.waitFor<HTMLElement>(() => hands.find(what), what, timeoutMs)
        : waiting.waitFor(what, what.toString(), timeoutMs),
    async idle() {
      for (let quiet = 0; quiet < 3;) {
        const before = hands.text()
        await new Promise((done) => setTimeout(done))
        if (requests > 0) await waiting.waitFor(() => requests === 0, 'requests to end', waitMs)
        quiet = requests === 0 && hands.text() === before ? quiet + 1 : 0
      }
    },
    log: log.lines,
    get setData() {
      return setData
    },
    setClock: shell.setClock,
    close() {
      kill()
      waiting.stop()
      mount.replaceChildren()
    },
  }
}

/** Images come from any host: they are loaded through the phone's own network, like its requests. */
function toImageUrl(src: string, frameUrl: (url: string) => string): string {
  return /^https?:/.test(src) ? frameUrl(src) : src
}

/** Where nothing is laid out (jsdom) there is nothing to style, and its parser trips over newer selectors. */
function addStyles(root: HTMLElement, styles: Readonly<Record<string, string>>): void {
  if (typeof CSS === 'undefined') return
  const { app, ...pages } = styles
  const style = root.ownerDocument.createElement('style')
  style.textContent = [app, ...Object.values(pages)].join('\n')
  root.prepend(style)
}
