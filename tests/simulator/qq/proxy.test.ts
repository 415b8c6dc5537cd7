import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { readCertificate } from '../../../mock-server/crypto/read-certificate'
import { verifyRsaSha256 } from '../../../mock-server/crypto/rsa'
import { qqNotifyUrl } from '../../../mock-server/wire/qq'
import { v3ResponseMessage } from '../../../mock-server/wire/v3-signing'
import { callJson, type Answer } from '../support/merchant-client'
import { createQqWorld, realNotifyUrl, type ProxyCall, type QqWorld } from '../support/qq-world'

describe('QQ’s pay proxy and relay', () => {
  let world: QqWorld

  beforeAll(async () => {
    world = await createQqWorld()
  })
  beforeEach(async () => {
    await world.restartQq()
    world.receiver.answerWith((response) => response.writeHead(204).end())
    world.receiver.received.length = 0
  })
  afterAll(() => world.close())

  describe('the pay proxy', () => {
    it('passes WeChat’s answer and its signature on, byte for byte', async () => {
      const { status, headers, text, json } = await world.orderThroughProxy(world.newNumber())
      expect(status).toBe(200)
      expect(json['h5_url']).toMatch(/checkmweb\?prepay_id=wx\w{34}&package=\d+$/)
      const { publicKey } = readCertificate(world.wechat.platform.certificate)
      const message = v3ResponseMessage(headers.get('wechatpay-timestamp')!, headers.get('wechatpay-nonce')!, text)
      expect(verifyRsaSha256(publicKey, message, headers.get('wechatpay-signature')!)).toBe(true)
      expect(headers.get('wechatpay-serial')).toBe(world.wechat.platform.serial)
    })

    it('takes the double ampersand of QQ’s own manual', async () => {
      const query = `appid=${world.qq.apps[0]!.appid}&access_token=${await world.fetchToken()}&&real_notify_url=${encodeURIComponent(realNotifyUrl)}`
      expect((await world.orderThroughProxy(world.newNumber(), { query })).json).toHaveProperty('h5_url')
    })

    it('gets WeChat’s 401 for a merchant who signed the proxy’s own path', async () => {
      const answer = await world.orderThroughProxy(world.newNumber(), { signedTarget: '/wxpay/v3/pay/transactions/h5' })
      expect(answer.status).toBe(401)
      expect(answer.json).toMatchObject({ code: 'SIGN_ERROR' })
    })

    it('passes WeChat’s own refusals on', async () => {
      const outTradeNo = world.newNumber()
      const answer = await world.orderThroughProxy(outTradeNo, {
        body: world.orderBody(outTradeNo, { amount: { total: 0 } }),
      })
      expect(answer).toMatchObject({ status: 400, json: { code: 'PARAM_ERROR' } })
    })

    it.each<[string, number, (outTradeNo: string) => ProxyCall]>([
      ['a body that is no JSON', 9034, () => ({ body: '{"mchid":' })],
      ['a body that is a list', 9034, () => ({ body: '[]' })],
      ['another merchant', 9030, (no) => ({ body: world.orderBody(no, { mchid: '1900000001' }) })],
      ['the merchant’s own notify_url', 9031, (no) => ({ body: world.orderBody(no, { notify_url: realNotifyUrl }) })],
      [
        'the notify_url of another order',
        9031,
        (no) => ({ body: world.orderBody(no, { notify_url: qqNotifyUrl(world.mchid, 'x') }) }),
      ],
      ['an unknown token', -3000, () => ({ token: 'x' })],
    ])('refuses %s', async (_case, errcode, spoil) => {
      const outTradeNo = world.newNumber()
      const { status, json } = await world.orderThroughProxy(outTradeNo, spoil(outTradeNo))
      expect(status).toBe(200)
      expect(json).toEqual({ errcode, errmsg: expect.any(String) })
      const known = await world.merchant.get(`/v3/pay/transactions/out-trade-no/${outTradeNo}?mchid=${world.mchid}`)
      expect(known.status).toBe(404)
    })

    it('refuses the QQ appid, or another WeChat app, in the body', async () => {
      for (const appid of [world.qq.apps[0]!.appid, 'wx0123456789abcdef']) {
        const outTradeNo = world.newNumber()
        const answer = await world.orderThroughProxy(outTradeNo, { body: world.orderBody(outTradeNo, { appid }) })
        expect(answer.json).toEqual({ errcode: 9030, errmsg: expect.stringContaining('appid') })
      }
      expect((await world.orderThroughProxy(world.newNumber())).json).toHaveProperty('h5_url')
    })

    it('leaves the appid of the body to WeChat where it is told to, and a missing one always', async () => {
      const order = async (appid?: string): Promise<Answer> => {
        const outTradeNo = world.newNumber()
        return world.orderThroughProxy(outTradeNo, { body: world.orderBody(outTradeNo, { appid }) })
      }
      expect((await order()).json).toMatchObject({ code: 'PARAM_ERROR' })
      await world.restartQq({ checkBodyAppid: false })
      expect((await order(world.qq.apps[0]!.appid)).json).toMatchObject({ code: 'APPID_MCHID_NOT_MATCH' })
    })

    it('does not take the token of another mini program', async () => {
      await world.restartQq({ apps: [world.newApp(), world.newApp()] })
      const { appid, secret } = world.qq.apps[1]!
      const { json } = await callJson('GET', `${world.qq.url}/api/getToken?${world.credentials({ appid, secret })}`)
      expect(await world.orderThroughProxy(world.newNumber(), { token: String(json['access_token']) })).toMatchObject({
        json: { errcode: -3000 },
      })
      expect((await world.orderThroughProxy(world.newNumber())).json).toHaveProperty('h5_url')
    })

    it('refuses an app that nobody knows', async () => {
      const query = `appid=1&access_token=${await world.fetchToken()}`
      expect((await world.orderThroughProxy(world.newNumber(), { query })).json).toMatchObject({ errcode: 40013 })
    })

    it('is busy where it is told to, and where WeChat is not there', async () => {
      const fault = (on: unknown, name = 'qq-busy'): Promise<Answer> =>
        callJson('PUT', `${world.qq.controlUrl}/control/faults/${name}`, { on })
      expect((await fault(true)).json).toMatchObject({ faults: [{ name: 'qq-busy', on: true }] })
      const token = await callJson('GET', `${world.qq.url}/api/getToken?${world.credentials()}`)
      expect(token.json).toMatchObject({ errcode: -1 })
      expect((await world.orderThroughProxy(world.newNumber(), { token: 'x' })).json).toMatchObject({ errcode: -1 })
      expect((await fault('no')).status).toBe(400)
      expect((await fault(true, 'toString')).status).toBe(404)
      await fault(false)
      expect((await world.orderThroughProxy(world.newNumber())).json).toHaveProperty('h5_url')
      const wechat = world.places['https://api.mch.weixin.qq.com']!
      world.places['https://api.mch.weixin.qq.com'] = 'http://127.0.0.1:1'
      const answer = await world.orderThroughProxy(world.newNumber())
      world.places['https://api.mch.weixin.qq.com'] = wechat
      expect(answer.json).toMatchObject({ errcode: -1 })
    })

    it.each([
      ['POST', '/wxpay/v3/pay/transactions/jsapi'],
      ['POST', '/wxpay/pay/unifiedorder'],
      ['POST', '/v3/pay/transactions/h5'],
      ['GET', '/wxpay/v3/pay/transactions/h5'],
      ['GET', '/wxpay/notify'],
      ['POST', '/wxpay/v3/pay/transactions/out-trade-no/x/close'],
      ['GET', '/nothing'],
    ])('has no %s %s, and says so in QQ’s shape', async (method, path) => {
      expect(await callJson(method, world.qq.url + path)).toMatchObject({
        status: 404,
        json: { errcode: -1, errmsg: expect.any(String) },
      })
    })

    it('refuses a real_notify_url that is no web address', async () => {
      const query = `appid=${world.qq.apps[0]!.appid}&access_token=${await world.fetchToken()}&real_notify_url=ftp%3A%2F%2Fx`
      expect((await world.orderThroughProxy(world.newNumber(), { query })).json).toMatchObject({ errcode: 9031 })
    })

    it('refuses an app for which WeChat Pay is not opened, with the status that was asked for', async () => {
      await world.restartQq({ apps: [world.newApp({ isWechatPayOpen: false })], proxyErrorStatus: 400 })
      const answer = await world.orderThroughProxy(world.newNumber())
      expect(answer).toMatchObject({ status: 400, json: { errcode: 9032 } })
    })

    it('drops WeChat’s signature where it is told to', async () => {
      await world.restartQq({ forwardWechatpayHeaders: false })
      const answer = await world.orderThroughProxy(world.newNumber())
      expect(answer.status).toBe(200)
      expect(answer.headers.get('wechatpay-signature')).toBeNull()
    })
  })

  describe('the address check of QQ’s client', () => {
    const check = async (url: unknown, appid = world.qq.apps[0]!.appid): Promise<Answer> =>
      callJson('POST', `${world.qq.url}/client/check-wx-url`, { appid, url })

    it('knows an address that was ordered through the proxy, with a redirect_url or without', async () => {
      const h5Url = (await world.orderThroughProxy(world.newNumber())).json['h5_url'] as string
      expect((await check(h5Url)).json).toEqual({ ok: true })
      expect((await check(`${h5Url}&redirect_url=https%3A%2F%2Fshop.example`)).json).toEqual({ ok: true })
    })
    it('does not know it for another app, nor with a digit changed', async () => {
      const h5Url = (await world.orderThroughProxy(world.newNumber())).json['h5_url'] as string
      expect((await check(h5Url, '1')).json).toEqual({ ok: false })
      expect((await check(`${h5Url}1`)).json).toEqual({ ok: false })
    })
    it('does not know an address that was ordered at WeChat directly', async () => {
      const outTradeNo = world.newNumber()
      const { json } = await world.merchant.post('/v3/pay/transactions/h5', world.orderBody(outTradeNo))
      expect((await check(json['h5_url'])).json).toEqual({ ok: false })
    })
  })

  describe('the relay of notifications', () => {
    const payOrdered = async (): Promise<string> => {
      const outTradeNo = world.newNumber()
      await world.orderThroughProxy(outTradeNo)
      await world.wechat.pay(world.mchid, outTradeNo)
      await world.wechat.settled()
      return outTradeNo
    }
    const attempts = async (outTradeNo: string): Promise<unknown> => {
      const { json } = await callJson('GET', `${world.wechat.controlUrl}/control/notices`)
      const notices = json['notices'] as { out_trade_no: string; attempts: object[] }[]
      return notices.find((notice) => notice.out_trade_no === outTradeNo)?.attempts
    }
    const relays = async (): Promise<readonly object[]> =>
      (await callJson('GET', `${world.qq.controlUrl}/control/relays`)).json['relays'] as object[]

    it('hands the merchant the bytes with WeChat’s signature', async () => {
      const outTradeNo = await payOrdered()
      const [notice] = world.receiver.received
      expect(notice!.url).toBe('/notify/wechat')
      const message = v3ResponseMessage(
        String(notice!.headers['wechatpay-timestamp']),
        String(notice!.headers['wechatpay-nonce']),
        notice!.body.toString('utf8'),
      )
      const { publicKey } = readCertificate(world.wechat.platform.certificate)
      expect(verifyRsaSha256(publicKey, message, String(notice!.headers['wechatpay-signature']))).toBe(true)
      expect(await attempts(outTradeNo)).toMatchObject([{ outcome: 'acknowledged', status: 204 }])
      expect(await relays()).toMatchObject([{ out_trade_no: outTradeNo, outcome: 'answered', status: 204 }])
    })

    it('answers WeChat with the merchant’s status, so that WeChat repeats it', async () => {
      world.receiver.answerWith((response) => response.writeHead(500).end('{"code":"FAIL"}'))
      const outTradeNo = await payOrdered()
      expect(await attempts(outTradeNo)).toMatchObject([
        { outcome: 'refused', status: 500, answer_body: '{"code":"FAIL"}' },
      ])
      world.receiver.answerWith((response) => response.writeHead(204).end())
      await world.wechat.advance(15)
      expect(await attempts(outTradeNo)).toMatchObject([{ status: 500 }, { status: 204 }])
    })

    it('does not follow a redirect', async () => {
      world.receiver.answerWith((response) =>
        response.writeHead(302, { location: `${world.receiver.url}/elsewhere` }).end(),
      )
      const outTradeNo = await payOrdered()
      expect(world.receiver.received).toHaveLength(1)
      expect(await attempts(outTradeNo)).toMatchObject([{ outcome: 'refused', status: 302 }])
    })

    it('is refused by a merchant who is not there', async () => {
      world.places['https://shop.example'] = 'http://127.0.0.1:1'
      const outTradeNo = await payOrdered()
      world.places['https://shop.example'] = world.receiver.url
      expect(await attempts(outTradeNo)).toMatchObject([{ outcome: 'refused', status: 504 }])
      expect(await relays()).toMatchObject([{ outcome: 'unreachable', status: null }])
    })

    it('answers 404 for an order that never came through the proxy', async () => {
      const answer = await callJson('POST', `${world.qq.url}/wxpay/v3/notify/1/unknown`, {})
      expect(answer).toMatchObject({ status: 404, json: { code: 'FAIL' } })
    })

    it('goes to the console’s address when the order names none', async () => {
      const notifyUrl = 'https://shop.example/from-console'
      await world.restartQq({ apps: [world.newApp({ notifyUrl })] })
      const outTradeNo = world.newNumber()
      const query = `appid=${world.qq.apps[0]!.appid}&access_token=${await world.fetchToken()}`
      await world.orderThroughProxy(outTradeNo, { query })
      await world.wechat.pay(world.mchid, outTradeNo)
      await world.wechat.settled()
      expect(world.receiver.received.map(({ url }) => url)).toEqual(['/from-console'])
    })
  })

  it('knows its orders and tokens again after a restart', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'qq-'))
    const options = { dataFile: path.join(folder, 'qq.db'), apps: world.qq.apps }
    await world.restartQq(options)
    const token = await world.fetchToken()
    const outTradeNo = world.newNumber()
    await world.orderThroughProxy(outTradeNo, { token })
    await world.restartQq(options)
    await world.wechat.pay(world.mchid, outTradeNo)
    await world.wechat.settled()
    expect(world.receiver.received).toHaveLength(1)
    expect((await world.orderThroughProxy(world.newNumber(), { token })).json).toHaveProperty('h5_url')
    await world.qq.close()
    rmSync(folder, { recursive: true })
  })
})
