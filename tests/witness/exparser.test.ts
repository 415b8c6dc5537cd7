import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { distFolder } from '../../config/build-app'
import { compileChild } from '../../config/servers/build'
import { localAddresses } from '../../config/tool-build'
import { startLocalStack, type LocalStack } from '../../mock-server/local/local-stack'
import type { Journey, JourneyOptions } from './exparser/order-and-pay'
import { bringCompilers, whyNoCompilers } from './own-compilers'
import { describeWhere } from './whether'

const run = promisify(execFile)

/** exparser is what draws a page on a phone; ours are drawn by its successor glass-easel, and by nothing else in these tests. */
describeWhere(whyNoCompilers)('WeChat’s own component framework', () => {
  let stack: LocalStack
  beforeAll(async () => {
    stack = await startLocalStack({ portBase: null, dataFolder: null, resolve: {}, logLevel: 'silent' })
  })
  afterAll(() => stack.close())

  it('boots the build for WeChat’s tools, orders, pays and lands on 支付成功', async () => {
    const { merchant, bench } = localAddresses()
    const options: JourneyOptions = {
      dist: distFolder('devtools/weapp'),
      compilers: bringCompilers().package,
      places: { [merchant]: stack.merchantUrl, [bench]: stack.browserDoorUrl },
    }
    const program = await compileChild(path.join(__dirname, 'exparser/order-and-pay.ts'))
    const { stdout } = await run(process.execPath, [program, JSON.stringify(options)])
    const { pages, amount, payee, result, complaints } = JSON.parse(stdout) as Journey
    expect(pages).toEqual(['pages/goods/index', 'pages/checkout/index', 'packages/wallet/index', 'pages/result/index'])
    expect(amount).toMatch(/^¥(88|96)\.00$/)
    expect(payee).toContain('山茶小铺')
    expect(result).toContain('支付成功')
    expect(complaints).toEqual([])
  })
})
