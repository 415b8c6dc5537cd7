import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { distFolder } from '../../config/build-app'
import { compileChild } from '../../config/servers/build'
import { localAddresses } from '../../config/tool-build'
import { openInstallation, type Installation } from '../../mock-server/local/installation'
import { startLocalStack, type LocalStack } from '../../mock-server/local/local-stack'
import type { Journey, JourneyOptions } from './exparser/order-and-pay'
import { bringCompilers, whyNoCompilers } from './own-compilers'
import { describeWhere } from './whether'

const run = promisify(execFile)

/** exparser is what draws a page on a phone; ours are drawn by its successor glass-easel, and by nothing else in these tests. */
describeWhere(whyNoCompilers)('WeChat’s own component framework', () => {
  let installation: Installation
  let stack: LocalStack
  beforeAll(async () => {
    installation = await openInstallation(null)
    stack = await startLocalStack({ portBase: null, dataFolder: null, resolve: {}, logLevel: 'silent', installation })
  })
  afterAll(() => stack.close())

  async function orderAndPay(options: Omit<JourneyOptions, 'compilers'>): Promise<Journey> {
    const program = await compileChild(path.join(__dirname, 'exparser/order-and-pay.ts'))
    const all: JourneyOptions = { ...options, compilers: bringCompilers().package }
    const { stdout } = await run(process.execPath, [program, JSON.stringify(all)])
    return JSON.parse(stdout) as Journey
  }

  it('boots the build for WeChat’s tools, orders, pays in its wallet and lands on 支付成功', async () => {
    const { merchant, bench } = localAddresses()
    const journey = await orderAndPay({
      dist: distFolder('devtools/weapp'),
      places: { [merchant]: stack.merchantUrl, [bench]: stack.browserDoorUrl },
      wechat: null,
    })
    expect(journey).toEqual({
      pages: ['pages/goods/index', 'pages/checkout/index', 'packages/wallet/index', 'pages/result/index'],
      wallet: { amount: expect.stringMatching(/^¥(88|96)\.00$/), payee: expect.stringContaining('山茶小铺') },
      result: expect.stringContaining('支付成功'),
      complaints: [],
    })
  })

  it('boots the build that is shipped, orders, pays through the host and lands on 支付成功', async () => {
    const journey = await orderAndPay({
      dist: distFolder('weapp'),
      places: { 'https://shop.example': stack.merchantUrl },
      wechat: { url: stack.wechatUrl, appid: installation.app.appid },
    })
    expect(journey).toEqual({
      pages: ['pages/goods/index', 'pages/checkout/index', 'pages/result/index'],
      wallet: null,
      result: expect.stringContaining('支付成功'),
      complaints: [],
    })
  })
})
