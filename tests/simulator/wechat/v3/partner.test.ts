import { parsePrivateKey, signRsaSha256 } from '../../../../mock-server/crypto/rsa'
import { decryptAesGcm } from '../../../../mock-server/crypto/aes-gcm'
import { createAppIdentity, createMerchantIdentity } from '../../../../mock-server/simulator/wechat/identity'
import { v3PayMessage } from '../../../../mock-server/wire/v3-signing'
import { callJson, createMerchantClient, type Answer } from '../../support/merchant-client'
import { createWechatWorld, type WechatWorld } from '../../support/wechat-world'

const partner = '/v3/pay/partner/transactions'
const subMchid = '1900000001'
const subAppid = 'wxsub0123456789ab'

/** What a decrypted notification says. */
function decrypt(body: Buffer, key: string): unknown {
  const { resource } = JSON.parse(body.toString()) as {
    resource: { nonce: string; associated_data: string; ciphertext: string }
  }
  const { nonce, associated_data, ciphertext } = resource
  return JSON.parse(decryptAesGcm({ key, nonce, associatedData: associated_data }, ciphertext))
}

describe('a partner who orders for a sub merchant', () => {
  let world: WechatWorld
  let spOpenid: string
  let subOpenid: string
  beforeAll(async () => {
    const app = createAppIdentity()
    const merchant = await createMerchantIdentity({
      appids: [app.appid],
      subMerchants: [{ mchid: subMchid, name: '茶农', appids: [subAppid] }],
    })
    world = await createWechatWorld({ apps: [app, { appid: subAppid, secret: 's' }], merchants: [merchant] })
    spOpenid = world.openid
    subOpenid = await world.wechat.openid(subAppid, 'payer-1')
  })
  afterAll(() => world.stop())

  const order = (out_trade_no: string, over: object = {}): object => ({
    sp_appid: world.appid,
    sp_mchid: world.mchid,
    sub_mchid: subMchid,
    description: '白瓷盖碗',
    out_trade_no,
    notify_url: 'https://shop.example/notify/wechat',
    amount: { total: 6800 },
    ...over,
  })
  const jsapi = (number: string, over: object = {}): Promise<Answer> =>
    world.merchant.post(`${partner}/jsapi`, order(number, { payer: { sp_openid: spOpenid }, ...over }))
  const query = (number: string, sub = subMchid): Promise<Answer> =>
    world.merchant.get(`${partner}/out-trade-no/${number}?sp_mchid=${world.mchid}&sub_mchid=${sub}`)

  it('gets a prepay_id, an h5_url, a code_url', async () => {
    expect((await jsapi(world.newNumber())).json).toEqual({ prepay_id: expect.stringMatching(/^wx\w{34}$/) })
    const scene_info = { payer_client_ip: '203.0.113.13', h5_info: { type: 'Wap' } }
    const h5 = await world.merchant.post(`${partner}/h5`, order(world.newNumber(), { scene_info }))
    expect(h5.json).toEqual({ h5_url: expect.stringContaining('/checkmweb?prepay_id=wx') })
    const native = await world.merchant.post(`${partner}/native`, order(world.newNumber()))
    expect(native.json).toEqual({ code_url: expect.stringMatching(/^weixin:/) })
    expect((await world.merchant.post(`${partner}/app`, order(world.newNumber()))).json).toHaveProperty('prepay_id')
  })

  it('is paid in the wallet of the sub merchant’s app, and told with the sp_ and sub_ names', async () => {
    const number = world.newNumber()
    const ordered = await jsapi(number, { sub_appid: subAppid, payer: { sub_openid: subOpenid } })
    const packageText = `prepay_id=${String(ordered.json['prepay_id'])}`
    const message = v3PayMessage(subAppid, '1554208460', 'nonce', packageText)
    const call = {
      appid: subAppid,
      timeStamp: '1554208460',
      nonceStr: 'nonce',
      package: packageText,
      signType: 'RSA',
      paySign: signRsaSha256(parsePrivateKey(world.wechat.merchants[0]!.privateKey), message),
    }
    const other = await callJson('POST', `${world.wechat.url}/client/cashier`, { ...call, user: 'somebody-else' })
    expect(other.json).toMatchObject({ dialog: '下单账号与支付账号不一致，请核实后再支付' })
    const opened = await callJson('POST', `${world.wechat.url}/client/cashier`, { ...call, user: 'payer-1' })
    await callJson('POST', `${world.wechat.url}/client/cashier/${String(opened.json['cashier_id'])}/pay`, {})
    await world.wechat.settled()

    const transaction = (await query(number)).json
    expect(transaction).toMatchObject({
      sp_appid: world.appid,
      sp_mchid: world.mchid,
      sub_appid: subAppid,
      sub_mchid: subMchid,
      trade_state: 'SUCCESS',
      payer: { sp_openid: spOpenid, sub_openid: subOpenid },
      amount: { total: 6800, payer_total: 6800 },
    })
    expect(transaction).not.toHaveProperty('appid')
    expect(transaction).not.toHaveProperty('mchid')
    const notice = world.receiver.received.at(-1)!
    expect(decrypt(notice.body, world.wechat.merchants[0]!.apiV3Key)).toEqual(transaction)
    const byId = `${partner}/id/${String(transaction['transaction_id'])}?sp_mchid=${world.mchid}&sub_mchid=${subMchid}`
    expect((await world.merchant.get(byId)).json).toEqual(transaction)
  })

  it('is closed by the partner, and not through the direct door', async () => {
    const number = world.newNumber()
    await jsapi(number)
    expect((await world.close(number)).json).toMatchObject({ code: 'ORDER_NOT_EXIST' })
    const close = (sub_mchid: string): Promise<Answer> =>
      world.merchant.post(`${partner}/out-trade-no/${number}/close`, { sp_mchid: world.mchid, sub_mchid })
    expect((await close('1900000009')).json).toMatchObject({ code: 'ORDER_NOT_EXIST' })
    expect(await close(subMchid)).toMatchObject({ status: 204, text: '' })
    expect((await query(number)).json).toMatchObject({ trade_state: 'CLOSED' })
  })

  it('is found neither under another sub merchant nor through the direct query', async () => {
    const number = world.newNumber()
    await jsapi(number)
    expect(await query(number)).toMatchObject({ status: 200, json: { trade_state: 'NOTPAY' } })
    expect(await query(number, '1900000009')).toMatchObject({ status: 404, json: { code: 'ORDER_NOT_EXIST' } })
    expect(await world.query(number)).toMatchObject({ status: 404, json: { code: 'ORDER_NOT_EXIST' } })
    const direct = await world.order()
    expect(await query(direct)).toMatchObject({ status: 404, json: { code: 'ORDER_NOT_EXIST' } })
  })

  it('shares the numbers with the partner’s other orders', async () => {
    const number = world.newNumber()
    await jsapi(number)
    const direct = await world.merchant.post('/v3/pay/transactions/jsapi', world.jsapiOrder(number))
    expect(direct).toMatchObject({ status: 403, json: { code: 'OUT_TRADE_NO_USED' } })
    expect((await jsapi(number, { sub_appid: subAppid })).json).toMatchObject({
      message: '请求重入时，参数与首次请求时不一致',
    })
  })

  it.each<[string, () => object, number, string]>([
    ['itself as the sub merchant', () => ({ sub_mchid: world.mchid }), 400, '子商户mchid不能与自身mchid相同'],
    ['a stranger as the sub merchant', () => ({ sub_mchid: '1900000009' }), 403, '受理关系不存在'],
    ['no sub merchant', () => ({ sub_mchid: undefined }), 400, expect.stringContaining('子商户号/二级商户号')],
    ['an app of somebody else', () => ({ sub_appid: 'wxother' }), 400, 'sub_mch_id与sub_appid不匹配'],
    ['an app that is not its own', () => ({ sp_appid: subAppid }), 400, 'appid和mch_id不匹配'],
    ['nobody', () => ({ payer: {} }), 400, 'JSAPI支付必须传openid'],
    ['a payer nobody knows', () => ({ payer: { sp_openid: 'o-nobody' } }), 400, '无效的openid'],
    ['the payer of the other app', () => ({ payer: { sp_openid: subOpenid } }), 400, 'appid与openid不匹配'],
    ['a sub_openid without its app', () => ({ payer: { sub_openid: subOpenid } }), 400, 'sub_appid和sub_openid不匹配'],
    ['another sp_mchid', () => ({ sp_mchid: '1600000009' }), 400, 'http header中的mchid与post payload中的mchid不匹配'],
    ['a direct order’s names', () => ({ appid: world.appid }), 400, '请求中含有未在API文档中定义的参数'],
  ])('is refused with %s', async (_case, over, status, message) => {
    const answer = await jsapi(world.newNumber(), over())
    expect(answer).toMatchObject({ status, json: { message } })
    // Signed: the request itself was the merchant's.
    expect(answer.headers.get('wechatpay-signature')).not.toBeNull()
  })

  it.each(['sp_mchid', 'sub_mchid'])('says which query parameter is missing: %s', async (name) => {
    const all = { sp_mchid: world.mchid, sub_mchid: subMchid }
    const left = new URLSearchParams(Object.entries(all).filter(([key]) => key !== name)).toString()
    const { json } = await world.merchant.get(`${partner}/out-trade-no/order-0001?${left}`)
    expect(json).toMatchObject({ code: 'PARAM_ERROR', detail: { location: 'query', value: '' } })
    expect(json['message']).toContain(`/query/${name}`)
  })
})

