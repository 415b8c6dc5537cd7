import {
  createAppIdentity,
  createMerchantIdentity,
  createPlatformIdentity,
} from '../../../mock-server/simulator/wechat/identity'
import type { WechatSimulatorOptions } from '../../../mock-server/simulator/wechat/options'

/** Keys take their time to make: for suites whose every test starts a simulator. */
export async function createSharedIdentities(): Promise<
  Required<Pick<WechatSimulatorOptions, 'apps' | 'merchants' | 'platform'>>
> {
  const app = createAppIdentity()
  const [merchant, platform] = await Promise.all([
    createMerchantIdentity({ appids: [app.appid] }),
    createPlatformIdentity(),
  ])
  return { apps: [app], merchants: [merchant], platform }
}
