import { createRequire } from 'node:module'
import path from 'node:path'

/**
 * What WeChat has around its component framework, as little as this bundle needs: App, Page, the page stack and wx. The
 * framework itself is WeChat's own, exparser, by miniprogram-simulate with the official compiler of templates.
 */

type Query = Readonly<Record<string, string>>
type Method = (this: unknown, ...args: unknown[]) => unknown
type Definition = Readonly<Record<string, unknown>>

/** A node of exparser: what is drawn, and what listens. */
interface ExparserNode {
  readonly id?: string
  readonly childNodes?: readonly ExparserNode[]
  readonly shadowRoot?: ExparserNode
  readonly textContent?: string
}

interface Drawn {
  readonly dom: HTMLElement
  readonly instance: Record<string, Method | undefined> & { route?: string }
  readonly _exparserNode: ExparserNode
  attach(parent: HTMLElement): void
  detach(): void
}

interface Simulate {
  load(page: string, options: object): string
  render(id: string): Drawn
}
interface Exparser {
  triggerEvent(node: ExparserNode, name: string, detail: object, options: object): void
}

interface OpenPage {
  readonly route: string
  readonly drawn: Drawn
}

export interface HostOptions {
  /** A build for WeChat. */
  readonly dist: string
  readonly document: Document
  /** What the build calls, and where that is here. */
  readonly places: Readonly<Record<string, string>>
  /** WeChat's own servers, for a build that signs in and pays through the host; null: the host knows of none. */
  readonly wechat: WechatServers | null
}

export interface WechatServers {
  readonly url: string
  readonly appid: string
}

export interface Host {
  /** Runs app.js and opens the first page. */
  start(first: string): void
  /** Route of the page on top. */
  page(): string
  /** The routes of all pages that were opened, in their order. */
  readonly opened: readonly string[]
  /** The element of this id on the page on top; null where there is none. */
  find(id: string): ExparserNode | null
  tap(node: ExparserNode): void
  text(node?: ExparserNode): string
}

const load = createRequire(__filename)

export function createHost({ dist, document, places, wechat }: HostOptions): Host {
  const stack: OpenPage[] = []
  const opened: string[] = []
  const app: { current: Record<string, Method | undefined> } = { current: {} }
  const global = globalThis as unknown as Record<string, unknown>
  global['wx'] = { ...createWx(places, { go, back }), ...(wechat && createPayer(wechat)) }
  global['getApp'] = () => app.current
  global['getCurrentPages'] = () => stack.map(({ drawn }) => drawn.instance)
  global['App'] = (definition: typeof app.current) => void (app.current = definition)
  const simulate = load('miniprogram-simulate') as Simulate
  const exparser = load('miniprogram-exparser') as Exparser
  const component = global['Component'] as (definition: object) => void
  global['Page'] = (definition: Definition) => component(toComponent(definition))

  function open(url: string): void {
    const { route, query } = splitUrl(url)
    const id = simulate.load(path.join(dist, route), { rootPath: dist, compiler: 'official', compilerOptions })
    const drawn = simulate.render(id)
    const { instance } = drawn
    Object.assign(instance, { route, __route__: route, options: query, is: route })
    drawn.attach(document.body)
    const page = { route, drawn }
    stack.push(page)
    opened.push(route)
    call(page, 'onLoad', query)
    call(page, 'onShow')
    call(page, 'onReady')
  }

  function close(page: OpenPage | undefined): void {
    if (page === undefined) return
    call(page, 'onUnload')
    page.drawn.detach()
  }

  function call({ drawn }: OpenPage, name: string, ...args: unknown[]): void {
    drawn.instance[name]?.(...args)
  }

  function go(verb: 'navigateTo' | 'redirectTo' | 'reLaunch', url: string): void {
    if (verb === 'navigateTo' && stack.length > 0) call(stack.at(-1)!, 'onHide')
    if (verb === 'redirectTo') close(stack.pop())
    if (verb === 'reLaunch') for (const page of stack.splice(0).reverse()) close(page)
    open(url)
  }

  function back(delta: number): void {
    for (const page of stack.splice(Math.max(1, stack.length - delta)).reverse()) close(page)
    call(stack.at(-1)!, 'onShow')
  }

  const top = (): ExparserNode => stack.at(-1)!.drawn._exparserNode

  return {
    opened,
    start(first) {
      load(path.join(dist, 'app.js'))
      const launch = { path: first, query: {}, scene: 1001, referrerInfo: {} }
      app.current['onLaunch']?.(launch)
      app.current['onShow']?.(launch)
      open(`/${first}`)
    },
    page: () => stack.at(-1)?.route ?? '',
    find: (id) => [...nodesOf(top())].find((node) => node.id === id) ?? null,
    tap: (node) =>
      exparser.triggerEvent(node, 'tap', { x: 0, y: 0 }, { bubbles: true, composed: true, capturePhase: true }),
    text: (node = top()) =>
      [...nodesOf(node)].map(({ childNodes, textContent }) => (childNodes ? '' : textContent)).join(''),
  }
}

/** wcc's result is larger than its wrapper expects. */
const compilerOptions = { maxBuffer: 64 * 1024 * 1024 }

