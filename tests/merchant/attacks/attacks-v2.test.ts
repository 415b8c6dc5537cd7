import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { recordToXml, xmlToRecord } from '../../../mock-server/crypto/xml'
import { createHostMap } from '../../../mock-server/kit/http/host-map'
import { createMerchant, type Merchant, type MerchantOptions } from '../../../mock-server/merchant/create-merchant'
import { signV2 } from '../../../mock-server/wire/v2-signing'
import { callsOf, createLogLines, say, storedIn } from '../support/attacker'
import { createFakeWechatV2 } from '../support/fake-wechat-v2'
import { createShopClient, createTestClock, nextRequestId, operatorToken } from '../support/shop'

/** An attacker of a shop that speaks V2: everything is signed with one key, and nothing says when. */

const { lines, logger } = createLogLines()
const folder = mkdtempSync(path.join(tmpdir(), 'attacks-v2-'))
const dataFile = path.join(folder, 'shop.db')
const weekSec = 7 * 86_400
const subMchid = '1900000119'

let wechat: Awaited<ReturnType<typeof createFakeWechatV2>>
let clock: ReturnType<typeof createTestClock>
let merchant: Merchant
let shop: ReturnType<typeof createShopClient>

async function open(file: string, partner?: { readonly subMchid: string }): Promise<void> {
  wechat = await createFakeWechatV2('HMAC-SHA256')
  clock = createTestClock()
  const options: MerchantOptions = {
    port: 0,
    operatorPort: 0,
    operatorToken,
    dataFile: file,
    hostMap: createHostMap({
      'https://api.mch.weixin.qq.com': wechat.url,
      'https://api.weixin.qq.com': wechat.url,
      'https://api.q.qq.com': wechat.url,
    }),
    publicBase: 'https://shop.example',
    wechat: {
      appid: wechat.own.appid,
      mchid: wechat.own.mch_id,
      secret: 'wechat-secret',
      ...(partner && { partner }),
      v2: { apiKey: wechat.apiKey, certificate: { cert: 'shown under TLS only', key: '-' } },
    },
    qq: { appid: '1108000000', secret: 'qq-secret' },
    trustLoopbackForwarded: true,
    clock,
    logger,
    scheduler: { every: () => () => {} },
    rateLimits: false,
    automaticRefundMaxFen: 100_000,
  }
  merchant = await createMerchant(options)
  shop = createShopClient(merchant)
}

beforeEach(() => open(dataFile))
afterEach(async () => {
  await merchant.close()
  await wechat.close()
  for (const end of ['', '-wal', '-shm']) rmSync(dataFile + end, { force: true })
})
afterAll(() => rmSync(folder, { recursive: true }))

async function placed(client: 'weapp' | 'qq' | 'h5' = 'weapp') {
  const token = await shop.login(client)
  const { order, payment } = (await shop.order(token)).body
  const sent = wechat.requests.findLast(({ path: asked }) => asked.endsWith('/unifiedorder'))!
  return { token, orderNo: order.orderNo, payment, sent, outTradeNo: sent.fields.out_trade_no! }
}

async function notify(xml: string) {
  const answer = await fetch(`${merchant.url}/notify/wechat`, {
    method: 'POST',
    headers: { 'content-type': 'text/xml' },
    body: xml,
  })
  const { return_code } = xmlToRecord(Buffer.from(await answer.text()))
  return { status: answer.status, return_code }
}
const stored = { status: 200, return_code: 'SUCCESS' }
const refused = { status: 401, return_code: 'FAIL' }
const sealed = (fields: Record<string, string>) =>
  recordToXml({ ...fields, sign: signV2(fields, wechat.apiKey, 'HMAC-SHA256') })

