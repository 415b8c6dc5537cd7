import { createHmac, createHash, sign, type KeyObject } from 'node:crypto'
import { v3PayMessage } from '../../../../../../../mock-server/wire/v3-signing'
import { diagnosePaySign } from '../../../../../../../mock-server/simulator/wechat/doctor/forms/pay-sign'
import { createTestKeys } from './keys'

const { own, other, platform, stranger, known } = createTestKeys()
const appid = 'wx2421b1c4370ec43b'
const otherAppid = 'wx0000000000000001'
const call = {
  appid,
  timeStamp: '1554208460',
  nonceStr: '593BEC0C930BF1AFEB40B4A08C8FB242',
  package: 'prepay_id=wx201410272009395522657a690389285100',
  signType: 'RSA',
}
const apiKey = '192006250b4c09247ec02edce69f6a2d'
const right = v3PayMessage(appid, call.timeStamp, call.nonceStr, call.package)

function diagnose(signed: string, over: { key?: KeyObject; signType?: string; paySign?: string } = {}) {
  const paySign = over.paySign ?? sign('sha256', Buffer.from(signed), over.key ?? own.privateKey).toString('base64')
  return diagnosePaySign(
    {
      ...call,
      signType: over.signType ?? 'RSA',
      paySign,
      own: { ...own, apiKey, apiV3Key: 'k'.repeat(32) },
      otherAppids: [otherAppid],
    },
    known,
  )
}
const sorted = (signType: string): string =>
  `appId=${appid}&nonceStr=${call.nonceStr}&package=${call.package}&signType=${signType}&timeStamp=${call.timeStamp}`

describe('the doctor, over a paySign', () => {
  it.each([
    ['the bare prepay_id', 'PAY_BARE_PREPAY_ID', right.replace('prepay_id=', '')],
    ['no last line feed', 'PAY_LAST_LF_MISSING', right.slice(0, -1)],
    ['CR LF', 'PAY_LINE_FEEDS', right.replace(/\n/g, '\r\n')],
    ['another app', 'PAY_OTHER_APPID', right.replace(appid, otherAppid)],
    ['milliseconds', 'PAY_TIMESTAMP_DIFFERS', right.replace(call.timeStamp, `${call.timeStamp}000`)],
    ['a timeStamp taken twice', 'PAY_TIMESTAMP_DIFFERS', right.replace(call.timeStamp, '1554208461')],
    ['lines in another order', 'PAY_LINE_ORDER', v3PayMessage(appid, call.nonceStr, call.timeStamp, call.package)],
    ['signType as a line', 'PAY_SIGN_TYPE_IN_TEXT', `${right}RSA\n`],
    ['sorted pairs', 'PAY_V2_TEXT', sorted('RSA')],
  ])('names %s', (_case, finding, signed) => {
    expect(diagnose(signed)).toMatchObject({ group: 6, finding, proved: true, expected: right })
    expect(diagnose(signed).received).not.toBe(right)
  })

  it('names MD5 and HMAC signatures of V2, without their key', () => {
    const md5 = createHash('md5')
      .update(`${sorted('MD5')}&key=${apiKey}`)
      .digest('hex')
      .toUpperCase()
    const hmac = createHmac('sha256', apiKey)
      .update(`${sorted('RSA')}&key=${apiKey}`)
      .digest('hex')
      .toUpperCase()
    for (const paySign of [md5, hmac]) {
      const found = diagnose('', { paySign })
      expect(found).toMatchObject({ group: 6, finding: 'PAY_V2_SIGNATURE', proved: true })
      expect(found.message).toContain('made with the API key')
      expect(JSON.stringify(found)).not.toContain(apiKey)
    }
    expect(diagnose('', { paySign: 'F'.repeat(32) }).message).not.toContain('made with the API key')
  })

  it('names a right RSA signature under another signType', () => {
    expect(diagnose(right, { signType: 'MD5' })).toMatchObject({ finding: 'PAY_SIGN_TYPE', proved: true })
  })

  it('names whose key it was', () => {
    expect(diagnose(right, { key: other.privateKey })).toMatchObject({ finding: 'PAY_KEY', proved: true })
    expect(diagnose(right, { key: platform.privateKey })).toMatchObject({ finding: 'PAY_KEY', proved: true })
  })

  it.each([
    ['a key that nobody here has', diagnose(right, { key: stranger })],
    ['another nonce', diagnose(right.replace(call.nonceStr, 'x'))],
    ['text that is no signature', diagnose('', { paySign: 'hello' })],
    ['a right call', diagnose(right)],
  ])('cannot tell what is wrong with %s', (_case, found) => {
    expect(found).toMatchObject({ group: 6, finding: 'UNKNOWN', proved: false })
  })
})