/** A page is a component whose functions are its methods and which the app's styles reach. */
function toComponent(definition: Definition): object {
  const isMethod = ([, value]: readonly [string, unknown]): boolean => typeof value === 'function'
  const entries = Object.entries(definition)
  return {
    options: { addGlobalClass: true },
    data: definition['data'],
    methods: Object.fromEntries(entries.filter(isMethod)),
  }
}

/** A node and all that is drawn below it, shadow trees included. */
function* nodesOf(node: ExparserNode): Generator<ExparserNode> {
  yield node
  if (node.shadowRoot) yield* nodesOf(node.shadowRoot)
  for (const child of node.childNodes ?? []) yield* nodesOf(child)
}

function splitUrl(url: string): { readonly route: string; readonly query: Query } {
  const { pathname, searchParams } = new URL(url, 'https://page.example')
  return { route: pathname.slice(1), query: Object.fromEntries(searchParams) }
}

interface Ways {
  go(verb: 'navigateTo' | 'redirectTo' | 'reLaunch', url: string): void
  back(delta: number): void
}
interface Call {
  readonly url?: string
  readonly method?: string
  readonly data?: unknown
  readonly header?: Record<string, string>
  readonly delta?: number
  readonly timeStamp?: string
  readonly nonceStr?: string
  readonly package?: string
  readonly signType?: string
  readonly paySign?: string
  success?(result: object): void
  fail?(error: { readonly errMsg: string }): void
  complete?(): void
}

/** Answers later, as a host does. */
function answering(name: string, run: (call: Call) => object | void | Promise<object | void>) {
  return (call: Call = {}): void => {
    const answer = async (): Promise<void> => {
      try {
        call.success?.({ errMsg: `${name}:ok`, ...(await run(call)) })
      } catch (error) {
        call.fail?.({ errMsg: `${name}:fail ${error instanceof Error ? error.message : String(error)}` })
      }
      call.complete?.()
    }
    // What a callback throws ends the process, as it should.
    setImmediate(() => void answer())
  }
}

/** The calls of the host that the bundle makes. */
function createWx(places: HostOptions['places'], { go, back }: Ways): object {
  const kept = new Map<string, unknown>()
  const quiet = ['setNavigationBarTitle', 'setNavigationBarColor', 'stopPullDownRefresh', 'setClipboardData']
  return {
    ...Object.fromEntries(quiet.map((name) => [name, answering(name, () => undefined)])),
    request: answering('request', (call) => request(places, call)),
    login: answering('login', () => ({ code: 'of-the-tool' })),
    chooseAddress: answering('chooseAddress', () => address),
    navigateTo: answering('navigateTo', ({ url = '' }) => go('navigateTo', url)),
    redirectTo: answering('redirectTo', ({ url = '' }) => go('redirectTo', url)),
    reLaunch: answering('reLaunch', ({ url = '' }) => go('reLaunch', url)),
    navigateBack: answering('navigateBack', ({ delta = 1 }) => back(delta)),
    getStorageSync: (key: string) => kept.get(key) ?? '',
    setStorageSync: (key: string, value: unknown) => void kept.set(key, value),
    removeStorageSync: (key: string) => void kept.delete(key),
    getSystemInfoSync: () => ({ platform: 'devtools', SDKVersion: '3.8.0', language: 'zh_CN', theme: 'light' }),
    canIUse: () => true,
    onNetworkStatusChange: () => undefined,
    offNetworkStatusChange: () => undefined,
  }
}

/** The payer's WeChat: it signs in at its own servers, and pays what its cashier opens. */
function createPayer({ url, appid }: WechatServers): object {
  const who = { appid, user: 'payer-1' }
  const post = async (path: string, body: object): Promise<Readonly<Record<string, string>>> => {
    const answer = await fetch(url + path, { method: 'POST', body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as Readonly<Record<string, string>>
  }
  return {
    login: answering('login', async () => ({ code: (await post('/client/login', who))['code'] })),
    requestPayment: answering('requestPayment', async ({ timeStamp, nonceStr, package: prepay, signType, paySign }) => {
      const call = { timeStamp, nonceStr, package: prepay, signType, paySign }
      const { cashier_id } = await post('/client/cashier', { ...who, ...call })
      await post(`/client/cashier/${cashier_id}/pay`, {})
    }),
  }
}

const address = {
  userName: '林小满',
  telNumber: '13800006621',
  provinceName: '浙江省',
  cityName: '杭州市',
  countyName: '西湖区',
  detailInfo: '龙井路 1 号',
  postalCode: '310013',
  nationalCode: '330106',
}

async function request(
  places: HostOptions['places'],
  { url = '', method = 'GET', data, header }: Call,
): Promise<object> {
  const [origin = '', place = ''] = Object.entries(places).find(([known]) => url.startsWith(known)) ?? []
  const answer = await fetch(place + url.slice(origin.length), {
    method,
    headers: header,
    ...(method !== 'GET' && { body: typeof data === 'string' ? data : JSON.stringify(data ?? {}) }),
  })
  const text = await answer.text()
  const isJson = /json/.test(answer.headers.get('content-type') ?? '')
  return {
    statusCode: answer.status,
    data: isJson ? JSON.parse(text) : text,
    header: Object.fromEntries(answer.headers),
  }
}
