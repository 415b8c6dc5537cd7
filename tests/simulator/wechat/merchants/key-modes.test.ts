import { readCertificate } from '../../../../mock-server/crypto/read-certificate'
import { parsePublicKey, verifyRsaSha256 } from '../../../../mock-server/crypto/rsa'
import {
  createWechatSimulator,
  type WechatSimulator,
} from '../../../../mock-server/simulator/wechat/create-wechat-simulator'
import {
  createAppIdentity,
  createMerchantIdentity,
  createPlatformIdentity,
  type KeyMode,
  type MerchantIdentity,
  type PlatformIdentity,
} from '../../../../mock-server/simulator/wechat/identity'
import { v3ResponseMessage } from '../../../../mock-server/wire/v3-signing'
import { createMerchantClient, type Answer, type MerchantClient } from '../../support/merchant-client'

describe('the key that WeChat Pay signs with', () => {
  let identity: MerchantIdentity
  let platform: PlatformIdentity
  let wechat: WechatSimulator | undefined
  const app = createAppIdentity()

  beforeAll(async () => {
    ;[identity, platform] = await Promise.all([
      createMerchantIdentity({ appids: [app.appid] }),
      createPlatformIdentity(),
    ])
  })
  afterEach(() => wechat?.close())

  async function start(keyMode: KeyMode): Promise<MerchantClient> {
    wechat = await createWechatSimulator({ apps: [app], merchants: [{ ...identity, keyMode }], platform })
    return createMerchantClient(wechat.url, identity)
  }

  /** An answer of business: a number that nobody ordered. */
  const ask = (client: MerchantClient, named?: string): Promise<Answer> =>
    client.get(`/v3/pay/transactions/out-trade-no/nobody-knows?mchid=${identity.mchid}`, {
      headers: named === undefined ? {} : { 'Wechatpay-Serial': named },
    })

  /** Which of the two keys really signed: the header is only what it says. */
  function signedWith(answer: Answer): 'certificate' | 'public key' | 'neither' {
    const header = (name: string): string => answer.headers.get(`wechatpay-${name}`) ?? ''
    const message = v3ResponseMessage(header('timestamp'), header('nonce'), answer.text)
    const keys = {
      certificate: { serial: platform.serial, key: readCertificate(platform.certificate).publicKey },
      'public key': { serial: identity.publicKeyId, key: parsePublicKey(identity.publicKey) },
    }
    const { serial, key } = header('serial').startsWith('PUB_KEY_ID_') ? keys['public key'] : keys.certificate
    if (serial !== header('serial') || !verifyRsaSha256(key, message, header('signature'))) return 'neither'
    return key === keys.certificate.key ? 'certificate' : 'public key'
  }

  it('is the certificate’s in certificate mode, whatever the request names', async () => {
    const client = await start('certificate')
    expect(signedWith(await ask(client))).toBe('certificate')
    expect(signedWith(await ask(client, identity.publicKeyId))).toBe('certificate')
  })

  it('is the public key’s in public-key mode, whatever the request names', async () => {
    const client = await start('public_key')
    expect(signedWith(await ask(client))).toBe('public key')
    expect(signedWith(await ask(client, platform.serial))).toBe('public key')
  })

  it('is the one that the request names during a switch', async () => {
    const client = await start('both')
    for (let round = 0; round < 3; round += 1) {
      expect(signedWith(await ask(client, identity.publicKeyId))).toBe('public key')
      expect(signedWith(await ask(client, platform.serial.toLowerCase()))).toBe('certificate')
    }
  })

  it('is now the one and now the other during a switch when none is named', async () => {
    const client = await start('both')
    const seen = new Set([signedWith(await ask(client)), signedWith(await ask(client))])
    expect(seen).toEqual(new Set(['certificate', 'public key']))
    expect((await client.get('/v3/certificates')).status).toBe(200)
  })
})
