import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { decryptAesGcm } from '../../../../mock-server/crypto/aes-gcm'
import { readCertificate } from '../../../../mock-server/crypto/read-certificate'
import { verifyRsaSha256 } from '../../../../mock-server/crypto/rsa'
import { createHostMap } from '../../../../mock-server/kit/http/host-map'
import { v3ResponseMessage } from '../../../../mock-server/wire/v3-signing'
import type { V3Notification } from '../../../../mock-server/wire/v3-types'
import { createWechatSimulator } from '../../../../mock-server/simulator/wechat/create-wechat-simulator'
import type { ReceivedNotice } from '../../support/notice-receiver'
import { createWechatWorld, type WechatWorld } from '../../support/wechat-world'

/** 15s, 15s, 30s, 3m, 10m, 20m, 30m, 30m, 30m, 60m, 3h, 3h, 3h, 6h, 6h: the published waits. */
const waitsSec = [15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10_800, 10_800, 10_800, 21_600, 21_600]

describe('notifications', () => {
  let world: WechatWorld
  /** Worlds of single tests: stopped also when the test fails. */
  const ownWorlds: WechatWorld[] = []
  const folders: string[] = []
  beforeAll(async () => {
    world = await createWechatWorld()
  })
  beforeEach(() => {
    world.receiver.received.length = 0
    world.receiver.answerWith((response) => response.writeHead(204).end())
  })
  afterEach(async () => {
    await Promise.all(ownWorlds.splice(0).map((own) => own.stop()))
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
    world.receiver.answerWith((response) => response.writeHead(204).end())
    await world.wechat.reset()
    await world.wechat.openid(world.appid, 'payer-1')
  })
  afterAll(() => world.stop())

  function makeFolder(): string {
    const folder = mkdtempSync(path.join(tmpdir(), 'wechat-'))
    folders.push(folder)
    return folder
  }

  async function payNew(): Promise<string> {
    const outTradeNo = await world.order()
    await world.wechat.pay(world.mchid, outTradeNo)
    await world.wechat.settled()
    return outTradeNo
  }
  const refuse = (): void => world.receiver.answerWith((response) => response.writeHead(500).end('{"code":"FAIL"}'))

  function verifies(notice: ReceivedNotice): boolean {
    const { publicKey } = readCertificate(world.wechat.platform.certificate)
    const header = (name: string): string => String(notice.headers[`wechatpay-${name}`])
    const message = v3ResponseMessage(header('timestamp'), header('nonce'), notice.body.toString('utf8'))
    return verifyRsaSha256(publicKey, message, header('signature'))
  }

  it('come once, signed and encrypted, after a payment', async () => {
    const outTradeNo = await payNew()
    expect(world.receiver.received).toHaveLength(1)
    const notice = world.receiver.received[0]!
    expect(notice.url).toBe('/notify/wechat')
    expect(verifies(notice)).toBe(true)
    expect(notice.headers).toMatchObject({
      'content-type': 'application/json',
      'wechatpay-serial': world.wechat.platform.serial,
      'wechatpay-signature-type': 'WECHATPAY2-SHA256-RSA2048',
    })
    const body = JSON.parse(notice.body.toString('utf8')) as V3Notification
    expect(Object.keys(body)).toEqual(['summary', 'event_type', 'create_time', 'resource', 'resource_type', 'id'])
    expect(body).toMatchObject({
      summary: '支付成功',
      event_type: 'TRANSACTION.SUCCESS',
      resource_type: 'encrypt-resource',
      resource: { algorithm: 'AEAD_AES_256_GCM', original_type: 'transaction', associated_data: 'transaction' },
    })
    expect(body.id.length).toBeLessThanOrEqual(36)
    expect(body.resource.nonce).toHaveLength(12)
    const key = world.wechat.merchants[0]!.apiV3Key
    const { nonce, associated_data, ciphertext } = body.resource
    const plaintext = decryptAesGcm({ key, nonce, associatedData: associated_data }, ciphertext)
    expect(plaintext).toBe((await world.query(outTradeNo)).text)
  })

  it.each<[string, number, string]>([
    ['204 without a body', 204, ''],
    ['200 without a body', 200, ''],
    ['200 with {"code":"FAIL"}', 200, '{"code":"FAIL"}'],
  ])('are done with after %s: the status alone counts', async (_case, status, body) => {
    world.receiver.answerWith((response) => response.writeHead(status).end(status === 204 ? undefined : body))
    const outTradeNo = await payNew()
    await world.wechat.advance(86_400)
    const [notice] = await world.noticesOf(outTradeNo)
    expect(notice!.attempts).toMatchObject([{ outcome: 'acknowledged', status }])
    expect(notice!.next_attempt_at).toBeNull()
  })

  it.each([201, 302, 400, 401, 404, 500, 503])('come again after %d', async (status) => {
    const elsewhere = { location: `${world.receiver.url}/elsewhere` }
    world.receiver.answerWith((response) => response.writeHead(status, elsewhere).end('{"code":"SUCCESS"}'))
    const outTradeNo = await payNew()
    await world.wechat.advance(15)
    expect((await world.noticesOf(outTradeNo))[0]!.attempts).toMatchObject([
      { outcome: 'refused', status, answer_body: '{"code":"SUCCESS"}' },
      { outcome: 'refused', status },
    ])
    expect(world.receiver.received.map(({ url }) => url)).toEqual(['/notify/wechat', '/notify/wechat'])
  })

  it('follow the published schedule to the second, and end after the fifteenth repeat', async () => {
    refuse()
    const outTradeNo = await payNew()
    await world.wechat.advance(2 * 86_400)
    const [notice] = await world.noticesOf(outTradeNo)
    const instants = notice!.attempts.map(({ at }) => Date.parse(at) / 1000)
    expect(instants).toHaveLength(16)
    // Instants are shown in whole seconds.
    const waits = instants.slice(1).map((at, index) => at - instants[index]!)
    waits.forEach((wait, index) => expect(Math.abs(wait - waitsSec[index]!)).toBeLessThanOrEqual(1))
    expect(Math.abs(instants.at(-1)! - instants[0]! - (24 * 3600 + 4 * 60))).toBeLessThanOrEqual(1)
    expect(notice!.next_attempt_at).toBeNull()
    expect(world.receiver.received).toHaveLength(16)
  })

  it('are the same bytes each time, signed anew by the wall clock', async () => {
    refuse()
    await payNew()
    await world.wechat.advance(3600)
    const { received } = world.receiver
    expect(received.length).toBeGreaterThan(5)
    expect(new Set(received.map(({ body }) => body.toString('utf8'))).size).toBe(1)
    expect(new Set(received.map(({ headers }) => headers['wechatpay-nonce'])).size).toBe(received.length)
    for (const notice of received) {
      expect(verifies(notice)).toBe(true)
      expect(Math.abs(Number(notice.headers['wechatpay-timestamp']) - Date.now() / 1000)).toBeLessThan(300)
    }
  })

  it('stop as soon as one is acknowledged', async () => {
    refuse()
    const outTradeNo = await payNew()
    await world.wechat.advance(15)
    world.receiver.answerWith((response) => response.writeHead(204).end())
    await world.wechat.advance(86_400)
    const [notice] = await world.noticesOf(outTradeNo)
    expect(notice!.attempts.map(({ outcome }) => outcome)).toEqual(['refused', 'refused', 'acknowledged'])
  })

  it('of many payments come in the order in which they fall due', async () => {
    refuse()
    const first = await payNew()
    await world.wechat.advance(5)
    const second = await payNew()
    world.receiver.received.length = 0
    world.receiver.answerWith((response) => response.writeHead(204).end())
    const bodyOf = async (outTradeNo: string): Promise<string> => (await world.noticesOf(outTradeNo))[0]!.id
    await world.wechat.advance(60)
    const ids = world.receiver.received.map(({ body }) => (JSON.parse(body.toString('utf8')) as V3Notification).id)
    expect(ids).toEqual([await bodyOf(first), await bodyOf(second)])
  })

  it('time out after five seconds without an answer, and hold up nobody meanwhile', async () => {
    world.receiver.answerWith(() => undefined)
    const slow = await world.order()
    await world.wechat.pay(world.mchid, slow)
    expect((await world.query(slow)).json).toMatchObject({ trade_state: 'SUCCESS' })
    expect((await world.query(await world.order())).status).toBe(200)
    await world.wechat.settled()
    const [notice] = await world.noticesOf(slow)
    expect(notice!.attempts).toMatchObject([{ outcome: 'timeout', status: null }])
    expect(notice!.next_attempt_at).not.toBeNull()
  })

  it('are unreachable where nobody listens', async () => {
    const outTradeNo = await world.order(world.newNumber(), { notify_url: 'http://127.0.0.1:1/notify' })
    await world.wechat.pay(world.mchid, outTradeNo)
    await world.wechat.settled()
    expect((await world.noticesOf(outTradeNo))[0]!.attempts).toMatchObject([{ outcome: 'unreachable', status: null }])
  })

  it('are unreachable where the address is none, although its pattern is right', async () => {
    const outTradeNo = await world.order(world.newNumber(), { notify_url: 'http://shop.example:99999/notify' })
    await world.wechat.pay(world.mchid, outTradeNo)
    await world.wechat.settled()
    expect((await world.noticesOf(outTradeNo))[0]!.attempts).toMatchObject([{ outcome: 'unreachable', status: null }])
  })

  it('of a hundred payments at once all arrive, a bounded number at a time', async () => {
    let open = 0
    let most = 0
    world.receiver.answerWith((response) => {
      most = Math.max(most, (open += 1))
      setImmediate(() => {
        open -= 1
        response.writeHead(204).end()
      })
    })
    const numbers = await Promise.all(Array.from({ length: 100 }, () => world.order()))
    await Promise.all(numbers.map((outTradeNo) => world.wechat.pay(world.mchid, outTradeNo)))
    await world.wechat.settled()
    expect(world.receiver.received).toHaveLength(100)
    expect(most).toBeLessThanOrEqual(16)
  })

  it('keep only the beginning of an endless answer', async () => {
    world.receiver.answerWith((response) => {
      response.writeHead(500)
      response.write('x'.repeat(1_000_000))
    })
    const outTradeNo = await payNew()
    const [attempt] = (await world.noticesOf(outTradeNo))[0]!.attempts
    expect(attempt).toMatchObject({ outcome: 'refused', status: 500 })
    expect(attempt!.answer_body.length).toBeLessThanOrEqual(4096)
  })

  it('never leave while they are dropped, and go on by the schedule afterwards', async () => {
    await world.control('PUT', '/control/faults/drop-notices', { on: true })
    const outTradeNo = await payNew()
    await world.wechat.advance(15)
    expect(world.receiver.received).toHaveLength(0)
    await world.control('PUT', '/control/faults/drop-notices', { on: false })
    await world.wechat.advance(15)
    expect((await world.noticesOf(outTradeNo))[0]!.attempts.map(({ outcome }) => outcome)).toEqual([
      'dropped',
      'dropped',
      'acknowledged',
    ])
  })

  it('are sent once more on demand, outside the schedule', async () => {
    const outTradeNo = await payNew()
    const [notice] = await world.noticesOf(outTradeNo)
    const resent = await world.control('POST', `/control/notices/${notice!.id}/resend`, {})
    expect(resent.json).toMatchObject({ attempts: [{ outcome: 'acknowledged' }, { outcome: 'acknowledged' }] })
    expect(world.receiver.received).toHaveLength(2)
    expect((await world.control('POST', '/control/notices/unknown/resend', {})).status).toBe(404)
  })

  it('go on after a restart where they stopped', async () => {
    const folder = makeFolder()
    const { apps, merchants, platform } = world.wechat
    const options = { apps, merchants, platform, dataFile: path.join(folder, 'wechat.db') }
    const own = await createWechatWorld(options)
    ownWorlds.push(own)
    own.receiver.answerWith((response) => response.writeHead(500).end())
    const outTradeNo = await own.order()
    await own.wechat.pay(own.mchid, outTradeNo)
    await own.wechat.settled()
    await own.wechat.advance(15)
    expect(own.receiver.received).toHaveLength(2)
    await own.wechat.close()

    const hostMap = createHostMap({ 'https://shop.example': own.receiver.url })
    own.wechat = await createWechatSimulator({ ...options, hostMap })
    own.receiver.answerWith((response) => response.writeHead(204).end())
    own.receiver.received.length = 0
    await own.wechat.advance(30)
    expect(own.receiver.received).toHaveLength(1)
    expect(verifies(own.receiver.received[0]!)).toBe(true)
    expect((await own.noticesOf(outTradeNo))[0]!.attempts.map(({ status }) => status)).toEqual([500, 500, 204])
  })

  it('that were under way when the service stopped come again', async () => {
    const folder = makeFolder()
    const { apps, merchants, platform } = world.wechat
    const options = { apps, merchants, platform, dataFile: path.join(folder, 'wechat.db') }
    const own = await createWechatWorld(options)
    ownWorlds.push(own)
    const arrived = new Promise<void>((resolve) => own.receiver.answerWith(() => resolve()))
    await own.wechat.pay(own.mchid, await own.order())
    await arrived
    await own.wechat.close()

    const hostMap = createHostMap({ 'https://shop.example': own.receiver.url })
    own.receiver.answerWith((response) => response.writeHead(204).end())
    own.wechat = await createWechatSimulator({ ...options, hostMap })
    await own.wechat.settled()
    expect(own.receiver.received).toHaveLength(2)
  })
})