describe('a merchant made through the control API', () => {
  let world: WechatWorld
  beforeAll(async () => {
    world = await createWechatWorld()
  })
  afterAll(() => world.stop())
  const make = (sub_merchants: unknown): Promise<Answer> =>
    world.control('POST', '/control/merchants', { appids: [world.appid], sub_merchants })

  it('is a partner of the sub merchants it names', async () => {
    const made = await make([{ mchid: subMchid, name: '茶农', appids: [subAppid] }])
    expect(made).toMatchObject({ status: 201, json: { sub_merchants: [{ mchid: subMchid, appids: [subAppid] }] } })
    const { mchid, serial_no: serial, private_key: privateKey } = made.json as Record<string, string>
    const client = createMerchantClient(world.wechat.url, { mchid: mchid!, serial: serial!, privateKey: privateKey! })
    const ordered = await client.post(`${partner}/native`, {
      sp_appid: world.appid,
      sp_mchid: mchid,
      sub_mchid: subMchid,
      description: 'tea',
      out_trade_no: world.newNumber(),
      notify_url: 'https://shop.example/notify',
      amount: { total: 1 },
    })
    expect(ordered.status).toBe(200)
  })

  it.each([
    ['no list', {}],
    ['a number', [1]],
    ['no mchid', [{ name: 'x' }]],
    ['a bad mchid', [{ mchid: 'x' }]],
  ])('is refused with %s for sub_merchants', async (_case, list) => {
    expect(await make(list)).toMatchObject({ status: 400, json: { code: 'SUB_MERCHANTS_INVALID' } })
  })
})

describe('the option that a partner must name sp_openid', () => {
  it('refuses sub_openid alone', async () => {
    const app = createAppIdentity()
    const merchant = await createMerchantIdentity({
      appids: [app.appid],
      subMerchants: [{ mchid: subMchid, name: '茶农', appids: [app.appid] }],
    })
    const world = await createWechatWorld({ apps: [app], merchants: [merchant], partnerSpOpenidRequired: true })
    try {
      const { status, json } = await world.merchant.post(`${partner}/jsapi`, {
        sp_appid: world.appid,
        sp_mchid: world.mchid,
        sub_appid: world.appid,
        sub_mchid: subMchid,
        description: 'x',
        out_trade_no: world.newNumber(),
        notify_url: 'https://shop.example/notify',
        amount: { total: 1 },
        payer: { sub_openid: world.openid },
      })
      expect(status).toBe(400)
      expect(json['message']).toContain('/body/payer/sp_openid')
    } finally {
      await world.stop()
    }
  })
})
