import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { decryptAesGcm } from '../../../../mock-server/crypto/aes-gcm'
import { readCertificate } from '../../../../mock-server/crypto/read-certificate'
import { verifyRsaSha256 } from '../../../../mock-server/crypto/rsa'
import { createPlatformIdentity } from '../../../../mock-server/simulator/wechat/identity'
import { v3ResponseMessage } from '../../../../mock-server/wire/v3-signing'
import type { Answer } from '../../support/merchant-client'
import { createSharedIdentities } from '../../support/shared-identities'
import { createWechatWorld, v3, type WechatWorld } from '../../support/wechat-world'

const day = 24 * 3600

interface Downloaded {
  readonly serial_no: string
  readonly effective_time: string
  readonly expire_time: string
  readonly encrypt_certificate: {
    readonly nonce: string
    readonly associated_data: string
    readonly ciphertext: string
  }
}

describe('rotation of the platform certificate', () => {
  let world: WechatWorld
  let shared: Awaited<ReturnType<typeof createSharedIdentities>>
  beforeAll(async () => {
    shared = await createSharedIdentities()
  })
  afterEach(() => world.stop())

  /** Downloads as a merchant does: decrypted, with the dates of the X.509. */
  async function download(): Promise<{ serial: string; pem: string; expires: string }[]> {
    const { json } = await world.merchant.get(v3.certificates)
    const key = world.wechat.merchants[0]!.apiV3Key
    return (json['data'] as Downloaded[]).map(({ serial_no, expire_time, encrypt_certificate }) => {
      const { nonce, associated_data: associatedData, ciphertext } = encrypt_certificate
      return { serial: serial_no, pem: decryptAesGcm({ key, nonce, associatedData }, ciphertext), expires: expire_time }
    })
  }

  async function signedBy(answer: Answer): Promise<string> {
    const header = (name: string): string => answer.headers.get(`wechatpay-${name}`) ?? ''
    const { pem } = (await download()).find(({ serial }) => serial === header('serial'))!
    const message = v3ResponseMessage(header('timestamp'), header('nonce'), answer.text)
    expect(verifyRsaSha256(readCertificate(pem).publicKey, message, header('signature'))).toBe(true)
    return header('serial')
  }

  const ask = (): Promise<Answer> => world.query('nobody-knows')
  const rotate = (overlap_seconds: number): Promise<Answer> =>
    world.control('POST', '/control/platform/rotate', { overlap_seconds })

  it('lists both, signs with the former until the instant, and with the new one from then on', async () => {
    world = await createWechatWorld({ ...shared })
    await world.control('POST', '/control/clock/stop')
    const former = world.wechat.platform.serial
    const { json } = await rotate(3600)
    const [fresh] = json['certificates'] as { serial_no: string; signs: boolean }[]
    expect(fresh).toMatchObject({ signs: false, serial_no: expect.not.stringMatching(former) })
    expect((await download()).map(({ serial }) => serial)).toEqual([fresh!.serial_no, former])
    await world.wechat.advance(3599)
    expect(await signedBy(await ask())).toBe(former)
    await world.wechat.advance(1)
    expect(await signedBy(await ask())).toBe(fresh!.serial_no)
    expect(await download()).toHaveLength(2)
    await world.wechat.advance(3600)
    expect((await download()).map(({ serial }) => serial)).toEqual([fresh!.serial_no])
  })

  it('has real X.509 certificates whose serial and dates are those in the list', async () => {
    world = await createWechatWorld({ ...shared })
    await rotate(60)
    for (const { serial, pem, expires } of await download()) {
      const { serial: real, notAfter, notBefore } = readCertificate(pem)
      expect({ serial, expires: Date.parse(expires) }).toEqual({ serial: real, expires: notAfter.getTime() })
      expect(notBefore.getTime()).toBeLessThan(Date.now())
    }
  })

  it('signs notices with the new one', async () => {
    world = await createWechatWorld({ ...shared })
    const number = await world.order()
    await rotate(60)
    await world.wechat.advance(60)
    await world.wechat.pay(world.mchid, number)
    await world.wechat.settled()
    const [fresh] = await download()
    expect(world.receiver.received.at(-1)!.headers['wechatpay-serial']).toBe(fresh!.serial)
    expect(fresh!.serial).not.toBe(world.wechat.platform.serial)
  })

  it('comes by schedule: listed ten days before the end, signing from the fifth', async () => {
    const platform = await createPlatformIdentity({ notAfter: new Date(Date.now() + 20 * day * 1000) })
    world = await createWechatWorld({ ...shared, platform })
    await world.wechat.advance(10 * day - 60)
    expect(await download()).toHaveLength(1)
    await world.wechat.advance(60)
    expect(await download()).toHaveLength(2)
    await world.wechat.advance(5 * day - 60)
    expect(await signedBy(await ask())).toBe(platform.serial)
    await world.wechat.advance(60)
    expect(await signedBy(await ask())).not.toBe(platform.serial)
    await world.wechat.advance(5 * day)
    expect((await download()).map(({ serial }) => serial)).not.toContain(platform.serial)
  })

  it('comes as often as many years ask for, and the newest is valid by wall clock and by virtual time', async () => {
    world = await createWechatWorld({ ...shared })
    await world.wechat.advance(12 * 365 * day)
    const { json } = await world.control('GET', '/control/platform')
    const [newest] = json['certificates'] as { certificate: string; signs: boolean }[]
    const { notBefore, notAfter } = readCertificate(newest!.certificate)
    expect(newest!.signs).toBe(true)
    expect(notBefore.getTime()).toBeLessThan(Date.now())
    expect(notAfter.getTime()).toBeGreaterThan(world.wechat.now())
  })

  it('does not begin twice, and refuses a senseless overlap', async () => {
    world = await createWechatWorld({ ...shared })
    expect((await rotate(60)).status).toBe(200)
    expect(await rotate(60)).toMatchObject({ status: 409, json: { code: 'ROTATION_UNDER_WAY' } })
    expect(await rotate(-1)).toMatchObject({ status: 400, json: { code: 'OVERLAP_INVALID' } })
  })

  it('outlives a restart, and reset brings the first one back', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'rotation-'))
    try {
      world = await createWechatWorld({ ...shared, dataFile: path.join(folder, 'wechat.db') })
      const { platform } = shared
      await rotate(60)
      await world.wechat.advance(60)
      const before = await signedBy(await ask())
      expect(before).not.toBe(platform.serial)
      await world.stop()
      world = await createWechatWorld({ ...shared, dataFile: path.join(folder, 'wechat.db') })
      expect(await signedBy(await ask())).toBe(before)
      await world.wechat.reset()
      expect(await signedBy(await ask())).toBe(platform.serial)
      expect(await download()).toHaveLength(1)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it('leaves a merchant in public-key mode alone: his key is his own', async () => {
    world = await createWechatWorld({ ...shared })
    const [mine, theirs] = await Promise.all(
      ['public_key', 'public_key'].map(
        async (mode) => (await world.control('POST', '/control/merchants', { appids: [world.appid], mode })).json,
      ),
    )
    expect(mine!['public_key']).toMatch(/^-----BEGIN PUBLIC KEY-----/)
    expect(mine!['public_key']).not.toBe(theirs!['public_key'])
    expect(mine!['public_key_id']).not.toBe(theirs!['public_key_id'])
  })
})
