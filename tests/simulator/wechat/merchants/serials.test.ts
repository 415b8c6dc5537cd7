import type { MerchantIdentity } from '../../../../mock-server/simulator/wechat/identity'
import { createMerchantClient, type Answer } from '../../support/merchant-client'
import { createSharedIdentities } from '../../support/shared-identities'
import { createWechatWorld, v3, type WechatWorld } from '../../support/wechat-world'

describe('the merchant’s certificate', () => {
  let world: WechatWorld
  let shared: Awaited<ReturnType<typeof createSharedIdentities>>
  beforeAll(async () => {
    shared = await createSharedIdentities()
  })
  afterEach(() => world.stop())

  const certificate = (action: unknown, mchid = world.mchid): Promise<Answer> =>
    world.control('POST', `/control/merchants/${mchid}/certificate`, { action })
  const signError = (message: string): object => ({ status: 401, json: { code: 'SIGN_ERROR', message } })
  const ask = (client = world.merchant): Promise<Answer> => client.get(v3.certificates)

  it.each([
    [500, 500, 'SYSTEM_ERROR', '系统繁忙,请稍后重试'],
    [401, 401, 'SIGN_ERROR', '商户证书序列号有误。'],
  ] as const)(
    'option %s: an unknown serial and another merchant’s serial',
    async (unknownSerial, status, code, message) => {
      world = await createWechatWorld({ ...shared, unknownSerial })
      const foreign = (await world.control('POST', '/control/merchants', { appids: [world.appid] })).json
      for (const spoil of [{ serial: 'F'.repeat(40) }, { serial: foreign['serial_no'] as string }]) {
        const answer = await world.merchant.get(v3.certificates, spoil)
        expect(answer).toMatchObject({ status, json: { code, message } })
        expect(answer.headers.get('wechatpay-signature')).toBeNull()
      }
      expect((await ask()).status).toBe(200)
      expect(
        (await world.merchant.get(v3.certificates, { serial: world.wechat.merchants[0]!.serial.toLowerCase() })).status,
      ).toBe(200)
    },
  )

  it('lets nobody in once it is revoked, until it is restored', async () => {
    world = await createWechatWorld({ ...shared })
    expect(await certificate('revoke')).toMatchObject({ status: 200, json: { certificates: [{ state: 'revoked' }] } })
    expect(await ask()).toMatchObject(signError('商户证书已作废。'))
    await certificate('restore')
    expect((await ask()).status).toBe(200)
  })

  it('ends: at a developer’s word, and after its five years of virtual time', async () => {
    world = await createWechatWorld({ ...shared })
    await certificate('expire')
    expect(await ask()).toMatchObject(signError('商户证书已过期。'))
    await certificate('restore')
    await world.wechat.advance(5 * 365 * 24 * 3600 - 3600)
    expect((await ask()).status).toBe(200)
    await world.wechat.advance(3600)
    expect(await ask()).toMatchObject(signError('商户证书已过期。'))
  })

  it('is replaced: the former is refused by its text, the new one lets in, with its own key only', async () => {
    world = await createWechatWorld({ ...shared })
    const { json } = await certificate('replace')
    const before = world.wechat.merchants[0]!
    const after: MerchantIdentity = {
      ...before,
      serial: json['serial_no'] as string,
      privateKey: json['private_key'] as string,
    }
    expect(await ask()).toMatchObject(signError('已更换证书，请使用新证书'))
    expect((await ask(createMerchantClient(world.wechat.url, after))).status).toBe(200)
    const oldKey = createMerchantClient(world.wechat.url, { ...after, privateKey: before.privateKey })
    expect(await ask(oldKey)).toMatchObject({ status: 401, json: { message: '签名错误' } })
    await world.wechat.reset()
    expect((await ask()).status).toBe(200)
  })

  it.each([
    [['certificate'], '商户未申请过证书。'],
    [['apiv3_key'], '商户未设置 APIv3 密钥。'],
  ])('is missing, or the APIv3 key is: %s', async (lacks, message) => {
    world = await createWechatWorld({ ...shared })
    const { json } = await world.control('POST', '/control/merchants', { appids: [world.appid], lacks })
    expect(json['lacks']).toEqual(lacks)
    const client = createMerchantClient(world.wechat.url, {
      ...world.wechat.merchants[0]!,
      mchid: json['mchid'] as string,
      serial: json['serial_no'] as string,
      privateKey: json['private_key'] as string,
    })
    expect(await ask(client)).toMatchObject(signError(message))
  })

  it('is changed only as there are ways, and only of a merchant that is there', async () => {
    world = await createWechatWorld({ ...shared })
    expect(await certificate('burn')).toMatchObject({ status: 400, json: { code: 'ACTION_UNKNOWN' } })
    expect(await certificate('toString')).toMatchObject({ status: 400, json: { code: 'ACTION_UNKNOWN' } })
    expect(await certificate('revoke', '1999999999')).toMatchObject({ status: 404, json: { code: 'MERCHANT_UNKNOWN' } })
    const lacks = await world.control('POST', '/control/merchants', { appids: [world.appid], lacks: ['luck'] })
    expect(lacks).toMatchObject({ status: 400, json: { code: 'LACKS_INVALID' } })
  })
})
