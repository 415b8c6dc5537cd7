import { createServer, request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { decryptAesEcb } from '../../../../mock-server/crypto/aes-ecb'
import { createCertificate } from '../../../../mock-server/crypto/make-certificate'
import { md5Hex } from '../../../../mock-server/crypto/digest'
import { createRsaKeyPair } from '../../../../mock-server/crypto/rsa'
import { recordToXml, xmlToRecord } from '../../../../mock-server/crypto/xml'
import { v2Paths } from '../../../../mock-server/wire/v2-paths'
import { createMerchantIdentity } from '../../../../mock-server/simulator/wechat/identity'
import { createV2Client, v2Accept, type V2Client, type V2Values } from '../../support/v2-client'
import { createWechatWorld, type WechatWorld } from '../../support/wechat-world'

const notify_url = 'https://shop.example/notify/wechat-v2-refund'

describe('refunds of V2', () => {
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

  const refusal = (err_code: string, err_code_des: string) => ({
    fields: { return_code: 'SUCCESS', result_code: 'FAIL', err_code, err_code_des },
  })
  const refund = (out_trade_no: string | undefined, out_refund_no: string, over: V2Values = {}) =>
    client.call(v2Paths.refund, { out_trade_no, out_refund_no, total_fee: '8800', refund_fee: '800', ...over })
  const queryRefunds = (over: V2Values) => client.call(v2Paths.refundQuery, over)
  async function paid(): Promise<string> {
    const outTradeNo = world.newNumber()
    await client.order(outTradeNo)
    await world.wechat.pay(world.mchid, outTradeNo)
    await world.wechat.settled()
    world.receiver.received.length = 0
    return outTradeNo
  }

  it('are accepted, shown while they are processed, and end', async () => {
    const outTradeNo = await paid()
    const accepted = await refund(outTradeNo, 'r-1')
    expect(client.isSigned(accepted)).toBe(true)
    expect(accepted.fields).toMatchObject({
      result_code: 'SUCCESS',
      out_trade_no: outTradeNo,
      out_refund_no: 'r-1',
      refund_id: expect.stringMatching(/^503\d{26}$/),
      refund_fee: '800',
      total_fee: '8800',
      cash_fee: '8800',
    })
    const { transaction_id, refund_id } = accepted.fields
    expect((await client.query(outTradeNo)).fields['trade_state']).toBe('REFUND')
    const processing = await queryRefunds({ out_refund_no: 'r-1' })
    expect(processing.fields).toMatchObject({ refund_count: '1', refund_status_0: 'PROCESSING', refund_fee_0: '800' })
    expect(processing.fields).not.toHaveProperty('refund_success_time_0')
    await world.wechat.advance(3)
    for (const over of [{ out_refund_no: 'r-1' }, { refund_id }, { transaction_id }, { out_trade_no: outTradeNo }]) {
      const answer = await queryRefunds(over)
      expect(client.isSigned(answer)).toBe(true)
      expect(answer.fields).toMatchObject({
        transaction_id,
        out_trade_no: outTradeNo,
        total_fee: '8800',
        refund_fee: '800',
        refund_count: '1',
        out_refund_no_0: 'r-1',
        refund_id_0: refund_id,
        refund_status_0: 'SUCCESS',
        refund_account_0: 'REFUND_SOURCE_UNSETTLED_FUNDS',
        refund_recv_accout_0: '支付用户零钱',
        refund_success_time_0: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
      })
    }
  })

  it('are the same refund under the same number', async () => {
    const outTradeNo = await paid()
    const [first, second] = [await refund(outTradeNo, 'r-2'), await refund(outTradeNo, 'r-2')]
    expect(second.fields['refund_id']).toBe(first.fields['refund_id'])
    const mismatch = refusal('REFUND_FEE_MISMATCH', '订单金额或退款金额与之前请求不一致，请核实后再试')
    expect(await refund(outTradeNo, 'r-2', { refund_fee: '801' })).toMatchObject(mismatch)
    expect(await refund(outTradeNo, 'r-3', { total_fee: '8801' })).toMatchObject(mismatch)
  })

  it('are refused where there is nothing to give back', async () => {
    const outTradeNo = await paid()
    expect((await refund(outTradeNo, 'r-4', { refund_fee: '8801' })).fields['err_code']).toBe('ERROR')
    await refund(outTradeNo, 'r-5', { refund_fee: '8800' })
    expect(await refund(outTradeNo, 'r-6')).toMatchObject(refusal('ERROR', '订单已全额退款'))
    const unpaid = world.newNumber()
    await client.order(unpaid)
    expect(await refund(unpaid, 'r-7')).toMatchObject(refusal('ORDERNOTEXIST', '订单不存在'))
    expect(await refund(undefined, 'r-8', { transaction_id: '42' })).toMatchObject(
      refusal('INVALID_TRANSACTIONID', '无效transaction_id'),
    )
    expect((await refund(undefined, 'r-9')).fields).toEqual({ return_code: 'FAIL', return_msg: '缺少参数' })
    expect(await queryRefunds({ out_refund_no: 'r-9' })).toMatchObject(refusal('REFUNDNOTEXIST', 'not exist'))
    expect(await queryRefunds({ out_trade_no: unpaid })).toMatchObject(refusal('REFUNDNOTEXIST', 'not exist'))
  })

  it('come ten to an answer, and go on at an offset', async () => {
    const outTradeNo = await paid()
    for (let n = 0; n < 12; n += 1) {
      await refund(outTradeNo, `page-${n}`, { refund_fee: '1' })
      await world.wechat.advance(60)
    }
    const first = await queryRefunds({ out_trade_no: outTradeNo })
    expect(first.fields).toMatchObject({ refund_count: '10', out_refund_no_9: 'page-9' })
    expect(first.fields).not.toHaveProperty('total_refund_count')
    const second = await queryRefunds({ out_trade_no: outTradeNo, offset: '10' })
    expect(second.fields).toMatchObject({ total_refund_count: '12', refund_count: '2', out_refund_no_1: 'page-11' })
    expect(second.fields).not.toHaveProperty('out_refund_no_2')
  })

  it('and those of V3 are on one ledger', async () => {
    const outTradeNo = await paid()
    await refund(outTradeNo, 'both-1')
    const target = '/v3/refund/domestic/refunds'
    expect((await world.merchant.get(`${target}/both-1`)).json).toMatchObject({
      status: 'PROCESSING',
      amount: { refund: 800 },
    })
    await world.wechat.advance(60)
    const body = {
      out_trade_no: outTradeNo,
      out_refund_no: 'both-2',
      amount: { refund: 8000, total: 8800, currency: 'CNY' },
    }
    expect((await world.merchant.post(target, body)).status).toBe(200)
    const { fields } = await queryRefunds({ out_trade_no: outTradeNo })
    expect(fields).toMatchObject({ refund_count: '2', out_refund_no_1: 'both-2', refund_fee_1: '8000' })
    expect(await refund(outTradeNo, 'both-3')).toMatchObject(refusal('ERROR', '订单已全额退款'))
  })

  it('tell their end in a document without a signature, whose content only the API key opens', async () => {
    const outTradeNo = await paid()
    await refund(outTradeNo, 'n-1', { notify_url })
    await world.wechat.advance(3)
    expect(world.receiver.received).toHaveLength(1)
    const { url, body } = world.receiver.received[0]!
    expect(url).toBe('/notify/wechat-v2-refund')
    const { req_info = '', ...fields } = xmlToRecord(body)
    expect(fields).toEqual({
      return_code: 'SUCCESS',
      appid: world.appid,
      mch_id: world.mchid,
      nonce_str: expect.stringMatching(/^\w{32}$/),
    })
    const { apiKey } = world.wechat.merchants[0]!
    const plaintext = decryptAesEcb(md5Hex(apiKey), req_info)
    expect(plaintext.startsWith('<root>')).toBe(true)
    expect({ ...xmlToRecord(Buffer.from(plaintext)) }).toMatchObject({
      out_refund_no: 'n-1',
      out_trade_no: outTradeNo,
      refund_fee: '800',
      total_fee: '8800',
      refund_status: 'SUCCESS',
      refund_request_source: 'API',
      refund_recv_accout: '支付用户零钱',
      success_time: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
    })
    expect(() => decryptAesEcb(md5Hex(`${apiKey}x`), req_info)).toThrow()
    const notice = (await world.noticesOf(outTradeNo)).find(({ attempts }) => attempts.length > 0)
    const shown = await world.control('GET', `/control/notices/${notice!.id}`)
    expect(shown.json['resource']).toMatchObject({ req_info: { out_refund_no: 'n-1', refund_status: 'SUCCESS' } })
  })

  it.each([
    ['refund-abnormal', 'CHANGE'],
    ['refund-closed', 'REFUNDCLOSE'],
  ])('may end otherwise: %s', async (fault, status) => {
    const outTradeNo = await paid()
    await world.control('PUT', `/control/faults/${fault}`, { on: true, times: 1 })
    await refund(outTradeNo, `end-${status}`, { notify_url })
    await world.wechat.advance(3)
    expect((await queryRefunds({ out_refund_no: `end-${status}` })).fields['refund_status_0']).toBe(status)
    const { req_info = '' } = xmlToRecord(world.receiver.received[0]!.body)
    const opened = xmlToRecord(Buffer.from(decryptAesEcb(md5Hex(world.wechat.merchants[0]!.apiKey), req_info)))
    expect(opened['refund_status']).toBe(status)
    expect(opened).not.toHaveProperty('success_time')
  })

  it('demand the merchant certificate under TLS, and only there', async () => {
    const own = world.wechat.merchants[0]!
    const { privateKey, publicKey } = await createRsaKeyPair()
    const [notBefore, notAfter] = [new Date(Date.now() - 60_000), new Date(Date.now() + 3_600_000)]
    const server = await createCertificate({ subject: 'CN=localhost', privateKey, publicKey, notBefore, notAfter })
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' })
    const options = { key, cert: server.pem, requestCert: true, rejectUnauthorized: false }
    const tls = createServer(options, world.wechat.listener)
    await new Promise<void>((listening) => tls.listen(0, '127.0.0.1', listening))
    const { port } = tls.address() as AddressInfo
    const outTradeNo = await paid()
    const refundValues = { out_trade_no: outTradeNo, out_refund_no: 'tls-1', total_fee: '8800', refund_fee: '8800' }
    const body = () => recordToXml(client.sign(refundValues))
    const send = (path: string, shown: { key?: string; cert?: string }, sent = body()) =>
      new Promise<{ status: number; text: string }>((resolve, reject) => {
        const to = {
          host: '127.0.0.1',
          port,
          path,
          method: 'POST',
          agent: false,
          rejectUnauthorized: false,
          ...shown,
        } as const
        request(to, (answer) => {
          let text = ''
          answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
          answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }))
        })
          .on('error', reject)
          .end(sent)
      })
    try {
      const none = await send(v2Paths.refund, {})
      expect(none).toMatchObject({ status: 400, text: expect.stringContaining('No required SSL certificate was sent') })
      const stranger = await createMerchantIdentity({ appids: [world.appid] })
      const wrong = await send(v2Paths.refund, { key: stranger.privateKey, cert: stranger.certificate })
      expect({ ...xmlToRecord(Buffer.from(wrong.text)) }).toMatchObject({
        err_code: 'CERT_ERROR',
        err_code_des: '证书校验错误',
      })
      // Anybody can write a certificate with the merchant's serial.
      const forged = await createCertificate({
        subject: 'CN=x',
        privateKey,
        publicKey,
        notBefore,
        notAfter,
        serial: own.serial,
      })
      const forgedAnswer = await send(v2Paths.refund, { key: String(key), cert: forged.pem })
      expect(xmlToRecord(Buffer.from(forgedAnswer.text))['err_code']).toBe('CERT_ERROR')
      expect(await queryRefunds({ out_trade_no: outTradeNo })).toMatchObject(refusal('REFUNDNOTEXIST', 'not exist'))
      expect((await send(v2Paths.query, {})).text).toContain('<trade_state><![CDATA[SUCCESS]]>')
      for (const action of ['revoke', 'expire', 'replace'] as const) {
        const { json } = await world.control('POST', `/control/merchants/${world.mchid}/certificate`, { action })
        const ended = await send(v2Paths.refund, { key: own.privateKey, cert: own.certificate })
        expect(xmlToRecord(Buffer.from(ended.text))['err_code']).toBe('CERT_ERROR')
        if (action === 'replace') {
          const fresh = { key: String(json['private_key']), cert: String(json['certificate']) }
          // A refusal of the order means that the certificate let it in.
          const unknown = recordToXml(client.sign({ ...refundValues, out_trade_no: 'nobody-knows' }))
          const letIn = await send(v2Paths.refund, fresh, unknown)
          expect(xmlToRecord(Buffer.from(letIn.text))['err_code']).toBe('ORDERNOTEXIST')
        }
        await world.control('POST', `/control/merchants/${world.mchid}/certificate`, { action: 'restore' })
      }
      const right = await send(v2Paths.refund, { key: own.privateKey, cert: own.certificate })
      expect({ ...xmlToRecord(Buffer.from(right.text)) }).toMatchObject({
        result_code: 'SUCCESS',
        out_refund_no: 'tls-1',
      })
    } finally {
      tls.closeAllConnections()
      await new Promise((closed) => tls.close(closed))
    }
  })
})

