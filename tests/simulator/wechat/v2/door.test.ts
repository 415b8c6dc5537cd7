import fc from 'fast-check'
import { recordToXml } from '../../../../mock-server/crypto/xml'
import { v2Paths } from '../../../../mock-server/wire/v2-paths'
import { newestDiagnosis } from '../../support/diagnoses'
import { createV2Client, type V2Client, type V2Spoil, type V2Values } from '../../support/v2-client'
import { createWechatWorld, type WechatWorld } from '../../support/wechat-world'

describe('the door of the V2 API', () => {
  let world: WechatWorld
  let client: V2Client
  const faults: unknown[] = []
  beforeAll(async () => {
    world = await createWechatWorld({ onDefect: (error) => void faults.push(error) })
    client = createV2Client(world)
  })
  afterAll(async () => {
    await world.stop()
    expect(faults).toEqual([])
  })

  const fault = (text: string) => ({ status: 200, fields: { return_code: 'FAIL', return_msg: text } })
  const order = (over: V2Values = {}, spoil: V2Spoil = {}) => client.order(world.newNumber(), over, spoil)

  it('answers a wrong signature to the letter', async () => {
    const answer = await order({}, { key: 'x'.repeat(32) })
    expect(answer.text).toBe(
      '<xml><return_code><![CDATA[FAIL]]></return_code>\n<return_msg><![CDATA[签名错误]]></return_msg>\n</xml>',
    )
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('text/plain')
  })

  it.each(['MD5', 'HMAC-SHA256'] as const)('signs its answer with %s, as the request was', async (signType) => {
    const answer = await order({}, { signType })
    expect(answer.fields).toMatchObject({ return_code: 'SUCCESS', return_msg: 'OK', result_code: 'SUCCESS' })
    expect(answer.fields['sign']).toHaveLength(signType === 'MD5' ? 32 : 64)
    expect(client.isSigned(answer)).toBe(true)
    expect(Object.keys(answer.fields).slice(0, 7)).toEqual([
      'return_code',
      'return_msg',
      'result_code',
      'mch_id',
      'appid',
      'nonce_str',
      'sign',
    ])
  })

  it('signs a refusal of business too', async () => {
    const answer = await client.query(world.newNumber())
    expect(answer.fields).toMatchObject({
      return_code: 'SUCCESS',
      result_code: 'FAIL',
      err_code: 'ORDERNOTEXIST',
      err_code_des: '订单不存在',
    })
    expect(client.isSigned(answer)).toBe(true)
  })

  it('takes parameters that nobody knows, as long as they are signed', async () => {
    expect((await order({ surprise: '1' })).fields['result_code']).toBe('SUCCESS')
    expect(await order({}, { afterwards: { surprise: '1' } })).toMatchObject(fault('签名错误'))
  })

  it('takes empty values, which are not signed', async () => {
    expect((await order({ attach: '', detail: '' })).fields['result_code']).toBe('SUCCESS')
  })

  it('does not look at the root, nor for CDATA, a declaration or line breaks', async () => {
    const params = client.sign({ out_trade_no: world.newNumber() })
    const plain = Object.entries(params).map(([name, value]) => `<${name}>${value}</${name}>`)
    for (const body of [
      recordToXml(params, 'root'),
      `<?xml version="1.0" encoding="UTF-8"?>\r\n<xml>\r\n  ${plain.join('\r\n  ')}\r\n</xml>\r\n`,
      `<a>${plain.join('')}</a>`,
    ]) {
      expect((await client.send(v2Paths.query, body)).fields['err_code']).toBe('ORDERNOTEXIST')
    }
  })

  it.each<[string, V2Values, V2Spoil, string]>([
    ['with a character of its signature changed', {}, { afterwards: { sign: 'A'.repeat(32) } }, '签名错误'],
    ['without a signature', {}, { afterwards: { sign: undefined } }, '签名错误'],
    ['whose value was changed afterwards', {}, { afterwards: { total_fee: '1' } }, '签名错误'],
    ['that announces another method', {}, { afterwards: { sign_type: 'HMAC-SHA256' } }, '签名错误'],
    ['with a short signature', {}, { afterwards: { sign: 'A'.repeat(31) } }, 'sign参数长度有误'],
    [
      'with an RSA signature of V3',
      {},
      { afterwards: { sign: 'A'.repeat(344) } },
      '输入源“/body/xml/sign”映射到值字段“签名”字符串规则校验失败,字节数 344,大于最大值 128',
    ],
    ['with an unknown method', { sign_type: 'SHA1' }, {}, 'sign_type参数格式错误'],
    ['without mch_id', { mch_id: undefined }, {}, 'mch_id参数格式错误'],
    ['with a mch_id that is no number', { mch_id: 'shop' }, {}, 'mch_id参数格式错误'],
    ['of an unknown merchant', { mch_id: '1234567890' }, {}, '商户号mch_id或sub_mch_id不存在'],
    ['without appid', { appid: undefined }, {}, '缺少参数'],
    ['with an unknown appid', { appid: 'wx0000000000000000' }, {}, 'appid不存在'],
    ['without nonce_str', { nonce_str: undefined }, {}, '缺少参数'],
    ['with a long nonce_str', { nonce_str: 'n'.repeat(33) }, {}, 'nonce_str参数长度有误'],
    ['without body', { body: undefined }, {}, '缺少参数'],
    ['with an empty out_trade_no', { out_trade_no: '' }, {}, '缺少参数'],
    ['with a long body', { body: '茶'.repeat(43) }, {}, 'body参数长度有误'],
    ['with a long out_trade_no', { out_trade_no: '1'.repeat(33) }, {}, 'out_trade_no参数长度有误'],
    ['with letters that out_trade_no must not have', { out_trade_no: '订单1' }, {}, 'out_trade_no参数格式错误'],
    ['without an address of the payer', { spbill_create_ip: undefined }, {}, '缺少参数'],
    ['with a wrong address of the payer', { spbill_create_ip: '203.0.113.256' }, {}, 'invalid spbill_create_ip'],
    ['for nothing', { total_fee: '0' }, {}, 'invalid total_fee'],
    ['in yuan', { total_fee: '88.00' }, {}, 'invalid total_fee'],
    ['for less than nothing', { total_fee: '-1' }, {}, 'invalid total_fee'],
    ['with a query in notify_url', { notify_url: 'https://shop.example/n?a=1' }, {}, 'invalid notify_url'],
    ['with an unknown trade_type', { trade_type: 'H5' }, {}, 'trade_type参数格式错误'],
    ['with a time that is none', { time_expire: '20260230000000' }, {}, 'time_expire参数格式错误'],
    ['in dollars', { fee_type: 'USD' }, {}, 'fee_type参数格式错误'],
    ['for a code without product_id', { trade_type: 'NATIVE' }, {}, '缺少参数'],
    ['for the wallet without openid', { openid: undefined }, {}, 'JSAPI支付必须传openid'],
    ['for an openid that nobody has', { openid: 'o'.repeat(28) }, {}, '无效的openid'],
  ])('refuses an order %s', async (_what, values, spoil, text) => {
    const answer = await order(values, spoil)
    expect(answer).toMatchObject(fault(text))
    expect(Object.keys(answer.fields)).toEqual(['return_code', 'return_msg'])
  })

  it('refuses an openid of another app', async () => {
    const openid = await world.wechat.openid('wx9999999999999999', 'payer-1')
    expect(await order({ openid })).toMatchObject(fault('appid and openid not match'))
  })

  it('has the doctor look at a signature that does not fit', async () => {
    const { apiV3Key, apiKey } = world.wechat.merchants[0]!
    await order({}, { key: apiV3Key })
    expect(await newestDiagnosis(world.wechat.controlUrl)).toMatchObject({
      where: 'request',
      subject: 'POST /pay/unifiedorder',
      finding: 'V2_KEY',
      proved: true,
    })
    await order({}, { afterwards: { attach: '店一' } })
    const found = await newestDiagnosis(world.wechat.controlUrl)
    expect(found).toMatchObject({ finding: 'V2_PARAM_NOT_SIGNED', message: expect.stringContaining('attach') })
    expect(JSON.stringify(found)).not.toContain(apiKey)
  })

  it('takes 42 characters of three bytes as a body', async () => {
    expect((await order({ body: '茶'.repeat(42) })).fields['result_code']).toBe('SUCCESS')
  })

  it.each<[string, string | Buffer, string]>([
    ['no body', '', 'post数据为空'],
    ['JSON', '{"appid":"wx"}', 'XML格式错误'],
    ['a cut document', '<xml><mch_id>1</mch_', 'XML格式错误'],
    ['a DOCTYPE', '<!DOCTYPE x [<!ENTITY e "1">]><xml><mch_id>&e;</mch_id></xml>', 'XML格式错误'],
    ['elements in elements', '<xml><mch_id><a>1</a></mch_id></xml>', 'XML格式错误'],
    ['an element twice', '<xml><mch_id>1</mch_id><mch_id>1</mch_id></xml>', 'XML格式错误'],
    ['GBK', Buffer.from([0x3c, 0x78, 0x3e, 0xd6, 0xa7, 0xb8, 0xb6, 0x3c, 0x2f, 0x78, 0x3e]), '编码格式错误'],
    ['a body over a mebibyte', `<xml>${' '.repeat(1_100_000)}</xml>`, 'XML格式错误'],
  ])('refuses %s', async (_what, body, text) => {
    expect(await client.send(v2Paths.order, body)).toMatchObject(fault(text))
  })

  it.each(['GET', 'PUT', 'DELETE'])('asks for POST where it is called with %s', async (method) => {
    expect(await client.send(v2Paths.query, '', method)).toMatchObject(fault('请使用post方法'))
  })

  it('survives anything, and the ledger is as it was', async () => {
    const before = (await world.control('GET', '/control/trades?limit=200')).text
    const paths = fc.constantFrom(...Object.values(v2Paths))
    const name = fc.stringMatching(/^[a-z_]{1,12}$/)
    const values = fc.dictionary(name, fc.string(), { maxKeys: 5 })
    const known = fc.record(
      {
        out_trade_no: fc.constantFrom('', '1', 'x'.repeat(40), '__proto__', '../..', 'a|b*c'),
        transaction_id: fc.string(),
        total_fee: fc.constantFrom('', 'NaN', '1e9', '９', '99999999999', ' 1'),
        trade_type: fc.constantFrom('JSAPI', 'MWEB', 'toString', ''),
        scene_info: fc.json(),
        sub_mch_id: fc.constantFrom('1900000009', ''),
        offset: fc.string(),
        refund_fee: fc.constantFrom('1', '-1'),
        out_refund_no: fc.string(),
        bill_date: fc.constantFrom('20260101', '20269999', ''),
      },
      { requiredKeys: [] },
    )
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
      values.map((record) => recordToXml(record)),
      fc.tuple(known, values).map(([some, others]) => {
        const { openid, ...rest } = { openid: '', ...others, ...some } as Record<string, string>
        return recordToXml(client.sign({ ...rest, openid }))
      }),
    )
    await fc.assert(
      fc.asyncProperty(paths, body, async (path, sent) => {
        const answer = await client.send(path, sent)
        expect(answer.status).toBe(200)
        expect(answer.fields).toMatchObject({ return_code: expect.stringMatching(/^(SUCCESS|FAIL)$/) })
        const { return_code, result_code, err_code } = answer.fields
        if (return_code === 'SUCCESS') expect([result_code, client.isSigned(answer)]).toEqual(['FAIL', true])
        expect(err_code).not.toBe('SYSTEMERROR')
      }),
      { numRuns: 300 },
    )
    expect((await world.control('GET', '/control/trades?limit=200')).text).toBe(before)
    expect(faults).toEqual([])
  })
})
