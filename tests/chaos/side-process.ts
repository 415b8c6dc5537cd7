import { createHostMap } from '../../mock-server/kit/http/host-map'
import { createMerchant } from '../../mock-server/merchant/create-merchant'
import { createQqSimulator } from '../../mock-server/simulator/qq/create-qq-simulator'
import type { QqAppIdentity } from '../../mock-server/simulator/qq/identity'
import { createWechatSimulator } from '../../mock-server/simulator/wechat/create-wechat-simulator'
import type { AppIdentity, MerchantIdentity, PlatformIdentity } from '../../mock-server/simulator/wechat/identity'

/** One side of the sides in a process of its own, so that it can be killed: the services, or the merchant. */

export interface Ports {
  readonly merchant: number
  readonly operator: number
  readonly wechat: number
  readonly wechatControl: number
  readonly qq: number
  readonly qqControl: number
}

export interface SideOptions {
  readonly role: 'services' | 'merchant'
  readonly folder: string
  readonly ports: Ports
  readonly app: AppIdentity
  readonly qqApp: QqAppIdentity
  readonly merchant: MerchantIdentity
  readonly platform: PlatformIdentity
  readonly operatorToken: string
  readonly initialStock: number
  readonly protocol: 'V3' | 'V2'
  /** Whose goods the shop sells; each cart is a combined order then. */
  readonly sellers: readonly { readonly sellerId: string; readonly subMchid: string }[]
  /** How far business time is ahead when it starts. */
  readonly offsetMs: number
}

/** What the parent says: how far business time is ahead, and to do now what is due. */
export interface SideCommand {
  readonly id: number
  readonly offsetMs: number
}

async function main(): Promise<void> {
  const options = JSON.parse(process.argv[2] ?? '{}') as SideOptions
  const { ports, folder } = options
  const at = (port: number): string => `http://127.0.0.1:${port}`
  const hostMap = createHostMap({
    'https://shop.example': at(ports.merchant),
    'https://api.mch.weixin.qq.com': at(ports.wechat),
    'https://api.weixin.qq.com': at(ports.wechat),
    'https://wx.tenpay.com': at(ports.wechat),
    'https://api.q.qq.com': at(ports.qq),
  })
  let { offsetMs } = options
  let due: () => Promise<void> = () => Promise.resolve()
  if (options.role === 'services') {
    await createQqSimulator({
      port: ports.qq,
      controlPort: ports.qqControl,
      dataFile: `${folder}/qq.db`,
      hostMap,
      apps: [options.qqApp],
      clock: { now: () => Date.now() + offsetMs },
    })
    await createWechatSimulator({
      port: ports.wechat,
      controlPort: ports.wechatControl,
      dataFile: `${folder}/wechat.db`,
      hostMap,
      apps: [options.app],
      merchants: [
        {
          ...options.merchant,
          subMerchants: options.sellers.map(({ subMchid }) => ({ mchid: subMchid, name: subMchid, appids: [] })),
        },
      ],
      platform: options.platform,
      signTestEvery: 7,
    })
  } else {
    const merchant = await createMerchant({
      port: ports.merchant,
      operatorPort: ports.operator,
      operatorToken: options.operatorToken,
      dataFile: `${folder}/merchant.db`,
      hostMap,
      publicBase: 'https://shop.example',
      wechat: {
        appid: options.app.appid,
        secret: options.app.secret,
        mchid: options.merchant.mchid,
        sellers: options.sellers,
        ...(options.protocol === 'V3'
          ? {
              merchantSerialNo: options.merchant.serial,
              merchantPrivateKey: options.merchant.privateKey,
              apiV3Key: options.merchant.apiV3Key,
            }
          : { v2: { apiKey: options.merchant.apiKey, certificate: { cert: 'shown under TLS only', key: '-' } } }),
      },
      qq: { appid: options.qqApp.appid, secret: options.qqApp.secret },
      trustLoopbackForwarded: true,
      clock: { now: () => Date.now() + offsetMs },
      scheduler: { every: () => () => undefined },
      rateLimits: false,
      initialStock: options.initialStock,
      automaticRefundMaxFen: 0,
      timeoutMs: 1500,
    })
    due = () => merchant.sweep()
  }
  process.on('message', (order: SideCommand) => {
    offsetMs = order.offsetMs
    due().then(
      () => process.send?.({ id: order.id }),
      (error: unknown) => process.send?.({ id: order.id, error: String(error) }),
    )
  })
  // The parent is gone: so is the sides.
  process.on('disconnect', () => process.exit(0))
  process.send?.({ ready: true })
}

void main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  process.exit(1)
})
