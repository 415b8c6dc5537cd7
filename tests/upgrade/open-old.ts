import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createHostMap, type HostMap } from '../../mock-server/kit/http/host-map'
import { openInstallation } from '../../mock-server/local/installation'
import { startLocalStack } from '../../mock-server/local/local-stack'
import { createMerchant, type MerchantOptions } from '../../mock-server/merchant/create-merchant'
import { createQqSimulator } from '../../mock-server/simulator/qq/create-qq-simulator'
import { createWechatSimulator } from '../../mock-server/simulator/wechat/create-wechat-simulator'
import { askFile, copyFolder, copyPostgres, readRows, type OldRows } from './old-data'
import type { OpenedWorld } from './old-world'

/** Today's servers on a fresh copy of the old data. */

/** Acknowledges in both protocols: of V3 the status counts, of V2 the body. */
const acknowledgement = '<xml><return_code><![CDATA[SUCCESS]]></return_code></xml>'

/** The back end at v2.example that the notifications of before did not reach. */
async function openOtherBackEnd() {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.setHeader('content-type', 'text/xml').end(acknowledgement))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close }
}

/** `npm run mock -- --sellers` on the folder that the old `npm run mock` kept. */
export async function openMockFolder(): Promise<OpenedWorld> {
  const { folder, file, remove } = copyFolder('mock')
  const rows = await readRows(askFile(file('merchant.db')))
  const other = await openOtherBackEnd()
  const stack = await startLocalStack({
    portBase: null,
    dataFolder: folder,
    logLevel: 'silent',
    sellers: true,
    resolve: { 'https://v2.example': other.url },
    shop: { rateLimits: false },
  })
  return {
    installation: await openInstallation(folder),
    merchantUrl: stack.merchantUrl,
    operatorUrl: stack.operatorUrl,
    wechatUrl: stack.wechatUrl,
    qqUrl: stack.qqUrl,
    control: stack.wechatControl,
    qqControl: stack.qqControl,
    rows,
    people: 'payer-',
    api: 'v3',
    sweep: () => new Promise((turn) => setTimeout(turn, 100)),
    async close() {
      await stack.close()
      await other.close()
      remove()
    },
  }
}

interface OldShop {
  readonly rows: OldRows
  readonly people: string
  readonly api: 'v2' | 'v3'
  readonly publicBase: string
  readonly store: Pick<MerchantOptions, 'dataFile' | 'databaseUrl'>
}

/** One of the two old shops, before the simulators that they shared. */
async function openShop(choose: (file: (name: string) => string) => OldShop, drop = async () => {}) {
  const { folder, file, remove } = copyFolder('shops')
  const { rows, people, api, publicBase, store } = choose(file)
  const installation = await openInstallation(folder)
  const { app, qqApp, merchant: identity, platform, operatorToken } = installation
  let hosts: HostMap = createHostMap({})
  const hostMap: HostMap = { resolve: (url) => hosts.resolve(url), has: (url) => hosts.has(url) }
  const other = await openOtherBackEnd()
  // Until the shop listens, notifications lead nowhere.
  hosts = createHostMap({
    'https://shop.example': 'http://127.0.0.1:1',
    'https://v2-shop.example': 'http://127.0.0.1:1',
  })
  const wechat = await createWechatSimulator({
    dataFile: file('wechat.db'),
    hostMap,
    platform,
    apps: [app],
    merchants: [identity],
  })
  const qq = await createQqSimulator({
    port: 0,
    dataFile: file('qq.db'),
    hostMap,
    apps: [qqApp],
    clock: { now: wechat.now },
  })
  const v2 = {
    apiKey: identity.apiKey,
    signType: 'MD5' as const,
    certificate: { cert: 'shown under TLS only', key: '-' },
  }
  const merchant = await createMerchant({
    ...store,
    port: 0,
    operatorPort: 0,
    operatorToken,
    hostMap,
    publicBase,
    wechat: {
      appid: app.appid,
      secret: app.secret,
      mchid: identity.mchid,
      ...(api === 'v2'
        ? { v2 }
        : {
            merchantSerialNo: identity.serial,
            merchantPrivateKey: identity.privateKey,
            apiV3Key: identity.apiV3Key,
          }),
    },
    qq: { appid: qqApp.appid, secret: qqApp.secret },
    trustLoopbackForwarded: true,
    welcome: 'everyone',
    clock: { now: wechat.now },
    scheduler: { every: () => () => {} },
    rateLimits: false,
  })
  hosts = createHostMap({
    // The other shop of this merchant is played by a back end that takes everything.
    'https://shop.example': other.url,
    'https://v2-shop.example': other.url,
    [publicBase]: merchant.url,
    'https://api.mch.weixin.qq.com': wechat.url,
    'https://api.weixin.qq.com': wechat.url,
    'https://wx.tenpay.com': wechat.url,
    'https://api.q.qq.com': qq.url,
  })
  const opened: OpenedWorld = {
    installation,
    merchantUrl: merchant.url,
    operatorUrl: merchant.operatorUrl ?? '',
    wechatUrl: wechat.url,
    qqUrl: qq.url,
    control: wechat.controlUrl,
    qqControl: qq.controlUrl,
    rows,
    people,
    api,
    sweep: () => merchant.sweep(),
    async close() {
      await merchant.close()
      await qq.close()
      await wechat.close()
      await other.close()
      await drop()
      remove()
    },
  }
  return opened
}

export async function openPostgresShop(): Promise<OpenedWorld> {
  const schema = await copyPostgres()
  const rows = await readRows((text) => schema.query(text))
  return openShop(
    () => ({
      rows,
      people: 'payer-',
      api: 'v3',
      publicBase: 'https://shop.example',
      store: { databaseUrl: schema.url },
    }),
    () => schema.drop(),
  )
}

export async function openV2Shop(): Promise<OpenedWorld> {
  const copy = copyFolder('shops')
  const rows = await readRows(askFile(copy.file('v2-merchant.db')))
  copy.remove()
  return openShop((file) => ({
    rows,
    people: 'v2-payer-',
    api: 'v2',
    publicBase: 'https://v2-shop.example',
    store: { dataFile: file('v2-merchant.db') },
  }))
}
