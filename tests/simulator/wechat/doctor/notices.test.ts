import { decryptAesGcm } from '../../../../mock-server/crypto/aes-gcm'
import { parsePublicKey, verifyRsaSha256 } from '../../../../mock-server/crypto/rsa'
import { createAppIdentity, createMerchantIdentity } from '../../../../mock-server/simulator/wechat/identity'
import type { WechatSimulatorOptions } from '../../../../mock-server/simulator/wechat/options'
import { v3Headers, v3ResponseMessage } from '../../../../mock-server/wire/v3-signing'
import type { V3Notification } from '../../../../mock-server/wire/v3-types'
import { describeDoctor } from '../../support/describe-doctor'
import { diagnosesAt } from '../../support/diagnoses'
import type { ReceivedNotice } from '../../support/notice-receiver'

describeDoctor('receivers of notifications', (doctor) => {
  async function pay(over: object = {}): Promise<string> {
    const outTradeNo = await doctor.world.order(doctor.world.newNumber(), over)
    await doctor.world.wechat.pay(doctor.world.mchid, outTradeNo)
    await doctor.world.wechat.settled()
    return outTradeNo
  }
  const answer = (status: number, body = '', headers: Readonly<Record<string, string>> = {}): void =>
    doctor.world.receiver.answerWith((response) => response.writeHead(status, headers).end(body))
  const strike = (fault: string): Promise<unknown> =>
    doctor.world.control('PUT', `/control/faults/${fault}`, { on: true, times: 1 })

  /** A receiver that verifies over `toText` of what it got, as some do. */
  function verifyOver(toText: (raw: string) => string): void {
    const key = parsePublicKey(doctor.world.wechat.platform.certificate)
    const { apiV3Key } = doctor.world.wechat.merchants[0]!
    const isRight = ({ headers, body }: ReceivedNotice): boolean => {
      const header = (name: string): string => String(headers[name.toLowerCase()])
      const text = toText(body.toString('utf8'))
      const message = v3ResponseMessage(header(v3Headers.timestamp), header(v3Headers.nonce), text)
      if (!verifyRsaSha256(key, message, header(v3Headers.signature))) return false
      const { resource } = JSON.parse(text) as V3Notification
      decryptAesGcm(
        { key: apiV3Key, nonce: resource.nonce, associatedData: resource.associated_data },
        resource.ciphertext,
      )
      return true
    }
    doctor.world.receiver.answerWith((response, notice) => response.writeHead(isRight(notice) ? 204 : 401).end())
  }

  describe('group 13: verification', () => {
    it('proves that a receiver verifies what it parsed and wrote again', async () => {
      verifyOver((raw) => JSON.stringify(JSON.parse(raw)))
      await pay()
      expect(await doctor.newest()).toBeUndefined()
      await strike('reserialised-signature')
      const outTradeNo = await pay()
      expect(await doctor.newest()).toMatchObject({
        group: 13,
        finding: 'NOTICE_RESERIALISED',
        proved: true,
        where: 'notice',
        out_trade_no: outTradeNo,
      })
    })

    it('says nothing of one that verifies the raw bytes: it refuses, and takes the next attempt', async () => {
      verifyOver((raw) => raw)
      await strike('reserialised-signature')
      const outTradeNo = await pay()
      await doctor.world.wechat.advance(15)
      expect((await doctor.world.noticesOf(outTradeNo))[0]!.attempts.map(({ status }) => status)).toEqual([401, 204])
      expect(await doctor.newest()).toBeUndefined()
    })

    it.each([
      ['signtest-probe', 'NOTICE_NOT_VERIFIED'],
      ['wrong-signature', 'NOTICE_NOT_VERIFIED'],
      ['stale-timestamp', 'NOTICE_UNCHECKED'],
      ['unknown-serial', 'NOTICE_UNCHECKED'],
      ['corrupt-ciphertext', 'NOTICE_UNCHECKED'],
    ])('names a receiver that believes everything: %s', async (fault, finding) => {
      answer(204)
      await strike(fault)
      await pay()
      expect(await doctor.newest()).toMatchObject({ group: 13, finding, proved: true })
    })

    it('cannot tell why a right notification was refused', async () => {
      answer(401, '{"code":"FAIL","message":"验签失败"}')
      await pay()
      const diagnosis = (await doctor.newest())!
      expect(diagnosis).toMatchObject({ group: 13, finding: 'UNKNOWN', proved: false })
      expect(diagnosis.message).toContain('cannot be seen')
    })
  })

  describe('group 14: acknowledgement', () => {
    const xml = (code: string): string =>
      `<xml><return_code><![CDATA[${code}]]></return_code><return_msg><![CDATA[OK]]></return_msg></xml>`
    it.each([
      ['a failure told with 200', 200, '{"code":"FAIL","message":"失败"}', 'ACK_FAIL_WITH_SUCCESS_STATUS'],
      ['a failure told in XML with 200', 200, xml('FAIL'), 'ACK_FAIL_WITH_SUCCESS_STATUS'],
      ['XML in V3', 200, xml('SUCCESS'), 'ACK_XML_TO_V3'],
      ['a web page', 200, '<!DOCTYPE html><html></html>', 'ACK_PAGE'],
      ['201', 201, '', 'ACK_STATUS'],
    ])('names %s, with status, time and next attempt', async (_case, status, body, finding) => {
      answer(status, body)
      await pay()
      const diagnosis = (await doctor.newest())!
      expect(diagnosis).toMatchObject({ group: 14, finding, proved: true })
      expect(diagnosis.message).toMatch(new RegExp(`Attempt 1 of .*: ${status} ".*after \\d+ ms; next attempt: `))
    })

    it('names one that is slower than five seconds', async () => {
      doctor.world.receiver.answerWith(() => undefined)
      await pay()
      expect(await doctor.newest()).toMatchObject({ group: 14, finding: 'ACK_SLOW', proved: true })
    })

    it.each([
      [204, ''],
      [200, ''],
      [200, '{"code":"SUCCESS","message":"成功"}'],
    ])('says nothing of %d %s', async (status, body) => {
      answer(status, body)
      await pay()
      expect(await doctor.newest()).toBeUndefined()
    })

    it('says the same once, not at every attempt of the schedule', async () => {
      answer(500)
      await pay()
      await doctor.world.wechat.advance(3600)
      expect(await diagnosesAt(doctor.world.wechat.controlUrl)).toMatchObject([
        { group: 14, finding: 'UNKNOWN', proved: false },
      ])
    })
  })

  describe('group 12: what deliveries meet', () => {
    it.each([
      ['a redirect, such as to a login', 302, 'NOTIFY_LOGIN_IN_FRONT'],
      ['no route', 404, 'NOTIFY_NO_SUCH_PATH'],
      ['no route for POST', 405, 'NOTIFY_NO_SUCH_PATH'],
    ])('names %s', async (_case, status, finding) => {
      answer(status, '', { location: 'https://shop.example/login' })
      await pay()
      expect(await doctor.newest()).toMatchObject({ group: 12, finding, proved: true })
    })

    it('names an address where nobody listens', async () => {
      await pay({ notify_url: 'http://127.0.0.1:1/notify' })
      expect(await doctor.newest()).toMatchObject({ group: 12, finding: 'NOTIFY_UNREACHABLE', proved: true })
    })
  })
})

