import { createWitness } from './axios-v3'
import type { MerchantIdentity } from '../../mock-server/simulator/wechat/identity'

/**
 * A merchant's program that knows nothing of simulators: the plugin calls its hard-coded host. HTTPS_PROXY and
 * NODE_EXTRA_CA_CERTS of its environment, which it doesn't read itself, are all that differs from life.
 */
async function main(merchant: MerchantIdentity, appid: string, openid: string): Promise<unknown> {
  const witness = createWitness('https://api.mch.weixin.qq.com/', merchant)
  const { mchid } = merchant
  const serials = await witness.learnCertificates()
  const common = {
    appid,
    mchid,
    description: '明前龙井',
    notify_url: 'https://shop.example/notify',
    amount: { total: 8800 },
  }
  const jsapi = await witness
    .at('v3/pay/transactions/jsapi')
    .post({ ...common, out_trade_no: 'real-host-1', payer: { openid } })
  const h5 = await witness.at('v3/pay/transactions/h5').post({
    ...common,
    out_trade_no: 'real-host-2',
    scene_info: { payer_client_ip: '203.0.113.13', h5_info: { type: 'Wap' } },
  })
  const asked = await witness.at('v3/pay/transactions/out-trade-no/real-host-1').get({ params: { mchid } })
  const closed = await witness.at('v3/pay/transactions/out-trade-no/real-host-2/close').post({ mchid })
  return { serials, jsapi: jsapi.data, h5: h5.data, asked: asked.data, closed: closed.status }
}

const [identity = '{}', appid = '', openid = ''] = process.argv.slice(2)
main(JSON.parse(identity) as MerchantIdentity, appid, openid).then(
  (result) => process.stdout.write(JSON.stringify(result)),
  (error: unknown) => {
    process.stderr.write(
      error instanceof Error ? `${String((error as { code?: unknown }).code)} ${error.message}` : String(error),
    )
    process.exitCode = 1
  },
)
