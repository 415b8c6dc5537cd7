import { createHash } from 'node:crypto'
import { parsePrivateKey, signRsaSha256 } from '../../../../mock-server/crypto/rsa'
import { createMerchantIdentity } from '../../../../mock-server/simulator/wechat/identity'
import { v3PayMessage } from '../../../../mock-server/wire/v3-signing'
import { describeDoctor } from '../../support/describe-doctor'
import { callJson, type Answer } from '../../support/merchant-client'
import { v3 } from '../../support/wechat-world'

describeDoctor('pay calls', (doctor) => {
  const timeStamp = '1554208460'
  const nonceStr = '593BEC0C930BF1AFEB40B4A08C8FB242'

  interface Signing {
    readonly appid?: string
    readonly timeStamp?: string
    readonly packageText?: string
    readonly toText?: (right: string) => string
    readonly key?: string
  }
  interface PayCall {
    readonly timeStamp: unknown
    readonly nonceStr: string
    readonly package: string
    readonly signType: string
    readonly paySign: string
  }

  async function prepay(): Promise<string> {
    const { json } = await doctor.world.merchant.post(v3.jsapi, doctor.world.jsapiOrder(doctor.world.newNumber()))
    return `prepay_id=${String(json['prepay_id'])}`
  }
  async function call(signing: Signing = {}): Promise<PayCall> {
    const packageText = await prepay()
    const right = v3PayMessage(
      signing.appid ?? doctor.world.appid,
      signing.timeStamp ?? timeStamp,
      nonceStr,
      signing.packageText ?? packageText,
    )
    const key = parsePrivateKey(signing.key ?? doctor.world.wechat.merchants[0]!.privateKey)
    const paySign = signRsaSha256(key, signing.toText?.(right) ?? right)
    return { timeStamp, nonceStr, package: packageText, signType: 'RSA', paySign }
  }
  const open = (pay: object, over: object = {}): Promise<Answer> =>
    callJson('POST', `${doctor.world.wechat.url}/client/cashier`, {
      appid: doctor.world.appid,
      user: 'payer-1',
      ...pay,
      ...over,
    })

  describe('group 6: the signature', () => {
    it.each<[string, string, Signing]>([
      ['no last line feed', 'PAY_LAST_LF_MISSING', { toText: (right) => right.slice(0, -1) }],
      ['the bare prepay_id', 'PAY_BARE_PREPAY_ID', { toText: (right) => right.replace('prepay_id=', '') }],
      ['another instant', 'PAY_TIMESTAMP_DIFFERS', { timeStamp: '1554208461' }],
      ['milliseconds', 'PAY_TIMESTAMP_DIFFERS', { timeStamp: `${timeStamp}000` }],
      ['an empty appId', 'PAY_OTHER_APPID', { appid: '' }],
    ])('names %s, and the order', async (_case, finding, signing) => {
      const pay = await call(signing)
      expect(await open(pay)).toMatchObject({ status: 403, json: { dialog: '支付验证签名失败' } })
      expect(await doctor.newest()).toMatchObject({
        group: 6,
        finding,
        proved: true,
        where: 'pay-call',
        mchid: doctor.world.mchid,
        out_trade_no: expect.stringMatching(/^order-/),
        first_difference: expect.any(Number),
      })
    })

    it('names MD5 over sorted pairs while signType says RSA, without the key', async () => {
      const pay = await call()
      const { apiKey } = doctor.world.wechat.merchants[0]!
      const pairs = `appId=${doctor.world.appid}&nonceStr=${nonceStr}&package=${pay.package}&signType=RSA&timeStamp=${timeStamp}`
      const paySign = createHash('md5').update(`${pairs}&key=${apiKey}`).digest('hex').toUpperCase()
      expect((await open({ ...pay, paySign })).status).toBe(403)
      const diagnosis = await doctor.newest()
      expect(diagnosis).toMatchObject({ group: 6, finding: 'PAY_V2_SIGNATURE', proved: true })
      expect(JSON.stringify(diagnosis)).not.toContain(apiKey)
    })

    it('names a right signature under the signType that a phone takes where none is given', async () => {
      await open({ ...(await call()), signType: 'MD5' })
      expect(await doctor.newest()).toMatchObject({ group: 6, finding: 'PAY_SIGN_TYPE', proved: true })
    })

    it('cannot tell what a key made that nobody here has', async () => {
      const { privateKey } = await createMerchantIdentity({ appids: [doctor.world.appid] })
      await open(await call({ key: privateKey }))
      expect(await doctor.newest()).toMatchObject({ group: 6, finding: 'UNKNOWN', proved: false })
    })
  })

  describe('group 7: the parameters', () => {
    it.each<[string, string, string, (pay: PayCall) => object]>([
      [
        'a number for timeStamp',
        'PAY_PARAMETERS',
        'timeStamp is a number',
        (pay) => ({ ...pay, timeStamp: 1554208460 }),
      ],
      ['Date.now() for timeStamp', 'PAY_TIMESTAMP_MS', 'milliseconds', (pay) => ({ ...pay, timeStamp: 1554208460123 })],
      ['an empty package', 'PAY_PARAMETERS', 'package is empty', (pay) => ({ ...pay, package: '' })],
      [
        'packageVal for package',
        'PAY_PARAMETERS',
        'package is missing, and packageVal is there',
        ({ package: packageVal, ...pay }) => ({ ...pay, packageVal }),
      ],
      [
        'a package without prepay_id=',
        'PAY_PARAMETERS',
        'without prepay_id= in front',
        (pay) => ({ ...pay, package: pay.package.replace('prepay_id=', '') }),
      ],
    ])('names %s', async (_case, finding, words, spoil) => {
      expect((await open(spoil(await call()))).status).toBe(403)
      const diagnosis = (await doctor.newest())!
      expect(diagnosis).toMatchObject({ group: 7, finding, proved: true })
      expect(diagnosis.message).toContain(words)
    })

    it('warns of milliseconds in a call that is taken, and says nothing of a right one', async () => {
      expect((await open(await call())).status).toBe(200)
      expect(await doctor.newest()).toBeUndefined()
      const pay = await call({ timeStamp: `${timeStamp}123` })
      expect((await open({ ...pay, timeStamp: `${timeStamp}123` })).status).toBe(200)
      expect(await doctor.newest()).toMatchObject({ group: 7, finding: 'PAY_TIMESTAMP_MS' })
    })
  })

  it('names an unknown prepay_id, another app, another payer and another product', async () => {
    const pay = await call()
    await open({ ...pay, package: 'prepay_id=undefined' })
    expect(await doctor.newest()).toMatchObject({ finding: 'PAY_PREPAY_ID_UNKNOWN' })
    await open(pay, { appid: 'wx0000000000000000' })
    expect(await doctor.newest()).toMatchObject({ finding: 'PAY_CALLING_APP', expected: doctor.world.appid })
    await open(pay, { user: 'payer-2' })
    expect(await doctor.newest()).toMatchObject({ group: 11, finding: 'OTHER_PAYER' })
    await doctor.world.wechat.advance(2 * 3600)
    await open(pay)
    expect(await doctor.newest()).toMatchObject({ finding: 'PAY_PREPAY_ID_EXPIRED' })
  })

  it('says nothing where the order is paid already: that is no mistake of the call', async () => {
    const pay = await call()
    const { json } = await open(pay)
    await callJson('POST', `${doctor.world.wechat.url}/client/cashier/${String(json['cashier_id'])}/pay`, {})
    expect((await open(pay)).status).toBe(403)
    expect(await doctor.newest()).toBeUndefined()
  })
})