/** A merchant whose console has an address for refunds. */
async function withConsoleAddress(): Promise<WechatSimulatorOptions> {
  const app = createAppIdentity()
  const refundNotifyUrl = 'https://shop.example/notify/console'
  return { apps: [app], merchants: [await createMerchantIdentity({ appids: [app.appid], refundNotifyUrl })] }
}

describeDoctor(
  'a refund that is told at the console’s address',
  (doctor) => {
    it.each([
      ['answers as V3 wants it', 204, ''],
      ['misses the signature', 401, '{"code":"FAIL","message":"验签失败"}'],
      ['fails to parse it', 500, ''],
    ])('says why it came as XML, to a receiver of V3 that %s', async (_case, status, body) => {
      const { world } = doctor
      world.receiver.answerWith((response) => response.writeHead(204).end())
      const out_trade_no = await world.order()
      await world.wechat.pay(world.mchid, out_trade_no)
      await world.wechat.settled()
      world.receiver.answerWith((response) => response.writeHead(status).end(body))
      const amount = { refund: 1, total: 8800, currency: 'CNY' }
      await world.merchant.post('/v3/refund/domestic/refunds', { out_trade_no, out_refund_no: 'r', amount })
      await world.wechat.advance(3)
      const diagnosis = (await doctor.newest())!
      expect(diagnosis).toMatchObject({ group: 14, finding: 'ACK_V3_TO_CONSOLE', proved: true, out_trade_no })
      expect(diagnosis.message).toContain('named no notify_url')
    })
  },
  withConsoleAddress,
)
