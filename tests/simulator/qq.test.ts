import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createHostMap, type HostMap } from '../../mock-server/kit/host-map'
import { verifyRsaSha256 } from '../../mock-server/crypto/rsa'
import { readCertificate } from '../../mock-server/crypto/certificate'
import { qqNotifyUrl } from '../../mock-server/wire/qq'
import { v3ResponseMessage } from '../../mock-server/wire/v3-signing'
import {
  createQqSimulator,
  type QqSimulator,
  type QqSimulatorOptions,
} from '../../mock-server/simulator/qq/create-qq-simulator'
import { createQqAppIdentity } from '../../mock-server/simulator/qq/identity'
import { createWechatSimulator, type WechatSimulator } from '../../mock-server/simulator/wechat/create-wechat-simulator'
import { callJson, createMerchantClient, toAnswer, type Answer, type MerchantClient } from './support/merchant-client'
import { createNoticeReceiver, type NoticeReceiver } from './support/notice-receiver'

const realNotifyUrl = 'https://shop.example/notify/wechat'

describe('QQ', () => {
  let receiver: NoticeReceiver
  let wechat: WechatSimulator
  let qq: QqSimulator
  let merchant: MerchantClient
  let hostMap: HostMap
  let numbers = 0
  const places: Record<string, string> = {}

  beforeAll(async () => {
    receiver = await createNoticeReceiver()
    hostMap = {
      resolve: (url) => createHostMap(places).resolve(url),
      has: (url) => createHostMap(places).has(url),
    }
    wechat = await createWechatSimulator({ hostMap })
    places['https://shop.example'] = receiver.url
    places['https://api.mch.weixin.qq.com'] = wechat.url
    merchant = createMerchantClient(wechat.url, wechat.merchants[0]!)
  })
  beforeEach(async () => {
    qq = await startQq()
    receiver.answerWith((response) => response.writeHead(204).end())
    receiver.received.length = 0
  })
  afterEach(() => qq.close())
  afterAll(async () => {
    await wechat.close()
    await receiver.close()
  })

  const mchid = (): string => wechat.merchants[0]!.mchid

  async function startQq(options: Partial<QqSimulatorOptions> = {}): Promise<QqSimulator> {
    const started = await createQqSimulator({
      port: 0,
      hostMap,
      apps: [createQqAppIdentity({ mchids: [mchid()] })],
      ...options,
    })
    places['https://api.q.qq.com'] = started.url
    return started
  }

  const credentials = (over: Record<string, string> = {}): string => {
    const { appid, secret } = qq.apps[0]!
    return new URLSearchParams({ grant_type: 'client_credential', appid, secret, ...over }).toString()
  }
  const fetchToken = async (): Promise<string> => {
    const { json } = await callJson('GET', `${qq.url}/api/getToken?${credentials()}`)
    return json['access_token'] as string
  }
  const newNumber = (): string => `qq-order-${(numbers += 1)}`
  const orderBody = (outTradeNo: string, over: object = {}): string =>
    JSON.stringify({
      appid: wechat.apps[0]!.appid,
      mchid: mchid(),
      description: '方格笔记本',
      out_trade_no: outTradeNo,
      notify_url: qqNotifyUrl(mchid(), outTradeNo),
      amount: { total: 3200 },
      scene_info: { payer_client_ip: '203.0.113.12', h5_info: { type: 'Wap' } },
      ...over,
    })

  interface ProxyCall {
    readonly token?: string
    readonly body?: string
    readonly query?: string
    readonly signedTarget?: string
  }
  async function orderThroughProxy(outTradeNo: string, call: ProxyCall = {}): Promise<Answer> {
    const body = call.body ?? orderBody(outTradeNo)
    const token = call.token ?? (await fetchToken())
    const query =
      call.query ??
      `appid=${qq.apps[0]!.appid}&access_token=${token}&real_notify_url=${encodeURIComponent(realNotifyUrl)}`
    const answer = await fetch(`${qq.url}/wxpay/v3/pay/transactions/h5?${query}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: merchant.authorize('POST', call.signedTarget ?? '/v3/pay/transactions/h5', body),
      },
      body,
    })
    return toAnswer(answer)
  }

  describe('the server token', () => {
    it('is given for two hours', async () => {
      const { status, json } = await callJson('GET', `${qq.url}/api/getToken?${credentials()}`)
      expect(status).toBe(200)
      expect(json).toEqual({ access_token: expect.stringMatching(/^\w{32,512}$/), expires_in: 7200 })
    })

    it.each([
      ['a wrong secret', { secret: 'x' }, 40001],
      ['a wrong grant_type', { grant_type: 'password' }, 40002],
      ['an unknown appid', { appid: '1' }, 40013],
    ])('is refused for %s', async (_case, over, errcode) => {
      const { status, json } = await callJson('GET', `${qq.url}/api/getToken?${credentials(over)}`)
      expect(status).toBe(200)
      expect(json).toMatchObject({ errcode, errmsg: expect.any(String) })
    })

    it('goes on for five minutes after another one was fetched, and not a second longer', async () => {
      const first = await fetchToken()
      await fetchToken()
      await qq.advance(299)
      expect((await orderThroughProxy(newNumber(), { token: first })).json).toHaveProperty('h5_url')
      await qq.advance(2)
      expect((await orderThroughProxy(newNumber(), { token: first })).json).toMatchObject({ errcode: -3000 })
    })

    it('ends after two hours', async () => {
      const token = await fetchToken()
      await qq.advance(7201)
      expect((await orderThroughProxy(newNumber(), { token })).json).toMatchObject({ errcode: -3000 })
    })
  })

  describe('sign-in', () => {
    const login = async (user = 'payer-1'): Promise<string> => {
      const { json } = await callJson('POST', `${qq.url}/client/login`, { appid: qq.apps[0]!.appid, user })
      return json['code'] as string
    }
    const exchange = (code: string, over: Record<string, string> = {}): Promise<Answer> =>
      callJson(
        'GET',
        `${qq.url}/sns/jscode2session?${credentials({ grant_type: 'authorization_code', js_code: code, ...over })}`,
      )

    it('answers an openid of 32 upper-case hex digits, the same each time', async () => {
      const first = await exchange(await login())
      expect(first.json).toMatchObject({
        openid: expect.stringMatching(/^[0-9A-F]{32}$/),
        session_key: expect.any(String),
      })
      expect((await exchange(await login())).json['openid']).toBe(first.json['openid'])
      expect((await exchange(await login('payer-2'))).json['openid']).not.toBe(first.json['openid'])
    })
    it('takes a code once', async () => {
      const code = await login()
      await exchange(code)
      expect((await exchange(code)).json).toMatchObject({ errcode: 40029 })
    })
    it('takes a code for five minutes', async () => {
      const code = await login()
      await qq.advance(300)
      expect((await exchange(code)).json).toMatchObject({ errcode: 40029 })
    })
    it('refuses a wrong secret and keeps the code', async () => {
      const code = await login()
      expect((await exchange(code, { secret: 'x' })).json).toMatchObject({ errcode: 40001 })
      expect((await exchange(code)).json).toHaveProperty('openid')
    })
    it('allows one person a hundred sign-ins a minute', async () => {
      await qq.close()
      const noon = Date.parse('2026-11-20T12:00:00+08:00')
      qq = await startQq({ clock: { now: () => noon } })
      const answers = []
      for (let count = 0; count < 101; count += 1) answers.push(await exchange(await login()))
      expect(answers[99]!.json).toHaveProperty('openid')
      expect(answers[100]!.json).toMatchObject({ errcode: 45011 })
      await qq.advance(60)
      expect((await exchange(await login())).json).toHaveProperty('openid')
    })
    it.each([
      ['an unknown appid', { appid: '1', user: 'payer-1' }],
      ['a user with a blank', { user: 'a b' }],
      ['no user', {}],
    ])('gives no code for %s', async (_case, body) => {
      const answer = await callJson('POST', `${qq.url}/client/login`, { appid: qq.apps[0]!.appid, ...body })
      expect(answer.status).toBe(400)
      expect(answer.json).not.toHaveProperty('code')
    })
  })

  describe('the pay proxy', () => {
    it('passes WeChat’s answer and its signature on, byte for byte', async () => {
      const { status, headers, text, json } = await orderThroughProxy(newNumber())
      expect(status).toBe(200)
      expect(json['h5_url']).toMatch(/checkmweb\?prepay_id=wx\w{34}&package=\d+$/)
      const { publicKey } = readCertificate(wechat.platform.certificate)
      const message = v3ResponseMessage(headers.get('wechatpay-timestamp')!, headers.get('wechatpay-nonce')!, text)
      expect(verifyRsaSha256(publicKey, message, headers.get('wechatpay-signature')!)).toBe(true)
      expect(headers.get('wechatpay-serial')).toBe(wechat.platform.serial)
    })

    it('takes the double ampersand of QQ’s own manual', async () => {
      const query = `appid=${qq.apps[0]!.appid}&access_token=${await fetchToken()}&&real_notify_url=${encodeURIComponent(realNotifyUrl)}`
      expect((await orderThroughProxy(newNumber(), { query })).json).toHaveProperty('h5_url')
    })

    it('gets WeChat’s 401 for a merchant who signed the proxy’s own path', async () => {
      const answer = await orderThroughProxy(newNumber(), { signedTarget: '/wxpay/v3/pay/transactions/h5' })
      expect(answer.status).toBe(401)
      expect(answer.json).toMatchObject({ code: 'SIGN_ERROR' })
    })

    it('passes WeChat’s own refusals on', async () => {
      const outTradeNo = newNumber()
      const answer = await orderThroughProxy(outTradeNo, { body: orderBody(outTradeNo, { amount: { total: 0 } }) })
      expect(answer).toMatchObject({ status: 400, json: { code: 'PARAM_ERROR' } })
    })

    it.each<[string, number, (outTradeNo: string) => ProxyCall]>([
      ['a body that is no JSON', 9034, () => ({ body: '{"mchid":' })],
      ['a body that is a list', 9034, () => ({ body: '[]' })],
      ['another merchant', 9030, (no) => ({ body: orderBody(no, { mchid: '1900000001' }) })],
      ['the merchant’s own notify_url', 9031, (no) => ({ body: orderBody(no, { notify_url: realNotifyUrl }) })],
      [
        'the notify_url of another order',
        9031,
        (no) => ({ body: orderBody(no, { notify_url: qqNotifyUrl(mchid(), 'x') }) }),
      ],
      ['an unknown token', -3000, () => ({ token: 'x' })],
    ])('refuses %s', async (_case, errcode, spoil) => {
      const outTradeNo = newNumber()
      const { status, json } = await orderThroughProxy(outTradeNo, spoil(outTradeNo))
      expect(status).toBe(200)
      expect(json).toEqual({ errcode, errmsg: expect.any(String) })
      const known = await merchant.get(`/v3/pay/transactions/out-trade-no/${outTradeNo}?mchid=${mchid()}`)
      expect(known.status).toBe(404)
    })

    it('refuses a real_notify_url that is no web address', async () => {
      const query = `appid=${qq.apps[0]!.appid}&access_token=${await fetchToken()}&real_notify_url=ftp%3A%2F%2Fx`
      expect((await orderThroughProxy(newNumber(), { query })).json).toMatchObject({ errcode: 9031 })
    })

    it('refuses an app for which WeChat Pay is not opened, with the status that was asked for', async () => {
      await qq.close()
      const app = { ...createQqAppIdentity({ mchids: [mchid()] }), isWechatPayOpen: false }
      qq = await startQq({ apps: [app], proxyErrorStatus: 400 })
      const answer = await orderThroughProxy(newNumber())
      expect(answer).toMatchObject({ status: 400, json: { errcode: 9032 } })
    })

    it('drops WeChat’s signature where it is told to', async () => {
      await qq.close()
      qq = await startQq({ forwardWechatpayHeaders: false })
      const answer = await orderThroughProxy(newNumber())
      expect(answer.status).toBe(200)
      expect(answer.headers.get('wechatpay-signature')).toBeNull()
    })
  })

  describe('the address check of QQ’s client', () => {
    const check = async (url: unknown, appid = qq.apps[0]!.appid): Promise<Answer> =>
      callJson('POST', `${qq.url}/client/check-wx-url`, { appid, url })

    it('knows an address that was ordered through the proxy, with a redirect_url or without', async () => {
      const h5Url = (await orderThroughProxy(newNumber())).json['h5_url'] as string
      expect((await check(h5Url)).json).toEqual({ ok: true })
      expect((await check(`${h5Url}&redirect_url=https%3A%2F%2Fshop.example`)).json).toEqual({ ok: true })
    })
    it('does not know it for another app, nor with a digit changed', async () => {
      const h5Url = (await orderThroughProxy(newNumber())).json['h5_url'] as string
      expect((await check(h5Url, '1')).json).toEqual({ ok: false })
      expect((await check(`${h5Url}1`)).json).toEqual({ ok: false })
    })
    it('does not know an address that was ordered at WeChat directly', async () => {
      const outTradeNo = newNumber()
      const { json } = await merchant.post('/v3/pay/transactions/h5', orderBody(outTradeNo))
      expect((await check(json['h5_url'])).json).toEqual({ ok: false })
    })
  })

  describe('the relay of notifications', () => {
    const payOrdered = async (): Promise<string> => {
      const outTradeNo = newNumber()
      await orderThroughProxy(outTradeNo)
      await wechat.pay(mchid(), outTradeNo)
      await wechat.settled()
      return outTradeNo
    }
    const attempts = async (outTradeNo: string): Promise<unknown> => {
      const { json } = await callJson('GET', `${wechat.controlUrl}/control/notices`)
      const notices = json['notices'] as { out_trade_no: string; attempts: object[] }[]
      return notices.find((notice) => notice.out_trade_no === outTradeNo)?.attempts
    }
    const relays = async (): Promise<readonly object[]> =>
      (await callJson('GET', `${qq.controlUrl}/control/relays`)).json['relays'] as object[]

    it('hands the merchant the bytes with WeChat’s signature', async () => {
      const outTradeNo = await payOrdered()
      const [notice] = receiver.received
      expect(notice!.url).toBe('/notify/wechat')
      const message = v3ResponseMessage(
        String(notice!.headers['wechatpay-timestamp']),
        String(notice!.headers['wechatpay-nonce']),
        notice!.body.toString('utf8'),
      )
      const { publicKey } = readCertificate(wechat.platform.certificate)
      expect(verifyRsaSha256(publicKey, message, String(notice!.headers['wechatpay-signature']))).toBe(true)
      expect(await attempts(outTradeNo)).toMatchObject([{ outcome: 'acknowledged', status: 204 }])
      expect(await relays()).toMatchObject([{ out_trade_no: outTradeNo, outcome: 'answered', status: 204 }])
    })

    it('answers WeChat with the merchant’s status, so that WeChat repeats it', async () => {
      receiver.answerWith((response) => response.writeHead(500).end('{"code":"FAIL"}'))
      const outTradeNo = await payOrdered()
      expect(await attempts(outTradeNo)).toMatchObject([
        { outcome: 'refused', status: 500, answer_body: '{"code":"FAIL"}' },
      ])
      receiver.answerWith((response) => response.writeHead(204).end())
      await wechat.advance(15)
      expect(await attempts(outTradeNo)).toMatchObject([{ status: 500 }, { status: 204 }])
    })

    it('does not follow a redirect', async () => {
      receiver.answerWith((response) => response.writeHead(302, { location: `${receiver.url}/elsewhere` }).end())
      const outTradeNo = await payOrdered()
      expect(receiver.received).toHaveLength(1)
      expect(await attempts(outTradeNo)).toMatchObject([{ outcome: 'refused', status: 302 }])
    })

    it('is refused by a merchant who is not there', async () => {
      places['https://shop.example'] = 'http://127.0.0.1:1'
      const outTradeNo = await payOrdered()
      places['https://shop.example'] = receiver.url
      expect(await attempts(outTradeNo)).toMatchObject([{ outcome: 'refused', status: 504 }])
      expect(await relays()).toMatchObject([{ outcome: 'unreachable', status: null }])
    })

    it('answers 404 for an order that never came through the proxy', async () => {
      const answer = await callJson('POST', `${qq.url}/wxpay/v3/notify/1/unknown`, {})
      expect(answer).toMatchObject({ status: 404, json: { code: 'FAIL' } })
    })

    it('goes to the console’s address when the order names none', async () => {
      await qq.close()
      const notifyUrl = 'https://shop.example/from-console'
      qq = await startQq({ apps: [createQqAppIdentity({ mchids: [mchid()], notifyUrl })] })
      const outTradeNo = newNumber()
      const query = `appid=${qq.apps[0]!.appid}&access_token=${await fetchToken()}`
      await orderThroughProxy(outTradeNo, { query })
      await wechat.pay(mchid(), outTradeNo)
      await wechat.settled()
      expect(receiver.received.map(({ url }) => url)).toEqual(['/from-console'])
    })
  })

  it('knows its orders and tokens again after a restart', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'qq-'))
    const options = { dataFile: path.join(folder, 'qq.db'), apps: qq.apps }
    await qq.close()
    qq = await startQq(options)
    const token = await fetchToken()
    const outTradeNo = newNumber()
    await orderThroughProxy(outTradeNo, { token })
    await qq.close()
    qq = await startQq(options)
    await wechat.pay(mchid(), outTradeNo)
    await wechat.settled()
    expect(receiver.received).toHaveLength(1)
    expect((await orderThroughProxy(newNumber(), { token })).json).toHaveProperty('h5_url')
    await qq.close()
    rmSync(folder, { recursive: true })
  })

  describe('the control API', () => {
    it('lists apps without their secrets, and orders newest first, in pages', async () => {
      const numbersMade = [newNumber(), newNumber(), newNumber()]
      for (const outTradeNo of numbersMade) await orderThroughProxy(outTradeNo)
      const apps = await callJson('GET', `${qq.controlUrl}/control/apps`)
      expect(apps.text).not.toContain(qq.apps[0]!.secret)
      const first = (await callJson('GET', `${qq.controlUrl}/control/orders?limit=2`)).json
      const second = (await callJson('GET', `${qq.controlUrl}/control/orders?limit=2&before=${String(first['next'])}`))
        .json
      const listed = [...(first['orders'] as object[]), ...(second['orders'] as object[])]
      expect(listed).toMatchObject([...numbersMade].reverse().map((out_trade_no) => ({ out_trade_no })))
      expect(second['next']).toBeNull()
    })

    it('forgets everything on reset', async () => {
      await orderThroughProxy(newNumber())
      await callJson('POST', `${qq.controlUrl}/control/reset`, {})
      expect((await callJson('GET', `${qq.controlUrl}/control/orders`)).json).toEqual({ orders: [], next: null })
    })

    it.each([
      ['another Host', { host: 'evil.example' }],
      ['the Origin of another page', { origin: 'https://evil.example' }],
    ])('refuses %s', async (_case, headers) => {
      const answer = await getWithHeaders(`${qq.controlUrl}/control/apps`, headers)
      expect(answer.status).toBe(403)
      expect(JSON.parse(answer.text)).toEqual({ code: 'FORBIDDEN', message: expect.any(String) })
    })

    it.each([{ seconds: 0 }, { seconds: -1 }, { seconds: '60' }, { seconds: 1e300 }, {}])(
      'does not advance by %j',
      async (body) => {
        expect((await callJson('POST', `${qq.controlUrl}/control/clock/advance`, body)).status).toBe(400)
      },
    )

    it.each(['limit=0', 'limit=x', 'limit=999', 'before=x'])('refuses a page of %s', async (query) => {
      expect((await callJson('GET', `${qq.controlUrl}/control/orders?${query}`)).status).toBe(400)
    })
  })
})

/** fetch does not let anybody set these. */
async function getWithHeaders(
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<{ status: number; text: string }> {
  const { request } = await import('node:http')
  return new Promise((resolve, reject) => {
    request(url, { headers }, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (chunk: string) => (text += chunk))
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }))
    })
      .on('error', reject)
      .end()
  })
}
