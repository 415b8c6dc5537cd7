import { decryptAesEcb, encryptAesEcb } from '../../mock-server/crypto/aes-ecb'
import { md5Hex } from '../../mock-server/crypto/digest'
import { xmlToRecord } from '../../mock-server/crypto/xml'
import { signV2, v2Message, v2SignTypeOf, verifyV2 } from '../../mock-server/wire/v2-signing'

/** Known answers for V2, published by the vendor or derived with its example key. */

/** @see https://pay.weixin.qq.com/doc/v2/merchant/4011985891 */
const example = {
  params: {
    appid: 'wxd930ea5d5a258f4f',
    mch_id: '10000100',
    device_info: '1000',
    body: 'test',
    nonce_str: 'ibuaiVcKdpRxkhJA',
  },
  key: '192006250b4c09247ec02edce69f6a2d',
  text: 'appid=wxd930ea5d5a258f4f&body=test&device_info=1000&mch_id=10000100&nonce_str=ibuaiVcKdpRxkhJA&key=192006250b4c09247ec02edce69f6a2d',
  md5: '9A0A8659F005D6984697E2CA0A9CF3B7',
  hmac: '6A9AE1657590FD6257D693A078E1C3E4BB6BA4DC30B23E0EE2496E54170DACD6',
} as const

describe('the V2 signature', () => {
  const { params, key, text, md5, hmac } = example

  it('joins the text of the published example', () => expect(v2Message(params, key)).toBe(text))
  it('is the published MD5', () => expect(signV2(params, key, 'MD5')).toBe(md5))
  it('is the published HMAC-SHA256', () => expect(signV2(params, key, 'HMAC-SHA256')).toBe(hmac))

  it('leaves empty values and the signature out, and keeps what nobody knows', () => {
    expect(signV2({ ...params, attach: '', sign: md5 }, key, 'MD5')).toBe(md5)
    expect(signV2({ ...params, attach: 'x' }, key, 'MD5')).not.toBe(md5)
    expect(v2Message({ zz: '1', Z: '2', a: '3' }, 'k')).toBe('Z=2&a=3&zz=1&key=k')
  })

  it.each([md5, hmac])('verifies %s, and not with one character changed', (sign) => {
    expect(verifyV2({ ...params, sign }, key)).toBe(true)
    expect(verifyV2({ ...params, sign: sign.replace(/.$/, '0') }, key)).toBe(false)
    expect(verifyV2({ ...params, sign: sign.toLowerCase() }, key)).toBe(false)
    expect(verifyV2({ ...params, sign }, `${key.slice(1)}0`)).toBe(false)
    expect(verifyV2({ ...params, body: 'tesu', sign }, key)).toBe(false)
    expect(verifyV2({ ...params, sign: '' }, key)).toBe(false)
    expect(verifyV2(params, key)).toBe(false)
  })

  it('does not verify when another method was announced', () => {
    expect(verifyV2({ ...params, sign: md5 }, key, 'HMAC-SHA256')).toBe(false)
    expect(verifyV2({ ...params, sign: hmac }, key, 'MD5')).toBe(false)
  })

  it('tells the method by the length', () => {
    expect(v2SignTypeOf(md5)).toBe('MD5')
    expect(v2SignTypeOf(hmac)).toBe('HMAC-SHA256')
    expect(v2SignTypeOf(md5.slice(1))).toBeNull()
    expect(v2SignTypeOf('x'.repeat(32))).toBeNull()
  })

  it('signs Chinese text as UTF-8', () => {
    const order = {
      appid: 'wx2421b1c4370ec43b',
      body: 'JSAPI支付测试',
      mch_id: '10000100',
      nonce_str: '1add1a30ac87aa2db72f57a2375d8fec',
      notify_url: 'https://wxpay.wxutil.com/pub_v2/pay/notify.v2.php',
      openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o',
      out_trade_no: '1415659990',
      spbill_create_ip: '14.23.150.211',
      total_fee: '1',
      trade_type: 'JSAPI',
    }
    expect(signV2(order, key, 'MD5')).toBe('2A2B84BF022C366B48FF6225898BA21B')
  })
})

describe("the V2 pay call's signature", () => {
  it('is the published one', () => {
    const call = {
      appId: 'wxd678efh567hg6787',
      nonceStr: '5K8264ILTKCH16CQ2502SI8ZNMTM67VS',
      package: 'prepay_id=wx2017033010242291fcfe0db70013231072',
      signType: 'MD5',
      timeStamp: '1490840662',
    }
    const key = 'qazwsxedcrfvtgbyhnujmikolp111111'
    expect(v2Message(call, key)).toBe(
      'appId=wxd678efh567hg6787&nonceStr=5K8264ILTKCH16CQ2502SI8ZNMTM67VS&package=prepay_id=wx2017033010242291fcfe0db70013231072&signType=MD5&timeStamp=1490840662&key=qazwsxedcrfvtgbyhnujmikolp111111',
    )
    expect(signV2(call, key, 'MD5')).toBe('22D9B4E54AB1950F51E0649E8810ACD6')
  })
})

describe("a refund notification's req_info", () => {
  const key = md5Hex(example.key)
  const plaintext = '<root><refund_status><![CDATA[SUCCESS]]></refund_status></root>'
  const ciphertext = 'bDP/xixH0hFEaZusu714U7rO4wZDF5SwkOt7MIFNUaladrdy0yQefoW3LYmmUmF3r7t23yZjibKV29fZKVgeUQ=='

  it('has the small-letter MD5 of the API key as its key', () => expect(key).toBe('d96eb16afdd491fa1e705096edbc2205'))
  it('encrypts', () => expect(encryptAesEcb(key, plaintext)).toBe(ciphertext))
  it('decrypts', () => expect(decryptAesEcb(key, ciphertext)).toBe(plaintext))
  it('does not decrypt with another key, or cut short', () => {
    expect(() => decryptAesEcb(md5Hex('another'), ciphertext)).toThrow()
    expect(() => decryptAesEcb(key, ciphertext.slice(0, -8))).toThrow()
  })
  it('is flat XML under another root', () => {
    expect({ ...xmlToRecord(Buffer.from(plaintext)) }).toEqual({ refund_status: 'SUCCESS' })
  })
})

/** @see axios-plugin `tests/lib/hash.test.js` */
describe('MD5', () => {
  it('is the published one', () => {
    expect(md5Hex('exposed_your_key_here_have_risks')).toBe('4ad14ac334ab13540eb6c5479512a8e8')
    expect(md5Hex('&key=exposed_your_key_here_have_risks')).toBe('b3d43c8390f26e2030d4d17bd580fbc8')
  })
})
