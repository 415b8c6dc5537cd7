import { startLocalStack } from '../../../../mock-server/local/local-stack'

/**
 * The servers in a process of their own, as in life: a DOM and a server do not share globals well. Prints one line of
 * JSON when all listen, and ends with its input.
 */

export interface StackAddresses {
  readonly browserDoorUrl: string
  readonly merchantUrl: string
  readonly wechatUrl: string
  readonly wechatControl: string
  readonly qqUrl: string
  readonly mchid: string
  readonly appids: Readonly<Record<'weapp' | 'qq', string>>
}

async function appidOf(browserDoorUrl: string, phone: string): Promise<string> {
  const page = await (await fetch(`${browserDoorUrl}/phone/${phone}`)).text()
  return /"appid":"([^"]+)"/.exec(page)?.[1] ?? ''
}

async function main(): Promise<void> {
  const stack = await startLocalStack({ portBase: null, dataFolder: null, resolve: {}, logLevel: 'silent' })
  const { browserDoorUrl, merchantUrl, wechatUrl, wechatControl, qqUrl, mchid } = stack
  const appids = { weapp: await appidOf(browserDoorUrl, 'weapp'), qq: await appidOf(browserDoorUrl, 'qq') }
  const addresses: StackAddresses = {
    browserDoorUrl,
    merchantUrl,
    wechatUrl,
    wechatControl,
    qqUrl,
    mchid,
    appids,
  }
  process.stdout.write(`${JSON.stringify(addresses)}\n`)
  process.stdin.resume()
  process.stdin.on('end', () => void stack.close().then(() => process.exit(0)))
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
  process.exit(1)
})
