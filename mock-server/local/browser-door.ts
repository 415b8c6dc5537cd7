import { existsSync, readFileSync } from 'node:fs'
import type { OutgoingHttpHeaders } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { projectFile } from '../kit/files'
import { endToEndHeaders, forward } from '../kit/http/forward'
import type { HostMap } from '../kit/http/host-map'
import { createHttpServer, listenOnLoopback } from '../kit/http/http-server'
import { guardLoopback } from '../kit/http/loopback-guard'
import { parseSdkEnv } from '../kit/sdk-env'

/** A file that a page loads. */
export interface Asset {
  readonly contentType: string
  readonly body: string | Buffer
}

export interface BrowserDoorOptions {
  readonly port: number
  /** Real names to local addresses, for what the phones call. */
  readonly hostMap: HostMap
  /** Local addresses that the phones may call as they are: those that the simulators hand out. */
  readonly localOrigins: readonly string[]
  readonly wechatControl: string
  readonly qqControl: string
  readonly operator: { readonly url: string; readonly token: string }
  /** The simulators of this installation, for the wallet inside an app that runs in WeChat's or QQ's own tool. */
  readonly tools: Readonly<Record<'weapp' | 'qq', ToolFacts>>
  /** What an SDK needs, for the console to show and for ctl. */
  readonly sdkEnvFile: string
  /** The phones' pages and scripts: path to asset. */
  readonly phone: (path: string, query: URLSearchParams) => Promise<Asset | null>
}

/** What a development build with the in-app wallet asks when it signs in and pays. */
export interface ToolFacts {
  /** The appid that the simulators know the app by: the tool's own one is another. */
  readonly appid: string
  /** Who holds the phone. */
  readonly user: string
  readonly wechat: string
  readonly qq: string
}

/** How each phone appears to servers. The addresses are from the block for documentation (RFC 5737). */
const phones: Record<string, { readonly address: string; readonly userAgent: string; readonly referer?: string }> = {
  weapp: {
    address: '203.0.113.11',
    userAgent:
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.50 NetType/WIFI Language/zh_CN',
    referer: 'https://servicewechat.com/devtools/page-frame.html',
  },
  qq: {
    address: '203.0.113.12',
    userAgent:
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 QQ/9.0.95 V1_IPH_SQ NetType/WIFI QQ_MiniApp',
    referer: 'https://appservice.qq.com/devtools/page-frame.html',
  },
  h5: {
    address: '203.0.113.13',
    userAgent:
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Mobile/15E148 Safari/604.1',
  },
}

const script = 'text/javascript; charset=utf-8'
const style = 'text/css; charset=utf-8'
const html = 'text/html; charset=utf-8'

/** Path to file and type. Everything a page loads is in this list: nothing else of the folder is served. */
const consoleFiles: Readonly<Record<string, readonly [file: string, contentType: string]>> = {
  '/bench': ['bench.html', html],
  '/console': ['console.html', html],
  ...Object.fromEntries(
    [
      ...['bench.js', 'bench-words.js', 'page.js', 'console.js', 'console-words.js', 'console-story.js'],
      ...['console-side.js', 'console-shop.js', 'virtual-list.js', 'bench.css', 'console.css', 'page.css'],
    ].map((file) => [`/console/${file}`, [file, file.endsWith('.js') ? script : style]]),
  ),
}

/** Headers of a browser page that the phone's own client would not send. */
const browserOnly = ['origin', 'referer', 'cookie', 'user-agent', 'x-forwarded-for', 'accept-encoding']

/**
 * The only origin that pages see: serves bench, console and phones, and forwards what the phones send. No other API needs CORS.
 * @returns its address and how to stop it
 */
