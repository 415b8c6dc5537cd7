import { v2Paths } from '../../../../mock-server/wire/v2-paths'
import { describeDoctor } from '../../support/describe-doctor'
import { createV2Client, type V2Client } from '../../support/v2-client'

describeDoctor('V2', (doctor) => {
  let client: V2Client
  beforeAll(() => {
    client = createV2Client(doctor.world)
  })

  it('names JSON that was posted where XML is taken', async () => {
    const answer = await client.send(v2Paths.order, JSON.stringify({ mch_id: doctor.world.mchid }))
    expect(answer.fields).toMatchObject({ return_code: 'FAIL' })
    const diagnosis = (await doctor.newest())!
    expect(diagnosis).toMatchObject({ finding: 'FIELD_UNKNOWN', proved: true, subject: `POST ${v2Paths.order}` })
    expect(diagnosis.message).toContain('V2 takes XML')
  })

  it('names a floating-point amount, and an order number of other characters', async () => {
    await client.order(doctor.world.newNumber(), { total_fee: '1989.9999999999998' })
    expect(await doctor.newest()).toMatchObject({ group: 8, finding: 'AMOUNT_FLOAT', expected: '1990' })
    await client.order('order#0001')
    expect(await doctor.newest()).toMatchObject({ group: 9, finding: 'NUMBER_CHARACTERS' })
  })

  it('names what differs in an order that is repeated', async () => {
    const number = doctor.world.newNumber()
    await client.order(number, { total_fee: '100' })
    await client.order(number, { total_fee: '101' })
    const diagnosis = (await doctor.newest())!
    expect(diagnosis).toMatchObject({ group: 10, finding: 'REENTRY_DIFFERS', out_trade_no: number })
    expect(diagnosis.message).toContain('amount.total was 100, now 101')
  })

  it.each([
    ['no scene_info', {}, 'has no scene_info'],
    ['one that is not JSON', { scene_info: "{'h5_info':{'type':'Wap'}}" }, 'not the documented JSON'],
  ])('takes an H5 order with %s, and says what should be there', async (_what, over, words) => {
    const number = doctor.world.newNumber()
    const answer = await client.order(number, { trade_type: 'MWEB', openid: undefined, ...over })
    expect(answer.fields).toMatchObject({ result_code: 'SUCCESS', trade_type: 'MWEB' })
    const diagnosis = (await doctor.newest())!
    expect(diagnosis).toMatchObject({ finding: 'SCENE_INFO_MISSING', where: 'order', out_trade_no: number })
    expect(diagnosis.message).toContain(words)
  })

  it('says nothing of an order that is taken', async () => {
    expect((await client.order(doctor.world.newNumber())).fields['result_code']).toBe('SUCCESS')
    expect(await doctor.newest()).toBeUndefined()
  })
})
