import type { WechatSimulatorOptions } from '../../../mock-server/simulator/wechat/options'
import { createSharedIdentities } from '../support/shared-identities'
import { createWechatWorld, v3, type WechatWorld } from '../support/wechat-world'

/** Where sources are silent or disagree, an option plays the other case. */

let world: WechatWorld
let shared: Awaited<ReturnType<typeof createSharedIdentities>>
beforeAll(async () => {
  shared = await createSharedIdentities()
})
afterEach(() => world.stop())
const start = async (options: WechatSimulatorOptions): Promise<void> => {
  world = await createWechatWorld({ ...shared, ...options })
}

describe('option burnUnknown', () => {
  it.each([
    [undefined, 400],
    [true, 400],
    [false, 200],
  ])('%s: a number that was closed before it was ordered gets %s', async (burnUnknown, status) => {
    await start({ ...(burnUnknown !== undefined && { burnUnknown }) })
    expect((await world.close('early-0001')).status).toBe(204)
    expect((await world.close('early-0001')).status).toBe(204)
    expect((await world.merchant.post(v3.jsapi, world.jsapiOrder('early-0001'))).status).toBe(status)
    const closed = await world.order()
    await world.close(closed)
    expect((await world.merchant.post(v3.jsapi, world.jsapiOrder(closed))).json).toMatchObject({ code: 'ORDER_CLOSED' })
  })
})

describe('option signRefusals', () => {
  it.each([
    [undefined, true],
    [false, false],
  ])('%s: a refusal of business is signed: %s; an answer always, a 401 never', async (signRefusals, isSigned) => {
    await start({ ...(signRefusals !== undefined && { signRefusals }) })
    const signature = async (target: string, spoil = {}): Promise<string | null> =>
      (await world.merchant.get(target, spoil)).headers.get('wechatpay-signature')
    const unknown = `/v3/pay/transactions/out-trade-no/nobody?mchid=${world.mchid}`
    expect((await signature(unknown)) !== null).toBe(isSigned)
    expect(await signature(v3.certificates)).not.toBeNull()
    expect(await signature(unknown, { signedTarget: '/' })).toBeNull()
  })
})
