import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createHostMap } from '../../mock-server/kit/http/host-map'
import { createWechatSimulator } from '../../mock-server/simulator/wechat/create-wechat-simulator'
import { createMerchantClient } from '../simulator/support/merchant-client'

const trades = 100
/** The whole schedule: the first attempt and fifteen repeats. */
const daySec = 24 * 3600 + 240

/** A hundred payments that a receiver refuses to the end, through a day of virtual time. @returns real seconds and deliveries */
export async function measureNotices(): Promise<{ readonly deliveries: number; readonly seconds: number }> {
  let deliveries = 0
  const receiver = createServer((request, response) => {
    deliveries += 1
    request.resume()
    response.writeHead(500).end()
  })
  await new Promise<void>((listening) => receiver.listen(0, '127.0.0.1', listening))
  const wechat = await createWechatSimulator({
    hostMap: createHostMap({ 'https://shop.example': `http://127.0.0.1:${(receiver.address() as AddressInfo).port}` }),
  })
  try {
    const [merchant] = wechat.merchants
    const [app] = wechat.apps
    const client = createMerchantClient(wechat.url, merchant!)
    await wechat.setStill(true)
    for (let index = 0; index < trades; index += 1) {
      const out_trade_no = `bench-${String(index).padStart(4, '0')}`
      const order = { appid: app!.appid, mchid: merchant!.mchid, description: 'tea', out_trade_no }
      const rest = { notify_url: 'https://shop.example/notify', amount: { total: 100 } }
      await client.post('/v3/pay/transactions/native', { ...order, ...rest })
      await wechat.pay(merchant!.mchid, out_trade_no)
    }
    const started = performance.now()
    await wechat.advance(daySec)
    return { deliveries, seconds: (performance.now() - started) / 1000 }
  } finally {
    await wechat.close()
    receiver.closeAllConnections()
    receiver.close()
  }
}