describe('a caught V2 notice', () => {
  it('changes nothing when it comes again: at once, a week later, after a refund, under the other method', async () => {
    const { token, orderNo, outTradeNo } = await placed()
    const trade = wechat.paid(outTradeNo)
    const notice = wechat.notice(trade)
    expect(await notify(notice)).toEqual(stored)
    const kept = storedIn(dataFile)
    expect(await notify(notice)).toEqual(stored)
    clock.advance(weekSec)
    expect(await notify(notice)).toEqual(stored)
    expect(await notify(wechat.notice(trade, 'MD5'))).toEqual(stored)
    expect(storedIn(dataFile)).toBe(kept)

    await shop.call('POST', `/api/orders/${orderNo}/refunds`, {
      token,
      body: { requestId: nextRequestId(), reason: '不想要了' },
    })
    await merchant.sweep()
    const [sent] = wechat.sentTo('/secapi/pay/refund')
    wechat.refunds.get(sent!.fields.out_refund_no!)!.status = 'SUCCESS'
    clock.advance(60)
    await merchant.sweep()
    const after = await shop.detail(token, orderNo)
    expect(after.status).toBe('refunded')
    const refunded = storedIn(dataFile)
    clock.advance(weekSec)
    expect(await notify(notice)).toEqual(stored)
    expect(storedIn(dataFile)).toBe(refunded)
    expect(wechat.sentTo('/secapi/pay/refund')).toHaveLength(1)
  })

  it('of a payment that came after the close gives the money back once, however often it comes', async () => {
    const { token, orderNo, outTradeNo } = await placed()
    clock.advance(15 * 60 + 1)
    await merchant.sweep()
    const notice = wechat.notice(wechat.paid(outTradeNo))
    for (const days of [0, 1, 7]) {
      clock.advance(days * 86_400)
      expect(await notify(notice)).toEqual(stored)
      await merchant.sweep()
    }
    expect(wechat.sentTo('/secapi/pay/refund')).toHaveLength(1)
    expect(await shop.status(token, orderNo)).toMatchObject({ status: 'closed', refund: { cause: 'paidAfterClose' } })
  })

  it('with one of its fields hidden in the one before, so that its signature still fits, is refused', async () => {
    const { outTradeNo } = await placed()
    const { sign, ...fields } = xmlToRecord(Buffer.from(wechat.notice(wechat.paid(outTradeNo))))
    const names = Object.keys(fields).toSorted()
    const before = storedIn(dataFile)
    for (const [index, name] of names.slice(1).entries()) {
      const host = names[index]!
      const { [name]: hidden, ...rest } = fields
      const forged = { ...rest, [host]: `${fields[host]}&${name}=${hidden}` }
      expect(signV2(forged, wechat.apiKey, 'HMAC-SHA256')).toBe(sign)
      expect({ name, ...(await notify(recordToXml({ ...forged, sign: sign! }))) }).toEqual({ name, ...refused })
    }
    expect(storedIn(dataFile)).toBe(before)
  })

  it('with any of its fields changed, gone or added is refused', async () => {
    const { outTradeNo } = await placed()
    const fields = { ...xmlToRecord(Buffer.from(wechat.notice(wechat.paid(outTradeNo)))) }
    const before = storedIn(dataFile)
    const spoilt = Object.entries(fields).flatMap(([name, value]) => {
      const { [name]: _gone, ...rest } = fields
      const last = value.charCodeAt(value.length - 1)
      const changed = { ...fields, [name]: value.slice(0, -1) + String.fromCharCode(last === 0x31 ? 0x32 : 0x31) }
      return [rest, changed]
    })
    for (const one of [...spoilt, { ...fields, attach: 'x' }, { ...fields, total_fee: `${fields['total_fee']}&x=1` }]) {
      expect({ one, ...(await notify(recordToXml(one))) }).toEqual({ one, ...refused })
    }
    expect(storedIn(dataFile)).toBe(before)
  })
})