describe('bills of V2', () => {
  let world: WechatWorld
  let client: V2Client
  beforeAll(async () => {
    world = await createWechatWorld()
    client = createV2Client(world)
    world.receiver.answerWith((response) => response.end(v2Accept))
  })
  afterAll(() => world.stop())

  const beijingDay = (ms: number): string => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 10).replaceAll('-', '')
  const bill = (bill_date: string, over: V2Values = {}) => client.call(v2Paths.bill, { bill_date, ...over })

  it('are the same text as V3 gives, once they exist', async () => {
    const outTradeNo = world.newNumber()
    await client.order(outTradeNo)
    await world.wechat.pay(world.mchid, outTradeNo)
    const today = beijingDay(world.wechat.now())
    const before = await bill(today)
    expect(before.fields).toMatchObject({ return_code: 'FAIL', error_code: expect.stringMatching(/^200\d\d$/) })
    await world.wechat.advance(34 * 3600 + 60)
    const { text, headers } = await bill(today)
    expect(text).toContain(`\`${outTradeNo}`)
    expect(text).toContain('88.00')
    expect(headers.get('content-type')).toContain('text/plain')
    const { json } = await world.merchant.get(
      `/v3/bill/tradebill?bill_date=${today.replace(/(....)(..)(..)/, '$1-$2-$3')}`,
    )
    const { pathname, search } = new URL(String(json['download_url']))
    expect(text).toBe((await world.merchant.get(pathname + search)).text)
    const zipped = await fetch(world.wechat.url + v2Paths.bill, {
      method: 'POST',
      body: recordToXml(client.sign({ bill_date: today, bill_type: 'ALL', tar_type: 'GZIP' })),
    })
    const unzipped = gunzipSync(Buffer.from(await zipped.arrayBuffer()))
    expect(new TextDecoder().decode(unzipped)).toBe(text)
  })

  it('are refused with an error_code', async () => {
    const fault = (return_msg: string, error_code: string) => ({ return_code: 'FAIL', return_msg, error_code })
    const emptyDay = beijingDay(world.wechat.now() - 5 * 86_400_000)
    expect((await bill(emptyDay)).fields).toEqual(fault('No Bill Exist', '20002'))
    expect((await bill(beijingDay(world.wechat.now() + 86_400_000))).fields).toEqual(
      fault('invalid bill_date', '20001'),
    )
    expect((await bill(emptyDay, { bill_type: 'RECHARGE_REFUND' })).fields).toEqual(fault('invalid bill_type', '20001'))
    for (const date of ['20260230', '2026-02-28', 'yesterday'])
      expect((await bill(date)).fields).toEqual(fault('invalid bill_date', '20001'))
    expect((await bill(emptyDay, { bill_type: 'EVERYTHING' })).fields).toEqual(fault('invalid bill_type', '20001'))
  })
})
