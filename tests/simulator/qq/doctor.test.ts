import type { Diagnosis } from '../../../mock-server/simulator/kit/diagnosis'
import { newestDiagnosis } from '../support/diagnoses'
import { callJson } from '../support/merchant-client'
import { createQqWorld, type QqWorld } from '../support/qq-world'

describe('the doctor, over the way through QQ (group 15)', () => {
  let world: QqWorld
  beforeAll(async () => {
    world = await createQqWorld()
  })
  afterAll(() => world.close())
  beforeEach(async () => {
    await callJson('POST', `${world.qq.controlUrl}/control/reset`, {})
    await callJson('POST', `${world.wechat.controlUrl}/control/reset`, {})
  })

  const newest = (): Promise<Diagnosis | undefined> => newestDiagnosis(world.qq.controlUrl)
  const checkUrl = (url: string, appid = world.qq.apps[0]!.appid) =>
    callJson('POST', `${world.qq.url}/client/check-wx-url`, { appid, url })

  it('names a notify_url that is not the proxy’s, with the right one beside it', async () => {
    const number = world.newNumber()
    const body = world.orderBody(number, { notify_url: 'https://shop.example/notify/wechat' })
    const answer = await world.orderThroughProxy(number, { body })
    expect(answer).toMatchObject({ status: 200, json: { errcode: 9031 } })
    expect(await newest()).toMatchObject({
      group: 15,
      finding: 'NOTIFY_URL_NOT_QQ',
      proved: true,
      where: 'proxy',
      mchid: world.mchid,
      out_trade_no: number,
      expected: `https://api.q.qq.com/wxpay/v3/notify/${world.mchid}/${number}`,
      received: 'https://shop.example/notify/wechat',
      first_difference: 'https://'.length,
    })
  })

  it.each<[string, string, () => Promise<unknown>]>([
    ['a token that is none', 'TOKEN_REFUSED', () => world.orderThroughProxy(world.newNumber(), { token: 'x' })],
    ['a body that is no order', 'BODY_UNREADABLE', () => world.orderThroughProxy('x', { body: '<xml/>' })],
    [
      'a merchant who is not bound',
      'MERCHANT_NOT_BOUND',
      () => world.orderThroughProxy('x', { body: world.orderBody('order-x', { mchid: '1600000000' }) }),
    ],
    [
      'the QQ appid in the body',
      'WECHAT_APPID_NOT_BOUND',
      () => world.orderThroughProxy('x', { body: world.orderBody('order-x', { appid: world.qq.apps[0]!.appid }) }),
    ],
    [
      'the WeChat appid in the query',
      'APPID_UNKNOWN',
      () => world.orderThroughProxy('x', { query: `appid=${world.wechat.apps[0]!.appid}&access_token=x` }),
    ],
  ])('names %s', async (_case, finding, order) => {
    await order()
    expect(await newest()).toMatchObject({ group: 15, finding, proved: true })
  })

  it('names an address that was ordered directly at WeChat Pay, and one of another app', async () => {
    const direct = await world.merchant.post(
      '/v3/pay/transactions/h5',
      JSON.parse(world.orderBody(world.newNumber())) as object,
    )
    expect((await checkUrl(String(direct.json['h5_url']))).json).toEqual({ ok: false })
    expect(await newest()).toMatchObject({ group: 15, finding: 'URL_NOT_THROUGH_PROXY', where: 'url-check' })
    await checkUrl('https://shop.example/')
    expect(await newest()).toMatchObject({ finding: 'URL_NO_PAY_PAGE' })
    const { json } = await world.orderThroughProxy(world.newNumber())
    await checkUrl(String(json['h5_url']), '1199999999')
    expect(await newest()).toMatchObject({ finding: 'URL_OF_OTHER_APP' })
  })

  it('says nothing of an order that goes through, and of its address', async () => {
    const { json } = await world.orderThroughProxy(world.newNumber())
    expect((await checkUrl(String(json['h5_url']))).json).toEqual({ ok: true })
    expect(await newest()).toBeUndefined()
    expect(await newestDiagnosis(world.wechat.controlUrl)).toBeUndefined()
  })

  it.each([
    ['with its query', (target: string) => target],
    ['without its query', (target: string) => target.replace(/\?.*/, '')],
    ['without /wxpay, with its query', (target: string) => target.replace('/wxpay', '')],
  ])('lets WeChat Pay name a signature over the proxied address %s, and shows no token', async (_case, signed) => {
    const token = await world.fetchToken()
    const query = `appid=${world.qq.apps[0]!.appid}&access_token=${token}&real_notify_url=https%3A%2F%2Fshop.example%2Fn`
    const signedTarget = signed(`/wxpay/v3/pay/transactions/h5?${query}`)
    expect((await world.orderThroughProxy(world.newNumber(), { query, signedTarget })).status).toBe(401)
    expect(await newest()).toMatchObject({ finding: 'REFUSED_BY_WECHAT', proved: false })
    const found = await newestDiagnosis(world.wechat.controlUrl)
    expect(found).toMatchObject({ group: 1, finding: 'PROXY_TARGET_SIGNED', proved: true })
    expect(JSON.stringify(found)).not.toContain(token)
  })

  it('tells each as an event, and forgets all when it is reset', async () => {
    const stream = await fetch(`${world.qq.controlUrl}/control/events`)
    const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader()
    await checkUrl('https://shop.example/')
    let heard = ''
    while (!heard.includes('URL_NO_PAY_PAGE')) heard += (await reader.read()).value ?? ''
    await reader.cancel()
    expect(heard).toContain('"type":"diagnosis"')
    await callJson('POST', `${world.qq.controlUrl}/control/reset`, {})
    expect(await newest()).toBeUndefined()
    expect((await callJson('GET', `${world.qq.controlUrl}/control/diagnoses?limit=0`)).status).toBe(400)
  })
})
