import { createHostMap } from '../../mock-server/kit/http/host-map'
import { createMerchant, type MerchantOptions } from '../../mock-server/merchant/create-merchant'
import { createWechatSimulator } from '../../mock-server/simulator/wechat/create-wechat-simulator'
import {
  createAppIdentity,
  createMerchantIdentity,
  createPlatformIdentity,
} from '../../mock-server/simulator/wechat/identity'

/** One server of the part "growing", in a process of its own. Speaks with its parent: one answer to each message. */

export type GrowingOrder =
  | { readonly kind: 'simulators'; readonly hosts: Record<string, string> }
  | { readonly kind: 'merchant'; readonly hosts: Record<string, string>; readonly options: PlainOptions }
  | { readonly kind: 'cpu' }
  | { readonly kind: 'close' }

/** Options that survive being sent. */
type PlainOptions = Omit<MerchantOptions, 'hostMap' | 'clock' | 'transportClock' | 'logger' | 'scheduler'>

export interface Simulators {
  readonly url: string
  readonly wechat: MerchantOptions['wechat']
}

let close = async (): Promise<void> => {}

async function obey(order: GrowingOrder): Promise<unknown> {
  switch (order.kind) {
    case 'simulators': {
      const app = createAppIdentity()
      const merchant = await createMerchantIdentity({ appids: [app.appid] })
      const platform = await createPlatformIdentity()
      const hostMap = createHostMap(order.hosts)
      const wechat = await createWechatSimulator({ hostMap, apps: [app], merchants: [merchant], platform })
      close = () => wechat.close()
      const { appid, secret } = app
      const { mchid, serial, privateKey, apiV3Key } = merchant
      const simulators: Simulators = {
        url: wechat.url,
        wechat: { appid, secret, mchid, merchantSerialNo: serial, merchantPrivateKey: privateKey, apiV3Key },
      }
      return simulators
    }
    case 'merchant': {
      const merchant = await createMerchant({ ...order.options, hostMap: createHostMap(order.hosts) })
      close = () => merchant.close()
      return merchant.url
    }
    case 'cpu': {
      const { user, system } = process.cpuUsage()
      return (user + system) / 1_000_000
    }
    case 'close':
      return close()
  }
}

process.on('message', (order: GrowingOrder) => {
  obey(order).then(
    (value) => process.send?.({ value }),
    (error: unknown) => process.send?.({ error: error instanceof Error ? error.stack : String(error) }),
  )
})
process.on('disconnect', () => process.exit(0))
