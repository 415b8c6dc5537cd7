import { payeeOf, toV2Party, toV3Party, type ShopAccount } from '../../../../../mock-server/merchant/gateway/parties'

const appid = 'wx8888888888888888'
const spAppid = 'wx9999999999999999'
const mchid = '1900000109'
const subMchid = '1900000119'

const alone: ShopAccount = { appid, mchid, partner: null }
const partner: ShopAccount = { appid, mchid, partner: { subMchid, spAppid: null } }
const ownApp: ShopAccount = { appid, mchid, partner: { subMchid, spAppid } }

describe('a seller', () => {
  it('is named as V3 wants it', () => {
    expect(toV3Party(alone).order).toEqual({ appid, mchid })
    expect(toV3Party(partner).order).toEqual({ sp_appid: appid, sp_mchid: mchid, sub_mchid: subMchid })
    expect(toV3Party(ownApp).order).toEqual({
      sp_appid: spAppid,
      sp_mchid: mchid,
      sub_appid: appid,
      sub_mchid: subMchid,
    })
    expect([alone, partner, ownApp].map((seller) => toV3Party(seller).payer('o'))).toEqual([
      { openid: 'o' },
      { sp_openid: 'o' },
      { sub_openid: 'o' },
    ])
    expect(toV3Party(partner).queryTarget('SC1')).toBe(
      `/v3/pay/partner/transactions/out-trade-no/SC1?sp_mchid=${mchid}&sub_mchid=${subMchid}`,
    )
    expect(toV3Party(alone).closeTarget('SC|1')).toBe('/v3/pay/transactions/out-trade-no/SC%7C1/close')
  })

  it('is named as V2 wants it', () => {
    expect(toV2Party(alone).params).toEqual({ appid, mch_id: mchid })
    expect(toV2Party(partner).params).toEqual({ appid, mch_id: mchid, sub_mch_id: subMchid })
    expect(toV2Party(ownApp).params).toEqual({ appid: spAppid, mch_id: mchid, sub_appid: appid, sub_mch_id: subMchid })
    expect(toV2Party(ownApp).payer('o')).toEqual({ sub_openid: 'o' })
  })

  it('finds himself in an answer, and nobody else', () => {
    const v3 = { sp_appid: spAppid, sp_mchid: mchid, sub_mchid: subMchid }
    expect(toV3Party(ownApp).readPayee(v3)).toEqual(payeeOf(ownApp))
    expect(toV3Party(ownApp).readPayee({ ...v3, sub_mchid: '1900000120' })).not.toEqual(payeeOf(ownApp))
    expect(toV3Party(ownApp).readPayee({ ...v3, sp_mchid: '1900000110' })).not.toEqual(payeeOf(ownApp))
    // A direct merchant's answer names no partner.
    expect(() => toV3Party(partner).readPayee({ appid, mchid })).toThrow('sp_mchid')
    expect(() => toV3Party(alone).readPayee(v3)).toThrow('mchid')
    const v2 = { appid: spAppid, mch_id: mchid, sub_mch_id: subMchid }
    expect(toV2Party(ownApp).readPayee(v2)).toEqual(payeeOf(ownApp))
    expect(toV2Party(ownApp).readPayee({ ...v2, mch_id: '1900000110' })).not.toEqual(payeeOf(ownApp))
    expect(() => toV2Party(partner).readPayee({ appid, mch_id: mchid })).toThrow('sub_mch_id')
  })
})