export async function createBrowserDoor(options: BrowserDoorOptions): Promise<{ url: string; close(): Promise<void> }> {
  const server = createHttpServer({ bodyLimitBytes: 1_048_576 })
  // The tools are browsers inside, and say an Origin of their own: UNVERIFIED which.
  guardLoopback(
    server,
    (reply, message) => reply.code(403).send({ code: 'FORBIDDEN', message }),
    (path) => path.startsWith('/tools/'),
  )
  const localOrigins = new Set(options.localOrigins)

  server.get('/', (_request, reply) => reply.redirect('/bench'))
  server.get('/favicon.ico', (_request, reply) => reply.code(204).send())
  for (const [route, [file, contentType]] of Object.entries(consoleFiles)) {
    server.get(route, (_request, reply) =>
      reply
        .header('content-type', contentType)
        .header('cache-control', 'no-cache')
        .send(readFileSync(projectFile('mock-server/console', file))),
    )
  }

  server.get('/console/env', (_request, reply) =>
    existsSync(options.sdkEnvFile)
      ? reply.send(Object.fromEntries(parseSdkEnv(readFileSync(options.sdkEnvFile, 'utf8'))))
      : notFound(reply, 'sdk.env'),
  )

  server.get('/phone/*', async (request, reply) => {
    const { pathname, searchParams } = new URL(request.raw.url ?? '/', 'http://door')
    const asset = await options.phone(pathname, searchParams)
    if (asset === null) return notFound(reply, pathname)
    return reply.header('content-type', asset.contentType).header('cache-control', 'no-cache').send(asset.body)
  })

  for (const [client, facts] of Object.entries(options.tools)) server.get(`/tools/${client}`, () => facts)

  server.all('/world/:phone/:scheme/:host/*', (request, reply) => toTheWorld(request, reply))
  server.all('/control/wechat/*', (request, reply) =>
    passOn(request, reply, '/control/wechat', `${options.wechatControl}/control`),
  )
  server.all('/control/qq/*', (request, reply) => passOn(request, reply, '/control/qq', `${options.qqControl}/control`))
  server.all('/operator/*', (request, reply) =>
    passOn(request, reply, '', options.operator.url, { authorization: `Bearer ${options.operator.token}` }),
  )
  server.setNotFoundHandler((request, reply) => notFound(reply, request.url))

  const url = await listenOnLoopback(server, options.port)
  return { url, close: () => server.close() }

  /** Sends what a phone sends, with the headers that the phone's client would set: a page's script cannot. */
  function toTheWorld(request: FastifyRequest, reply: FastifyReply): unknown {
    const { phone, scheme, host } = request.params as { phone: string; scheme: string; host: string }
    const client = phones[phone]
    if (client === undefined || (scheme !== 'http' && scheme !== 'https')) return notFound(reply, request.url)
    const origin = `${scheme}://${host}`
    if (!URL.canParse(origin) || !(options.hostMap.has(origin) || localOrigins.has(origin))) {
      return reply.code(403).send({ code: 'HOST_UNKNOWN', message: `The phones of this bench cannot reach ${origin}.` })
    }
    const raw = request.raw.url ?? ''
    const { target, referer } = takeReferer(raw.slice(`/world/${phone}/${scheme}/${host}`.length))
    const headers: OutgoingHttpHeaders = {
      ...withoutFetchMetadata(endToEndHeaders(request.raw, browserOnly)),
      'user-agent': client.userAgent,
      'x-forwarded-for': client.address,
    }
    // A page inside a web-view has the Referer that its opener gave; the app's own calls have the host's.
    const isAppCall = request.headers['sec-fetch-dest'] === 'empty' || request.headers['sec-fetch-dest'] === undefined
    const shown = referer ?? (isAppCall ? client.referer : undefined)
    if (shown !== undefined) headers['referer'] = shown
    return forward(request, reply, options.hostMap.resolve(origin + target), headers)
  }

  function passOn(
    request: FastifyRequest,
    reply: FastifyReply,
    prefix: string,
    base: string,
    extra: OutgoingHttpHeaders = {},
  ): unknown {
    const target = base + (request.raw.url ?? '').slice(prefix.length)
    return forward(request, reply, target, { ...endToEndHeaders(request.raw, ['origin', 'cookie']), ...extra })
  }
}

function notFound(reply: FastifyReply, where: string): FastifyReply {
  return reply.code(404).send({ code: 'NOT_FOUND', message: `There is nothing at ${where}. Try /bench.` })
}

function withoutFetchMetadata(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !name.toLowerCase().startsWith('sec-')))
}

/** Cuts `__referer` out of the query and leaves every other byte as it was: targets may be signed. */
function takeReferer(target: string): { target: string; referer: string | undefined } {
  const question = target.indexOf('?')
  if (question < 0) return { target, referer: undefined }
  let referer: string | undefined
  const kept = target
    .slice(question + 1)
    .split('&')
    .filter((pair) => {
      if (!pair.startsWith('__referer=')) return true
      referer = decodeURIComponent(pair.slice('__referer='.length))
      return false
    })
  return { target: target.slice(0, question) + (kept.length > 0 ? `?${kept.join('&')}` : ''), referer }
}
