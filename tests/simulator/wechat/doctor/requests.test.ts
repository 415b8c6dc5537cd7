import type { Diagnosis } from '../../../../mock-server/simulator/kit/diagnosis'
import { createMerchantIdentity } from '../../../../mock-server/simulator/wechat/identity'
import { parsePrivateKey, signRsaSha256 } from '../../../../mock-server/crypto/rsa'
import { formatV3Authorization } from '../../../../mock-server/wire/v3-signing'
import { describeDoctor } from '../../support/describe-doctor'
import { diagnosesAt, newestDiagnosis } from '../../support/diagnoses'
import { callJson, createMerchantClient, type Answer, type Spoil } from '../../support/merchant-client'
import { createWechatWorld, v3 } from '../../support/wechat-world'

describeDoctor('requests', (doctor) => {
  const order = (over: object = {}, spoil: Spoil = {}): Promise<Answer> =>
    doctor.world.merchant.post(v3.jsapi, doctor.world.jsapiOrder(doctor.world.newNumber(), over), spoil)
  const query = '/v3/pay/transactions/out-trade-no/order-0001'

  describe('group 1: the signed address is not the requested one', () => {
    it('names a query that was left out, with both texts and their first difference', async () => {
      const target = `${query}?mchid=${doctor.world.mchid}`
      const answer = await doctor.world.merchant.get(target, { signedTarget: query })
      expect(answer).toMatchObject({ status: 401, json: { code: 'SIGN_ERROR' } })
      const diagnosis = (await doctor.newest())!
      expect(diagnosis).toMatchObject({
        group: 1,
        finding: 'QUERY_LEFT_OUT',
        proved: true,
        where: 'request',
        subject: `GET ${query}`,
        out_trade_no: 'order-0001',
        at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$/),
      })
      const { expected, received, first_difference: at } = diagnosis
      expect(expected).toContain(`GET\n${target}\n`)
      expect(received).toContain(`GET\n${query}\n`)
      expect([expected!.slice(at, at! + 1), received!.slice(at, at! + 1)]).toEqual(['?', '\n'])
    })

    it.each([
      ['a placeholder', '/v3/pay/transactions/out-trade-no/{out_trade_no}', 'PLACEHOLDER_SIGNED'],
      ['a path behind the proxy', `/wxpay${query}`, 'PROXY_TARGET_SIGNED'],
    ])('names %s', async (_case, path, finding) => {
      await doctor.world.merchant.get(`${query}?mchid=${doctor.world.mchid}`, {
        signedTarget: `${path}?mchid=${doctor.world.mchid}`,
      })
      expect(await doctor.newest()).toMatchObject({ group: 1, finding, proved: true })
    })
  })

  describe('group 2: the signed body is not the sent one', () => {
    const body = { appid: 'wx1', description: '龙井', amount: { total: 1 } }
    it.each([
      ['compact JSON, sent with blanks', JSON.stringify(body, null, 2), JSON.stringify(body), 'BODY_RESERIALISED'],
      ['ASCII JSON', JSON.stringify(body), JSON.stringify(body).replace('龙井', '\\u9f99\\u4e95'), 'BODY_ESCAPED'],
      ['sorted keys', JSON.stringify(body), '{"amount":{"total":1},"appid":"wx1","description":"龙井"}', 'BODY_SORTED'],
    ])('names %s', async (_case, sent, signedBody, finding) => {
      expect((await doctor.world.merchant.post(v3.jsapi, sent, { signedBody })).status).toBe(401)
      expect(await doctor.newest()).toMatchObject({ group: 2, finding, proved: true })
    })
  })

  describe('group 3: line feeds and timestamps', () => {
    /** Signs any text at all. */
    async function postSigned(toText: (timestamp: string, body: string) => string, unit = 1000): Promise<Answer> {
      const { mchid, serial, privateKey } = doctor.world.wechat.merchants[0]!
      const timestamp = String(Math.floor(Date.now() / unit))
      const body = JSON.stringify(doctor.world.jsapiOrder(doctor.world.newNumber()))
      const authorization = formatV3Authorization({
        mchid,
        nonce_str: 'n',
        timestamp,
        serial_no: serial,
        signature: signRsaSha256(parsePrivateKey(privateKey), toText(timestamp, body)),
      })
      return callJson('POST', doctor.world.wechat.url + v3.jsapi, body, { authorization })
    }

    it.each<[string, string, (timestamp: string, body: string) => string]>([
      ['a missing last line feed', 'LAST_LF_MISSING', (time, body) => `POST\n${v3.jsapi}\n${time}\nn\n${body}`],
      ['CR LF', 'CRLF', (time, body) => `POST\r\n${v3.jsapi}\r\n${time}\r\nn\r\n${body}\r\n`],
    ])('names %s', async (_case, finding, toText) => {
      expect((await postSigned(toText)).status).toBe(401)
      expect(await doctor.newest()).toMatchObject({ group: 3, finding, proved: true })
    })

    it('names milliseconds', async () => {
      expect((await postSigned((time, body) => `POST\n${v3.jsapi}\n${time}\nn\n${body}\n`, 1)).status).toBe(401)
      expect(await doctor.newest()).toMatchObject({ group: 3, finding: 'TIMESTAMP_MS', proved: true })
    })

    it('names a clock that is wrong', async () => {
      await order({}, { ageSec: 8 * 3600 })
      const diagnosis = (await doctor.newest())!
      expect(diagnosis).toMatchObject({ group: 3, finding: 'TIMESTAMP_STALE' })
      expect(diagnosis.message).toContain('time zone')
    })
  })

  describe('group 4: who signs', () => {
    it("names another merchant's key, and a platform certificate taken for the merchant's own", async () => {
      const created = await doctor.world.control('POST', '/control/merchants', { appids: [doctor.world.appid] })
      const { mchid, private_key, serial_no } = created.json as Record<string, string>
      const other = parsePrivateKey(private_key!)
      expect((await order({}, { signature: () => signRsaSha256(other, 'whatever') })).status).toBe(401)
      expect(await doctor.newest()).toMatchObject({ group: 4, finding: 'KEY_OF_OTHER_MERCHANT', proved: true })

      expect((await order({}, { serial: doctor.world.wechat.platform.serial })).status).toBe(500)
      expect(await doctor.newest()).toMatchObject({ group: 4, finding: 'SERIAL_OF_PLATFORM', proved: true })

      await order({}, { serial: serial_no! })
      expect(await doctor.newest()).toMatchObject({ group: 4, finding: 'MCHID_OF_SERIAL_DIFFERS', proved: true })
      expect((await doctor.newest())!.message).toContain(mchid)
    })

    it('names a body that is of another merchant than the header', async () => {
      expect((await order({ mchid: '1600000000' })).status).toBe(400)
      expect(await doctor.newest()).toMatchObject({
        group: 4,
        finding: 'MCHID_BODY_DIFFERS',
        expected: doctor.world.mchid,
        received: '1600000000',
      })
    })

    it('cannot tell what a key made that nobody here has', async () => {
      const { privateKey } = await createMerchantIdentity({ appids: [doctor.world.appid] })
      await order({}, { signature: () => signRsaSha256(parsePrivateKey(privateKey), 'x') })
      const diagnosis = (await doctor.newest())!
      expect(diagnosis).toMatchObject({ finding: 'UNKNOWN', proved: false })
      expect(diagnosis.message).toContain('cannot be told')
      expect(diagnosis.received).toBeUndefined()
    })
  })

  describe('group 5: certificate mode and public-key mode', () => {
    it('names a merchant in public-key mode who asks for certificates, or verifies with one', async () => {
      const identity = await createMerchantIdentity({ appids: [doctor.world.appid], keyMode: 'public_key' })
      const own = await createWechatWorld({ apps: doctor.world.wechat.apps, merchants: [identity] })
      const client = createMerchantClient(own.wechat.url, identity)
      expect((await client.get(v3.certificates)).status).toBe(404)
      expect(await newestDiagnosis(own.wechat.controlUrl)).toMatchObject({
        group: 5,
        finding: 'CERTIFICATES_IN_KEY_MODE',
        proved: true,
      })
      const headers = { 'wechatpay-serial': own.wechat.platform.serial }
      for (let again = 0; again < 2; again += 1)
        await client.post(v3.jsapi, own.jsapiOrder(own.newNumber()), { headers })
      const found = await diagnosesAt(own.wechat.controlUrl)
      expect(found.filter(({ finding }) => finding === 'VERIFIES_WITH_OTHER_KEY')).toMatchObject([
        { group: 5, expected: identity.publicKeyId, received: own.wechat.platform.serial },
      ])
      await own.stop()
    })

    it('says nothing where the named key is the one that signs', async () => {
      await order({}, { headers: { 'wechatpay-serial': doctor.world.wechat.platform.serial } })
      expect(await doctor.newest()).toBeUndefined()
    })
  })

  describe('group 8: amounts', () => {
    it.each([
      [19.9 * 100, 'AMOUNT_FLOAT', '1990'],
      [19.9, 'AMOUNT_FLOAT', '1990'],
      [0, 'AMOUNT_TOO_SMALL', undefined],
      ['1990', 'AMOUNT_TEXT', 'a JSON number'],
    ])('names %p', async (total, finding, expected) => {
      expect((await order({ amount: { total } })).status).toBe(400)
      expect(await doctor.newest()).toMatchObject({ group: 8, finding, proved: true, ...(expected && { expected }) })
    })

    it('warns of yuan where the goods are in fen, and only there', async () => {
      const goods = (unit_price: number): object => ({
        detail: { goods_detail: [{ merchant_goods_id: 'a', quantity: 2, unit_price }] },
      })
      expect((await order({ amount: { total: 88 }, ...goods(4400) })).status).toBe(200)
      expect(await doctor.newest()).toMatchObject({ group: 8, finding: 'AMOUNT_YUAN', where: 'order' })
      await doctor.world.control('POST', '/control/reset', {})
      expect((await order({ amount: { total: 88 }, ...goods(44) })).status).toBe(200)
      expect(await doctor.newest()).toBeUndefined()
    })
  })

  describe('group 9: order numbers', () => {
    it('names one that is too long, and one with other characters', async () => {
      const long = `order${Date.now()}0f8fad5b-d9cb-469f-a165-70867728950e`
      expect((await doctor.world.merchant.post(v3.jsapi, doctor.world.jsapiOrder(long))).status).toBe(400)
      expect(await doctor.newest()).toMatchObject({ group: 9, finding: 'NUMBER_LENGTH', proved: true })
      expect((await doctor.newest())!.message).toContain(`${long.length} characters`)
      await doctor.world.merchant.post(v3.jsapi, doctor.world.jsapiOrder('订单#123456'))
      expect(await doctor.newest()).toMatchObject({ group: 9, finding: 'NUMBER_CHARACTERS', proved: true })
    })

    it('names the number that a chained SDK call rewrote', async () => {
      await doctor.world.order('TC2022ABcd')
      expect((await doctor.world.query('-t-c2022-a-bcd')).status).toBe(404)
      expect(await doctor.newest()).toMatchObject({ group: 9, finding: 'NUMBER_MANGLED', expected: 'TC2022ABcd' })
      await doctor.world.query('t-c2022-a-bcd')
      expect(await doctor.newest()).toMatchObject({ finding: 'NUMBER_MANGLED', expected: 'TC2022ABcd' })
    })

    it('does not claim it of a number that nobody ordered', async () => {
      expect((await doctor.world.query('-t-c2099-x')).status).toBe(404)
      expect(await doctor.newest()).toBeUndefined()
    })
  })

  describe('group 10: a number ordered again', () => {
    it('names the fields that differ, and shows no openid whole', async () => {
      const number = await doctor.world.order()
      const openid = await doctor.world.wechat.openid(doctor.world.appid, 'payer-2')
      const over = { amount: { total: 8801, currency: 'CNY' }, payer: { openid } }
      expect((await doctor.world.merchant.post(v3.jsapi, doctor.world.jsapiOrder(number, over))).status).toBe(400)
      const diagnosis = (await doctor.newest())!
      expect(diagnosis).toMatchObject({ group: 10, finding: 'REENTRY_DIFFERS', proved: true, out_trade_no: number })
      expect(diagnosis.message).toContain('amount.total was 8800, now 8801')
      expect(diagnosis.message).not.toContain(openid)
    })

    it('names a number that a close burned, and one of another product', async () => {
      await doctor.world.close('burned-0001')
      expect((await doctor.world.merchant.post(v3.jsapi, doctor.world.jsapiOrder('burned-0001'))).status).toBe(400)
      expect(await doctor.newest()).toMatchObject({ group: 10, finding: 'NUMBER_BURNED', proved: true })
      const number = await doctor.world.order()
      expect((await doctor.world.merchant.post(v3.h5, doctor.world.h5Order(number))).status).toBe(403)
      expect(await doctor.newest()).toMatchObject({ group: 10, finding: 'NUMBER_TAKEN', proved: true })
    })
  })

  describe('group 11: payer and app', () => {
    it('names the app of an openid, an openid of QQ, and one that nobody has', async () => {
      const openid = await doctor.world.wechat.openid('wx00000000000other', 'payer-1')
      expect((await order({ payer: { openid } })).status).toBe(400)
      expect(await doctor.newest()).toMatchObject({ group: 11, finding: 'OPENID_OF_OTHER_APP', proved: true })
      expect((await doctor.newest())!.message).toContain('wx00000000000other')
      await order({ payer: { openid: '55107C3B8501CD7CBD90AEE4626E6D17' } })
      expect(await doctor.newest()).toMatchObject({ group: 11, finding: 'OPENID_OF_QQ' })
      await order({ payer: { openid: 'oNobody' } })
      expect(await doctor.newest()).toMatchObject({ group: 11, finding: 'OPENID_UNKNOWN' })
    })
  })

  describe('group 12: notification address', () => {
    it.each([
      ['a query', 'https://shop.example/notify?id=1', 'NOTIFY_URL_QUERY'],
      ['a blank', ' https://shop.example/notify', 'NOTIFY_URL_SPACE'],
      ['no scheme', 'shop.example/notify', 'NOTIFY_URL_SCHEME'],
    ])('names %s', async (_case, notify_url, finding) => {
      expect((await order({ notify_url })).status).toBe(400)
      expect(await doctor.newest()).toMatchObject({ group: 12, finding, proved: true })
    })

    it('warns of an intranet address once, and not of one that this machine stands for', async () => {
      for (let again = 0; again < 2; again += 1)
        expect((await order({ notify_url: 'http://192.168.1.7/notify' })).status).toBe(200)
      expect(await diagnosesAt(doctor.world.wechat.controlUrl)).toMatchObject([
        { group: 12, finding: 'NOTIFY_URL_INTRANET', where: 'order' },
      ])
      await doctor.world.control('POST', '/control/reset', {})
      expect((await order()).status).toBe(200)
      expect(await doctor.newest()).toBeUndefined()
    })
  })

  describe('others', () => {
    it('explains the path to which a chained call posts, and points from a misspelt one to the right one', async () => {
      const stray = await doctor.world.merchant.post('/v3/pay/notifications/verify', {})
      expect(stray).toMatchObject({ status: 404, text: '' })
      expect(await doctor.newest()).toMatchObject({ group: 13, finding: 'STRAY_VERIFY', proved: true })
      await doctor.world.merchant.post('/v3/pay/transactions/JSAPI', {})
      expect((await doctor.newest())!.message).toContain('there is POST /v3/pay/transactions/jsapi')
      await callJson('GET', `${doctor.world.wechat.url}/favicon.ico`)
      expect(await doctor.newest()).toMatchObject({
        finding: 'PATH_UNKNOWN',
        subject: 'POST /v3/pay/transactions/JSAPI',
      })
    })

    it('names camel case and V2 names', async () => {
      const { out_trade_no: _left, ...rest } = doctor.world.jsapiOrder('x') as Record<string, unknown>
      await doctor.world.merchant.post(v3.jsapi, { ...rest, outTradeNo: 'order-9999' })
      expect((await doctor.newest())!.message).toContain('outTradeNo is there')
      await order({ total_fee: 1 })
      expect((await doctor.newest())!.message).toContain('amount.total')
    })

    it('shows no key and no Authorization', async () => {
      const { apiV3Key, apiKey } = doctor.world.wechat.merchants[0]!
      await order({}, { signedBody: '{}' })
      const { text } = await doctor.world.control('GET', '/control/diagnoses')
      for (const secret of [apiV3Key, apiKey, 'WECHATPAY2']) expect(text).not.toContain(secret)
    })
  })

  describe('the control API', () => {
    it('pages from the newest to the oldest, and refuses a page that is none', async () => {
      for (const total of [1.1, 2.2, 3.3]) await order({ amount: { total } })
      const first = await doctor.world.control('GET', '/control/diagnoses?limit=2')
      const shown = (answer: Answer): unknown[] =>
        (answer.json['diagnoses'] as Diagnosis[]).map(({ received }) => received)
      expect(shown(first)).toEqual(['3.3', '2.2'])
      const second = await doctor.world.control(
        'GET',
        `/control/diagnoses?limit=2&before=${String(first.json['next'])}`,
      )
      expect(shown(second)).toEqual(['1.1'])
      expect(second.json['next']).toBeNull()
      expect((await doctor.world.control('GET', '/control/diagnoses?limit=0')).status).toBe(400)
    })

    it('shows each in the journal, too, and forgets all when it is reset', async () => {
      await order({ amount: { total: 1.1 } })
      await doctor.newest()
      const { json } = await doctor.world.control('GET', '/control/journal')
      expect(json['events']).toContainEqual(
        expect.objectContaining({ type: 'diagnosis', detail: expect.objectContaining({ finding: 'AMOUNT_FLOAT' }) }),
      )
      await doctor.world.control('POST', '/control/reset', {})
      expect(await doctor.newest()).toBeUndefined()
    })
  })

  it('changes no answer: refused requests get the same words while it looks', async () => {
    const spoil = { signedTarget: '/wrong' }
    const answers = await Promise.all(Array.from({ length: 40 }, () => order({}, spoil)))
    expect(new Set(answers.map(({ status, json }) => `${status} ${String(json['message'])}`))).toEqual(
      new Set(['401 签名错误']),
    )
    expect((await diagnosesAt(doctor.world.wechat.controlUrl, 200)).length).toBe(40)
  })
})