describe('what else is signed with the API key', () => {
  it('is no notice: the pay call that every payer has, turned into XML', async () => {
    const { payment } = await placed()
    if (payment?.kind !== 'requestPayment') throw new Error(`got ${JSON.stringify(payment)}`)
    const { timeStamp, nonceStr, signType, paySign } = payment
    const call = { appId: wechat.own.appid, timeStamp, nonceStr, package: payment.package, signType }
    expect(signV2(call, wechat.apiKey, 'HMAC-SHA256')).toBe(paySign)
    const before = storedIn(dataFile)
    expect(await notify(recordToXml({ ...call, sign: paySign }))).toEqual(refused)
    expect(storedIn(dataFile)).toBe(before)
  })

  it('is no notice: the shop’s own order, as QQ sees it', async () => {
    const { sent } = await placed('qq')
    const before = storedIn(dataFile)
    expect(await notify(recordToXml(sent.fields))).toEqual(refused)
    expect(storedIn(dataFile)).toBe(before)
  })

  it.each(['NOTPAY', 'CLOSED', 'REFUND', 'USERPAYING', 'PAYERROR', 'REVOKED'])(
    'is no payment: an answer about a trade in %s',
    async (trade_state) => {
      const { token, orderNo, outTradeNo } = await placed()
      const answer = { return_code: 'SUCCESS', result_code: 'SUCCESS', nonce_str: `n-${trade_state}` }
      expect(await notify(sealed({ ...wechat.paid(outTradeNo), ...answer, trade_state }))).toEqual(stored)
      const { orders } = (await shop.call<{ orders: unknown[] }>('GET', '/api/orders', { token })).body
      expect(orders).toMatchObject([{ orderNo, status: 'pending', transactionId: null }])
    },
  )

  it('is no payment: the answer to an order, which QQ sees', async () => {
    const { token, orderNo } = await placed('qq')
    const before = storedIn(dataFile)
    const answer = { return_code: 'SUCCESS', result_code: 'SUCCESS', ...wechat.own, nonce_str: 'n', prepay_id: 'wx1' }
    // It is WeChat Pay's, and nothing that can be kept: never acknowledged as if it had been.
    expect(await notify(sealed(answer))).toEqual({ status: 500, return_code: 'FAIL' })
    expect(storedIn(dataFile)).toBe(before)
    expect((await shop.status(token, orderNo)).status).toBe('pending')
  })
})

describe('too much', () => {
  it.each([
    ['with its length', 'Content-Length: 10485760\r\n', ' '.repeat(100_000)],
    ['in pieces', 'Transfer-Encoding: chunked\r\n', `186a0\r\n${' '.repeat(100_000)}\r\n`.repeat(10)],
  ])('of 10 MB, %s, is not read', async (_how, header, body) => {
    const before = storedIn(dataFile)
    const { status, text } = await say(
      merchant.url,
      `POST /notify/wechat HTTP/1.1\r\nHost: shop.example\r\nContent-Type: text/xml\r\n${header}Connection: close\r\n\r\n${body}`,
    )
    expect(status).toBe(413)
    expect(text).toContain('FAIL')
    expect(storedIn(dataFile)).toBe(before)
  })
})

describe('the V2 shop’s own API', () => {
  it('knows no order of somebody else', async () => {
    const { orderNo } = await placed()
    const mallory = await shop.login('weapp', 'mallory')
    for (const [method, address, body] of callsOf(orderNo)) {
      const answer = await shop.call(method, address, { token: mallory, ...(body && { body }) })
      expect(answer).toMatchObject({ status: 404, body: { code: 'ORDER_NOT_FOUND' } })
    }
  })
})

describe('a notice for a partner’s sub merchant', () => {
  beforeEach(async () => {
    await merchant.close()
    await wechat.close()
    await open(':memory:', { subMchid })
  })

  it.each([
    ['through another partner', { mch_id: '1900000999' }, 'pending'],
    ['for another sub merchant', { sub_mch_id: '1900000998' }, 'pending'],
    ['for another app', { appid: 'wx0000000000000000' }, 'held'],
    ['of another amount', { total_fee: '9599' }, 'held'],
  ])('%s pays for nothing, and is acknowledged: a person looks', async (_what, change, status) => {
    const { token, orderNo, outTradeNo } = await placed()
    const trade = wechat.paid(outTradeNo, { sub_mch_id: subMchid, ...(change as Record<string, string>) })
    expect(await notify(wechat.notice(trade))).toEqual(stored)
    expect((await shop.detail(token, orderNo)).status).toBe(status)
    const { held } = await shop.operator<{ held: { outTradeNo: string }[] }>('/operator/held')
    expect(held).toMatchObject([{ outTradeNo }])
  })

  it('that is right pays', async () => {
    const { token, orderNo, outTradeNo } = await placed()
    expect(await notify(wechat.notice(wechat.paid(outTradeNo, { sub_mch_id: subMchid })))).toEqual(stored)
    expect((await shop.status(token, orderNo)).status).toBe('paid')
  })
})

describe('the log of all this', () => {
  it('has lines, and in none of them a key, an openid or a token', () => {
    const text = lines.join('')
    expect(text).toContain('NO_NOTICE')
    for (const secret of ['openid-of-', wechat.apiKey, 'wechat-secret', 'qq-secret', 'Bearer ', operatorToken]) {
      expect(text.includes(secret)).toBe(false)
    }
  })
})
