import { createDecipheriv, privateDecrypt, publicEncrypt, constants, X509Certificate } from 'node:crypto'
import type { WechatSimulatorOptions } from '../../../../mock-server/simulator/wechat/options'
import { createSharedIdentities } from '../../support/shared-identities'
import { createWechatWorld, type WechatWorld } from '../../support/wechat-world'

const oaep = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' } as const

describe('the self-test of signature, encryption and notifications', () => {
  let world: WechatWorld
  let shared: Awaited<ReturnType<typeof createSharedIdentities>>
  beforeAll(async () => {
    shared = await createSharedIdentities()
  })
  const open = async (options: WechatSimulatorOptions = {}): Promise<void> => {
    world = await createWechatWorld({ ...shared, ...options })
  }
  afterEach(() => world.stop())

  const echo = (body: unknown, serial: string | null = world.wechat.platform.serial) =>
    world.merchant.post('/v3/security/echo', body, {
      headers: serial === null ? {} : { 'Wechatpay-Serial': serial },
    })

  it('says back what it was told, signed', async () => {
    await open()
    const answer = await echo({ echo_message: '你好' })
    expect(answer).toMatchObject({ status: 200, json: { echo_message: '你好' } })
    expect(answer.headers.get('wechatpay-signature')).not.toBeNull()
    expect(answer.json).not.toHaveProperty('encrypted_echo_message')
  })

  it('opens a field encrypted for the platform certificate, and encrypts it for the merchant', async () => {
    await open()
    const key = new X509Certificate(world.wechat.platform.certificate).publicKey
    const encrypted_echo_message = publicEncrypt({ key, ...oaep }, Buffer.from('保密')).toString('base64')
    const { status, json } = await echo({ echo_message: 'x', encrypted_echo_message })
    expect(status).toBe(200)
    const own = { key: world.wechat.merchants[0]!.privateKey, ...oaep }
    const bytes = Buffer.from(String(json['encrypted_echo_message']), 'base64')
    expect(privateDecrypt(own, bytes).toString()).toBe('保密')
  })

  it('takes the public key’s id in public-key mode, and no certificate’s serial', async () => {
    await open({ merchants: [{ ...shared.merchants[0]!, keyMode: 'public_key' }] })
    const id = world.wechat.merchants[0]!.publicKeyId
    expect((await echo({ echo_message: 'x' }, id)).status).toBe(200)
    expect(await echo({ echo_message: 'x' })).toMatchObject({ status: 400, json: { code: 'PARAM_ERROR' } })
  })

  it.each([
    ['no Wechatpay-Serial', { echo_message: 'x' }, null],
    ['a Wechatpay-Serial of nobody', { echo_message: 'x' }, 'AB12'],
    ['no message', {}, undefined],
    ['a field that does not open', { echo_message: 'x', encrypted_echo_message: 'AAAA' }, undefined],
    ['an address with a query', { echo_message: 'x', notify_url: 'https://shop.example/notify?x=1' }, undefined],
    ['a field that no table names', { echo_message: 'x', more: 1 }, undefined],
  ])('refuses %s', async (_case, body, serial) => {
    await open()
    expect(await echo(body, serial)).toMatchObject({ status: 400, json: { code: 'PARAM_ERROR' } })
    expect(world.receiver.received).toHaveLength(0)
  })

  it('sends a notification where it is given an address, until it is acknowledged', async () => {
    await open()
    world.receiver.answerWith((response) => response.writeHead(500).end())
    await echo({ echo_message: '你好', notify_url: 'https://shop.example/notify/wechat' })
    await world.wechat.settled()
    world.receiver.answerWith((response) => response.writeHead(204).end())
    await world.wechat.advance(3600)
    expect(world.receiver.received).toHaveLength(2)
    const { headers, body } = world.receiver.received[1]!
    expect(headers['wechatpay-signature-type']).toBe('WECHATPAY2-SHA256-RSA2048')
    const notice = JSON.parse(body.toString()) as Record<string, unknown> & { resource: Record<string, string> }
    const { id, event_type, resource_type, summary, resource } = notice
    expect(id).toMatch(/^EV-.{33}$/)
    expect({ event_type, resource_type, summary }).toEqual({
      event_type: 'SECURITY_ECHO.SUCCESS',
      resource_type: 'encrypt-resource',
      summary: '回调通知成功',
    })
    expect(resource).toMatchObject({ algorithm: 'AEAD_AES_256_GCM', original_type: 'security', associated_data: '' })
    const sealed = Buffer.from(resource['ciphertext']!, 'base64')
    const decipher = createDecipheriv('aes-256-gcm', world.wechat.merchants[0]!.apiV3Key, resource['nonce']!)
    decipher.setAuthTag(sealed.subarray(-16))
    const plain = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]).toString()
    expect(JSON.parse(plain)).toEqual({ echo_message: '你好' })
  })
})
