import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { OrderDetail } from '../../src/contract/api'
import { createHostMap } from '../../mock-server/kit/http/host-map'
import { createWechatSimulator, type WechatSimulator } from '../../mock-server/simulator/wechat/create-wechat-simulator'
import {
  createAppIdentity,
  createMerchantIdentity,
  createPlatformIdentity,
  type AppIdentity,
  type MerchantIdentity,
} from '../../mock-server/simulator/wechat/identity'
import { openAuthority } from '../../mock-server/tls/authority'
import { createTlsDoor, type TlsDoor } from '../../mock-server/tls/create-tls-door'
import { localNames } from '../../mock-server/tls/hosts'
import { startMerchantProcess, type MerchantProcess } from './support/processes'
import { createShopClient, nextRequestId, operatorToken } from './support/shop'

/** V2 over TLS, as in life: who wants to give money back shows the merchant's certificate in the handshake. */

const shopBase = 'https://shop.example'

let folder: string
let app: AppIdentity
let own: MerchantIdentity
let stranger: MerchantIdentity
let wechat: WechatSimulator
let door: TlsDoor
let merchant: MerchantProcess

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'v2-tls-'))
  app = createAppIdentity()
  const [mine, theirs, platform, authority] = await Promise.all([
    createMerchantIdentity({ appids: [app.appid] }),
    createMerchantIdentity({ appids: [app.appid] }),
    createPlatformIdentity(),
    openAuthority(null, localNames, () => Date.now()),
  ])
  own = mine
  stranger = theirs
  wechat = await createWechatSimulator({
    hostMap: {
      has: (url) => url.startsWith(shopBase),
      resolve: (url) => createHostMap({ [shopBase]: merchant.url }).resolve(url),
    },
    apps: [app],
    merchants: [own, stranger],
    platform,
  })
  door = await createTlsDoor({
    port: 0,
    proxyPort: 0,
    authority,
    companies: new Map(localNames.map((name) => [name, wechat.listener] as const)),
    localNames,
  })
  writeFileSync(path.join(folder, 'ca.pem'), authority.certificate)
})
afterEach(() => merchant.close())
afterAll(async () => {
  await door.close()
  await wechat.close()
  rmSync(folder, { recursive: true })
})

/** The same shop with its books on disk, started anew with this certificate. It trusts the door as an SDK would. */
async function startWith(certificate: { cert: string; key: string } | null) {
  const hosts = Object.fromEntries(
    ['https://api.mch.weixin.qq.com', 'https://api.weixin.qq.com'].map((real) => [real, door.url]),
  )
  merchant = await startMerchantProcess(
    hosts,
    {
      port: 0,
      operatorPort: 0,
      operatorToken,
      dataFile: path.join(folder, 'shop.db'),
      publicBase: shopBase,
      wechat: {
        appid: app.appid,
        secret: app.secret,
        mchid: own.mchid,
        v2: { apiKey: own.apiKey, ...(certificate && { certificate }) },
      },
      rateLimits: false,
      sweepEveryMs: 86_400_000,
    },
    { NODE_EXTRA_CA_CERTS: path.join(folder, 'ca.pem') },
  )
  return createShopClient(merchant)
}

const post = async (url: string, body: unknown) => {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  return (await answer.json()) as Record<string, string>
}
const refundsThere = async () =>
  ((await (await fetch(`${wechat.controlUrl}/control/refunds`)).json()) as { refunds: { status: string }[] }).refunds

interface Job {
  readonly id: number
  readonly kind: string
  readonly status: string
  readonly note: string | null
}

it('gives money back with the merchant’s certificate, and with no other nor without', async () => {
  let shop = await startWith(null)
  const refundJob = async () =>
    (await shop.operator<{ jobs: Job[] }>('/operator/jobs')).jobs.find(({ kind }) => kind === 'refund')!
  const tryAgain = async () => {
    expect((await shop.operate(`/operator/jobs/${(await refundJob()).id}/retry`)).status).toBe(200)
    await merchant.sweep()
  }

  // Everything else needs none.
  const { code } = await post(`${wechat.url}/client/login`, { appid: app.appid, user: 'payer-1' })
  const token = await shop.login('weapp', code)
  const { order, payment } = (await shop.order(token)).body
  if (payment?.kind !== 'requestPayment') throw new Error(`got ${JSON.stringify(payment)}`)
  const { kind: _kind, ...call } = payment
  const { cashier_id } = await post(`${wechat.url}/client/cashier`, { appid: app.appid, user: 'payer-1', ...call })
  await post(`${wechat.url}/client/cashier/${cashier_id}/pay`, {})
  await wechat.settled()
  expect((await shop.status(token, order.orderNo)).status).toBe('paid')

  const asked = await shop.call<{ order: OrderDetail }>('POST', `/api/orders/${order.orderNo}/refunds`, {
    token,
    body: { requestId: nextRequestId(), reason: '不想要了' },
  })
  const { refundNo } = asked.body.order.refund!
  await shop.operate(`/operator/refunds/${refundNo}/approve`)
  await merchant.sweep()
  expect(await refundJob()).toMatchObject({ status: 'dead', note: expect.stringContaining('certificate') })
  await merchant.close()

  shop = await startWith({ cert: stranger.certificate, key: stranger.privateKey })
  await tryAgain()
  expect(await refundJob()).toMatchObject({ status: 'dead', note: expect.stringContaining('CERT_ERROR') })
  expect(await refundsThere()).toEqual([])
  expect((await shop.status(token, order.orderNo)).status).toBe('refunding')
  await merchant.close()

  shop = await startWith({ cert: own.certificate, key: own.privateKey })
  await tryAgain()
  expect(await refundsThere()).toMatchObject([{ status: 'PROCESSING' }])
  await wechat.advance(4)
  await wechat.settled()
  expect(await shop.detail(token, order.orderNo)).toMatchObject({
    status: 'refunded',
    refunds: [{ refundNo, status: 'succeeded', amountFen: order.totalFen }],
  })
})
