import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { BrowserServer } from 'playwright-core'
import { openInstallation, type Installation } from '../../../mock-server/local/installation'
import { startLocalStack, type LocalStack, type LocalStackOptions } from '../../../mock-server/local/local-stack'
import { launchBrowserServer } from '../browser'

/**
 * The browsers and the servers of the e2e tests, in one process: it makes the keys of a run once, packs each mini program once,
 * and works on a core of its own while a test looks at the screen. Each test still has servers and a browser context of its own.
 */

export type Shop = NonNullable<LocalStackOptions['shop']>
export type StackAddresses = Omit<LocalStack, 'close'>

/** The parent is told this once. */
export interface SharedAddress {
  readonly url: string
}

let keys: Promise<Installation> | null = null
const readKeys = (): Promise<Installation> => (keys ??= openInstallation(null))

const stacks = new Map<string, LocalStack>()
let stacksStarted = 0

async function startStack(shop: Shop): Promise<{ readonly id: string; readonly addresses: StackAddresses }> {
  const { close, ...addresses } = await startLocalStack({
    portBase: null,
    dataFolder: null,
    installation: await readKeys(),
    resolve: {},
    logLevel: 'silent',
    shop: { initialStock: 20, ...shop },
  })
  const id = String((stacksStarted += 1))
  stacks.set(id, { close, ...addresses })
  return { id, addresses }
}

async function closeStack(id: string): Promise<void> {
  const stack = stacks.get(id)
  stacks.delete(id)
  await stack?.close()
}

/** One for each worker of Jest: the pages of a browser share its clipboard. */
const browsers = new Map<string, Promise<BrowserServer>>()

function startBrowser(worker: string): Promise<BrowserServer> {
  const known = browsers.get(worker) ?? launchBrowserServer()
  browsers.set(worker, known)
  return known
}

async function answer(method: string, [kind, name = '']: readonly string[], body: string): Promise<unknown> {
  switch (`${method} ${kind}`) {
    case 'POST stacks':
      return startStack(JSON.parse(body) as Shop)
    case 'DELETE stacks':
      return (await closeStack(name), {})
    case 'GET keys':
      return readKeys()
    case 'GET browsers':
      return { wsEndpoint: (await startBrowser(name)).wsEndpoint() }
    default:
      throw new Error(`Nobody answers ${method} ${kind}.`)
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

const server = createServer((request, response) => {
  const parts = (request.url ?? '').split('/').slice(1)
  readBody(request)
    .then((body) => answer(request.method ?? '', parts, body))
    .then(
      (value) => response.end(JSON.stringify(value)),
      (error: unknown) => {
        response.statusCode = 500
        response.end(error instanceof Error ? error.stack : String(error))
      },
    )
})

async function end(): Promise<void> {
  await Promise.allSettled([...browsers.values()].map(async (browser) => (await browser).kill()))
  process.exit(0)
}

server.listen(0, '127.0.0.1', () => {
  const address: SharedAddress = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
  process.send?.(address)
})
// Jest has ended, in whatever way.
process.on('disconnect', () => void end())
