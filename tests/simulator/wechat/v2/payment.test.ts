import { xmlToRecord } from '../../../../mock-server/crypto/xml'
import { v2Paths } from '../../../../mock-server/wire/v2-paths'
import { signV2, verifyV2, type V2SignType } from '../../../../mock-server/wire/v2-signing'
import { callJson, type Answer } from '../../support/merchant-client'
import { createV2Client, v2Accept, type V2Client } from '../../support/v2-client'
import { createWechatWorld, v3, type WechatWorld } from '../../support/wechat-world'

describe('the V2 API', () => {
  let world: WechatWorld
  let client: V2Client
  beforeAll(async () => {
    world = await createWechatWorld()
    client = createV2Client(world)
  })
  beforeEach(() => {
    world.receiver.received.length = 0
    world.receiver.answerWith((response) => response.end(v2Accept))
  })
  afterAll(() => world.stop())

  const pay = async (outTradeNo: string): Promise<void> => {
    expect(await world.wechat.pay(world.mchid, outTradeNo)).not.toBeNull()
    await world.wechat.settled()
  }

  describe('and the wallet', () => {
    const open = (call: object): Promise<Answer> =>
      callJson('POST', `${world.wechat.url}/client/cashier`, { appid: world.appid, user: 'payer-1', ...call })
    const callFor = (prepayId: string, signType: V2SignType, over: Record<string, string> = {}) => {
      const call = {
        timeStamp: '1490840662',
        nonceStr: '5K8264ILTKCH16CQ2502SI8ZNMTM67VS',
        package: `prepay_id=${prepayId}`,
        signType,
      }
      const { apiKey } = world.wechat.merchants[0]!
      return { ...call, paySign: signV2({ appId: world.appid, ...call, ...over }, apiKey, signType) }
    }
    const ordered = async (signType: V2SignType): Promise<string> =>
      (await client.order(world.newNumber(), {}, { signType })).fields['prepay_id'] ?? ''
    const badSign = { status: 403, json: { dialog: '支付验证签名失败' } }

    it.each(['MD5', 'HMAC-SHA256'] as const)('takes a pay call signed with %s, as the order was', async (signType) => {
      const opened = await open(callFor(await ordered(signType), signType))
      expect(opened).toMatchObject({ status: 200, json: { total: 8800 } })
      const paid = await callJson(
        'POST',
        `${world.wechat.url}/client/cashier/${String(opened.json['cashier_id'])}/pay`,
        {},
      )
      expect(paid).toMatchObject({ status: 200, json: { callback: 'ok' } })
    })

    it('takes MD5 where the call names no method', async () => {
      const { signType, ...call } = callFor(await ordered('MD5'), 'MD5')
      expect([signType, (await open(call)).status]).toEqual(['MD5', 200])
    })

    it('refuses another method than the order was signed with', async () => {
      expect(await open(callFor(await ordered('MD5'), 'HMAC-SHA256'))).toMatchObject(badSign)
      expect(await open(callFor(await ordered('HMAC-SHA256'), 'MD5'))).toMatchObject(badSign)
    })

    it('refuses appid for appId, and other values than were signed', async () => {
      const prepayId = await ordered('MD5')
      expect(await open(callFor(prepayId, 'MD5', { appId: '', appid: world.appid }))).toMatchObject(badSign)
      expect(await open({ ...callFor(prepayId, 'MD5'), timeStamp: '1490840663' })).toMatchObject(badSign)
      expect((await open(callFor(prepayId, 'MD5'))).status).toBe(200)
    })

    it('refuses the key of V2 for an order of V3', async () => {
      const { json } = await world.merchant.post(v3.jsapi, world.jsapiOrder(world.newNumber()))
      expect(await open(callFor(String(json['prepay_id']), 'MD5'))).toMatchObject(badSign)
    })
  })

  describe('notifies of a payment', () => {
    it.each(['MD5', 'HMAC-SHA256'] as const)('in XML, signed with %s as the order was', async (signType) => {
      const outTradeNo = world.newNumber()
      await client.order(outTradeNo, { attach: '店一' }, { signType })
      await pay(outTradeNo)
      expect(world.receiver.received).toHaveLength(1)
      const { headers, body, url } = world.receiver.received[0]!
      expect(url).toBe('/notify/wechat-v2')
      expect(headers['content-type']).toBe('text/xml')
      expect(headers).not.toHaveProperty('wechatpay-signature')
      const fields = xmlToRecord(body)
      const { apiKey } = world.wechat.merchants[0]!
      expect(verifyV2(fields, apiKey, signType)).toBe(true)
      expect(verifyV2({ ...fields, total_fee: '1' }, apiKey, signType)).toBe(false)
      expect({ ...fields }).toMatchObject({
        return_code: 'SUCCESS',
        result_code: 'SUCCESS',
        appid: world.appid,
        mch_id: world.mchid,
        openid: world.openid,
        out_trade_no: outTradeNo,
        total_fee: '8800',
        attach: '店一',
        transaction_id: expect.stringMatching(/^42\d{26}$/),
        time_end: expect.stringMatching(/^20\d{12}$/),
      })
      expect(Object.keys(fields)).toEqual(Object.keys(fields).sort())
      expect(body.toString()).toContain(`<out_trade_no><![CDATA[${outTradeNo}]]></out_trade_no>`)
      const [notice] = await world.noticesOf(outTradeNo)
      expect(notice).toMatchObject({ next_attempt_at: null, attempts: [{ outcome: 'acknowledged' }] })
    })

    it('with attach and device_info of an order that had them, and without where it had none', async () => {
      const named = async (more: Record<string, string>): Promise<readonly string[]> => {
        const outTradeNo = world.newNumber()
        await client.order(outTradeNo, more)
        await pay(outTradeNo)
        const { body } = world.receiver.received.at(-1)!
        return Object.keys(xmlToRecord(body)).filter((name) => name === 'attach' || name === 'device_info')
      }
      expect(await named({ attach: '店一', device_info: 'WEB' })).toEqual(['attach', 'device_info'])
      expect(await named({})).toEqual([])
      expect(await named({ attach: '', device_info: '' })).toEqual([])
    })

    it.each(['MD5', 'HMAC-SHA256'] as const)('to the letter of a real one, signed with %s', async (signType) => {
      const outTradeNo = world.newNumber()
      await client.order(outTradeNo, {}, { signType })
      await pay(outTradeNo)
      const { body } = world.receiver.received.at(-1)!
      const { nonce_str, sign, time_end, transaction_id } = xmlToRecord(body)
      expect(nonce_str).toMatch(/^[0-9a-f]{32}$/)
      const lines = [
        ['appid', world.appid],
        ['bank_type', 'OTHERS'],
        ['cash_fee', '8800'],
        ['fee_type', 'CNY'],
        ['is_subscribe', 'N'],
        ['mch_id', world.mchid],
        ['nonce_str', nonce_str],
        ['openid', world.openid],
        ['out_trade_no', outTradeNo],
        ['result_code', 'SUCCESS'],
        ['return_code', 'SUCCESS'],
        ['sign', sign],
        ['time_end', time_end],
        ['total_fee', null],
        ['trade_type', 'JSAPI'],
        ['transaction_id', transaction_id],
      ].map(([name, value]) => (value === null ? `<${name}>8800</${name}>` : `<${name}><![CDATA[${value}]]></${name}>`))
      expect(body.toString()).toBe(`<xml>${lines.join('\n')}\n</xml>`)
    })

    it('of an order of V3 in JSON, whichever protocol queries it', async () => {
      const outTradeNo = await world.order()
      await client.query(outTradeNo)
      world.receiver.answerWith((response) => response.writeHead(204).end())
      await pay(outTradeNo)
      expect(world.receiver.received[0]!.headers['content-type']).toBe('application/json')
    })

    it.each([
      ['without CDATA', 200, '<xml><return_code>SUCCESS</return_code></xml>', 'acknowledged'],
      ['with a declaration', 200, `<?xml version="1.0"?>\n${v2Accept}\n`, 'acknowledged'],
      ['FAIL', 200, '<xml><return_code><![CDATA[FAIL]]></return_code></xml>', 'refused'],
      ['nothing', 200, '', 'refused'],
      ['204', 204, '', 'refused'],
      ['the JSON of V3', 200, '{"code":"SUCCESS","message":"成功"}', 'refused'],
      ['the word success', 200, 'success', 'refused'],
      ['a stray bracket', 200, v2Accept.replace('<xml>', '<xml>>'), 'refused'],
      ['the right body with another status', 500, v2Accept, 'refused'],
    ])('and reads the answer: %s', async (_what, status, body, outcome) => {
      world.receiver.answerWith((response) => response.writeHead(status).end(body))
      const outTradeNo = world.newNumber()
      await client.order(outTradeNo)
      await pay(outTradeNo)
      const [notice] = await world.noticesOf(outTradeNo)
      expect(notice!.attempts[0]).toMatchObject({ outcome, status })
      expect(notice!.next_attempt_at === null).toBe(outcome === 'acknowledged')
      world.receiver.answerWith((response) => response.end(v2Accept))
      await world.wechat.advance(15)
      expect((await world.noticesOf(outTradeNo))[0]!.next_attempt_at).toBeNull()
    })

    it('and the control API shows what is inside', async () => {
      const outTradeNo = world.newNumber()
      await client.order(outTradeNo)
      await pay(outTradeNo)
      const [notice] = await world.noticesOf(outTradeNo)
      const { json } = await world.control('GET', `/control/notices/${notice!.id}`)
      expect(json['resource']).toMatchObject({ out_trade_no: outTradeNo, total_fee: '8800' })
    })
  })

  it('plays faults to V2 as to V3', async () => {
    const outTradeNo = world.newNumber()
    await client.order(outTradeNo)
    const fault = (name: string) => world.control('PUT', `/control/faults/${name}`, { on: true, times: 1 })
    await fault('api-wrong-signature')
    expect(client.isSigned(await client.query(outTradeNo))).toBe(false)
    await fault('api-error')
    expect(await client.query(outTradeNo)).toMatchObject({ fields: { result_code: 'FAIL', err_code: 'SYSTEMERROR' } })
    await fault('api-bad-gateway')
    expect((await client.query(outTradeNo)).status).toBe(502)
    await fault('api-reset')
    await expect(client.call(v2Paths.query, { out_trade_no: outTradeNo })).rejects.toThrow()
    expect(client.isSigned(await client.query(outTradeNo))).toBe(true)
  })
})
