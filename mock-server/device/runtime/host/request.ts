import { CallFailure, createCall, type ApiTable, type CallOptions } from '../call'
import type { WorldAnswer } from '../types'
import type { HostContext } from './context'

/** @see https://developers.weixin.qq.com/miniprogram/dev/framework/ability/network.html */
const requestsMax = 10
const timeoutMs = 60_000

/** For servers only: neither platform lets a mini program name them as a request domain. */
const serversOnly = new Set(['api.weixin.qq.com', 'api.mch.weixin.qq.com', 'api.q.qq.com'])

interface Running {
  readonly controller: AbortController
  /** Ends it with the text that the app will read. */
  stop(text: string): void
}

/**
 * `request`: any HTTP status is a success, only a missing answer fails. What runs for five seconds in the background is
 * interrupted, and nothing starts there.
 */
export function requestCalls(context: HostContext): ApiTable {
  const { instance, world } = context
  const running = new Set<Running>()
  const waiting: (() => void)[] = []
  let isAsleep = false

  instance.listeners('sleep').add(() => {
    isAsleep = true
    for (const one of [...running]) one.stop('interrupted')
  })
  instance.listeners('wake').add(() => void (isAsleep = false))
  instance.scope.onEnd(() => {
    for (const one of [...running]) one.stop('interrupted')
  })

  async function takeTurn(): Promise<void> {
    if (running.size >= requestsMax) await new Promise<void>((go) => waiting.push(go))
  }

  function exchange(options: CallOptions, hold: (one: Running) => void): Promise<Record<string, unknown>> {
    const controller = new AbortController()
    return new Promise((resolve, reject) => {
      const one: Running = {
        controller,
        stop(text) {
          reject(new CallFailure(text))
          controller.abort()
          finish()
        },
      }
      let isRunning = false
      const timer = setTimeout(() => one.stop('timeout'), Number(options['timeout'] ?? timeoutMs))
      hold(one)
      const finish = (): void => {
        clearTimeout(timer)
        if (!isRunning || !running.delete(one)) return
        context.onRequest(-1)
        waiting.shift()?.()
      }
      void start()

      async function start(): Promise<void> {
        try {
          const prepared = prepare(options, context.options.requestDomains)
          if (isAsleep) throw new CallFailure('interrupted')
          if (context.network.type() === 'none') throw offline()
          await takeTurn()
          if (controller.signal.aborted) return
          isRunning = true
          running.add(one)
          context.onRequest(1)
          const answer = await world({ ...prepared, signal: controller.signal })
          resolve(toResult(answer, options))
        } catch (error) {
          if (controller.signal.aborted) return
          reject(error instanceof CallFailure ? error : unreachable(error))
        } finally {
          finish()
        }
      }
    })
  }

  return {
    request(options: CallOptions) {
      let current: Running | undefined
      const call = createCall('request', instance.scope, (given) => exchange(given, (one) => void (current = one)))
      const answer = call(options)
      const task = { abort: () => current?.stop('abort') }
      // With callbacks the task is the answer; without, WeChat's promise carries the task's functions.
      return answer === undefined ? task : Object.assign(answer, task)
    },
  }
}

function offline(): CallFailure {
  return new CallFailure('errcode:-106 cronet_error_code:-106 error_msg:net::ERR_INTERNET_DISCONNECTED', {
    errno: 600001,
  })
}

function unreachable(error: unknown): CallFailure {
  const reason = error instanceof Error ? error.message : String(error)
  return new CallFailure(`errcode:-102 cronet_error_code:-102 error_msg:net::ERR_CONNECTION_REFUSED (${reason})`, {
    errno: 600001,
  })
}

function prepare(
  options: CallOptions,
  domains: HostContext['options']['requestDomains'],
): {
  url: string
  method: string
  headers: Record<string, string>
  body?: string
} {
  const { url, data } = options
  if (typeof url !== 'string' || !/^https?:\/\//.test(url) || !URL.canParse(url)) {
    throw new CallFailure(`invalid url "${String(url)}"`)
  }
  const { origin, hostname } = new URL(url)
  const isListed = domains === 'any' || (origin.startsWith('https:') && domains.includes(origin))
  if (!isListed || serversOnly.has(hostname)) throw new CallFailure('url not in domain list', { errno: 600002 })
  const method = String(options['method'] ?? 'GET').toUpperCase()
  const headers = toHeaders(options['header'])
  if (method === 'GET' || method === 'HEAD') return { url: withQuery(url, data), method, headers }
  headers['content-type'] ??= 'application/json'
  return { url, method, headers, body: toBody(data, headers['content-type']) }
}

function toHeaders(header: unknown): Record<string, string> {
  const pairs = Object.entries((header ?? {}) as Record<string, unknown>)
    .map(([name, value]) => [name.toLowerCase(), String(value)] as const)
    // The host's own: an app cannot set it.
    .filter(([name]) => name !== 'referer')
  return Object.fromEntries(pairs)
}

function withQuery(url: string, data: unknown): string {
  if (typeof data !== 'object' || data === null) return url
  const query = formEncode(data as Record<string, unknown>)
  return query === '' ? url : `${url}${url.includes('?') ? '&' : '?'}${query}`
}

function toBody(data: unknown, contentType: string): string {
  if (data === undefined || data === null) return ''
  if (typeof data === 'string') return data
  if (contentType.includes('x-www-form-urlencoded')) return formEncode(data as Record<string, unknown>)
  return JSON.stringify(data)
}

function formEncode(data: Record<string, unknown>): string {
  const text = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value))
  return Object.entries(data)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(text(value))}`)
    .join('&')
}

function toResult(answer: WorldAnswer, options: CallOptions): Record<string, unknown> {
  const wantsJson = (options['dataType'] ?? 'json') === 'json'
  return {
    data: wantsJson ? parseOrKeep(answer.body) : answer.body,
    statusCode: answer.status,
    header: answer.headers,
    cookies: [],
  }
}

/** JSON where it is JSON; anything else stays text, and no failure is made of it. */
function parseOrKeep(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch (error) {
    if (error instanceof SyntaxError) return text
    throw error
  }
}
