import { describeDoctor } from '../../support/describe-doctor'
import type { Answer } from '../../support/merchant-client'
import { v3 } from '../../support/wechat-world'

const notUtf8 = '请求内容传入了非UTF8参数'

describeDoctor('texts of V3 requests', (doctor) => {
  const post = (over: object): Promise<Answer> =>
    doctor.world.merchant.post(v3.jsapi, doctor.world.jsapiOrder(doctor.world.newNumber(), over))

  it.each([
    ['attach', { attach: '龙'.repeat(42) }, { attach: '龙'.repeat(43) }, '字节数 129，大于最大值 128'],
    ['description', { description: '龙'.repeat(42) }, { description: '龙'.repeat(43) }, '字节数 129，大于最大值 127'],
  ])('counts the bytes of %s, and says so', async (field, fits, tooLong, text) => {
    expect((await post(fits)).status).toBe(200)
    const answer = await post(tooLong)
    expect(answer).toMatchObject({ status: 400, json: { code: 'PARAM_ERROR' } })
    expect(answer.json['message']).toContain(`/body/${field}”`)
    expect(answer.json['message']).toContain(text)
    expect(await doctor.newest()).toMatchObject({ finding: 'TEXT_TOO_LONG', received: '129 bytes' })
  })

  it('counts the bytes of a number', async () => {
    expect((await post({ out_trade_no: 'abc' })).json['message']).toContain('字节数 3，小于最小值 6')
    expect((await post({ out_trade_no: 'a'.repeat(33) })).json['message']).toContain('字节数 33，大于最大值 32')
  })

  it.each([
    ['an emoji', '茶🍵', 'U+1F375'],
    ['a rare Han character', '𠮷', 'U+20BB7'],
    ['half of a character', '茶\ud83c', 'U+D83C'],
  ])('refuses %s, and the doctor names it', async (_case, description, received) => {
    expect(await post({ description })).toMatchObject({
      status: 400,
      json: { code: 'INVALID_REQUEST', message: notUtf8 },
    })
    expect(await doctor.newest()).toMatchObject({ finding: 'TEXT_FOUR_BYTES', received })
  })

  it('takes the parts of emoji that lie in the basic plane', async () => {
    expect((await post({ description: '1\ufe0f\u20e3 茶\u200d' })).status).toBe(200)
  })

  it('refuses a four-byte character in the reason of a refund', async () => {
    const number = doctor.world.newNumber()
    await doctor.world.merchant.post(v3.jsapi, doctor.world.jsapiOrder(number))
    await doctor.world.wechat.pay(doctor.world.mchid, number)
    const answer = await doctor.world.merchant.post('/v3/refund/domestic/refunds', {
      out_trade_no: number,
      out_refund_no: `${number}-r`,
      reason: '不想要了😀',
      amount: { refund: 1, total: 8800, currency: 'CNY' },
    })
    expect(answer).toMatchObject({ status: 400, json: { code: 'INVALID_REQUEST', message: notUtf8 } })
  })

  it('names bytes of another encoding', async () => {
    const body = Buffer.concat([Buffer.from('{"description":"'), Buffer.from([0xc1, 0xfa]), Buffer.from('"}')])
    expect((await doctor.world.merchant.post(v3.jsapi, body)).json).toMatchObject({ message: notUtf8 })
    expect(await doctor.newest()).toMatchObject({ finding: 'TEXT_NOT_UTF8' })
  })
})
