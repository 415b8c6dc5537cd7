import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { HostName } from './packed-app'
import type { World } from './runtime/types'

export interface NodeWorldOptions {
  readonly platform: HostName
  /** Turns a real address into the one to call, e.g. `hostMap.resolve`. Default: as it is. */
  readonly resolve?: (url: string) => string
}

/** What servers see of the two phones. The addresses are from the block for documentation (RFC 5737). */
const clients: Readonly<Record<HostName, { address: string; userAgent: string; referer: string }>> = {
  weapp: {
    address: '203.0.113.11',
    userAgent:
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 MicroMessenger/8.0.50 NetType/WIFI',
    referer: 'https://servicewechat.com/devtools/page-frame.html',
  },
  qq: {
    address: '203.0.113.12',
    userAgent:
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 QQ/9.0.95 NetType/WIFI QQ_MiniApp',
    referer: 'https://appservice.qq.com/devtools/page-frame.html',
  },
}

/** The network of a phone that runs inside Node (jsdom): plain HTTP, with the headers that the real client adds. */
export function createNodeWorld({ platform, resolve = (url) => url }: NodeWorldOptions): World {
  const { address, userAgent, referer } = clients[platform]
  return ({ url, method, headers, body, signal }) =>
    new Promise((done, failed) => {
      const target = resolve(url)
      const send = target.startsWith('https:') ? httpsRequest : httpRequest
      const outgoing = send(
        target,
        {
          method,
          // Nothing may stay open behind a test.
          agent: false,
          headers: {
            referer,
            ...headers,
            'user-agent': userAgent,
            'x-forwarded-for': address,
            ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }),
          },
        },
        (answer) => {
          const chunks: Buffer[] = []
          answer.on('data', (chunk: Buffer) => chunks.push(chunk))
          answer.on('error', failed)
          answer.on('end', () =>
            done({
              status: answer.statusCode ?? 0,
              headers: Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, String(value)])),
              body: Buffer.concat(chunks).toString('utf8'),
            }),
          )
        },
      )
      outgoing.on('error', failed)
      signal?.addEventListener('abort', () => outgoing.destroy(new Error('aborted')))
      outgoing.end(body)
    })
}
