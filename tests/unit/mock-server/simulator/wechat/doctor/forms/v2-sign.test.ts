import { createHash, createHmac } from 'node:crypto'
import { diagnoseV2Sign } from '../../../../../../../mock-server/simulator/wechat/doctor/forms/v2-sign'

/** The vendor's published example. */
const published = {
  appid: 'wxd930ea5d5a258f4f',
  mch_id: '10000100',
  device_info: '1000',
  body: 'test',
  nonce_str: 'ibuaiVcKdpRxkhJA',
}
const apiKey = '192006250b4c09247ec02edce69f6a2d'
const params = { ...published, Zeta: 'z', attach: '', notify_url: 'https://shop.example/a b%20c' }

const text = (over: Readonly<Record<string, string>> = params, key = apiKey): string =>
  Object.entries(over)
    .filter(([, value]) => value !== '')
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&') + `&key=${key}`
const md5 = (signed: string): string => createHash('md5').update(signed).digest('hex').toUpperCase()
const hmac = (signed: string, key = apiKey): string =>
  createHmac('sha256', key).update(signed).digest('hex').toUpperCase()
const diagnose = (received: string, sent: Readonly<Record<string, string>> = params) =>
  diagnoseV2Sign({
    params: { ...sent, sign: received },
    received,
    apiKey,
    otherKeys: [{ name: 'the APIv3 key', key: 'v3-key' }],
  })
const joined = (pairs: [string, string][]): string => pairs.map(([name, value]) => `${name}=${value}`).join('&')
const byName = (pairs: [string, string][]): [string, string][] => pairs.sort(([a], [b]) => (a < b ? -1 : 1))
const map = (change: (value: string) => string): Record<string, string> =>
  Object.fromEntries(Object.entries(params).map(([name, value]) => [name, change(value)]))

describe('the doctor, over a V2 signature', () => {
  it.each<[string, string, string]>([
    ['HMAC where MD5 was announced', 'V2_DIGEST', hmac(text())],
    ['an HMAC keyed with a literal', 'V2_HMAC_KEY', hmac(text(), 'laoxie')],
    ['an HMAC keyed with the APIv3 key', 'V2_HMAC_KEY', hmac(text(), 'v3-key')],
    ['the APIv3 key', 'V2_KEY', md5(text(params, 'v3-key'))],
    ['no key', 'V2_KEY_NOT_APPENDED', md5(text().replace(/&key=.*$/, ''))],
    ['values with percent-escapes', 'V2_VALUES_ENCODED', md5(text(map(encodeURIComponent)))],
    ['decoded values', 'V2_VALUES_DECODED', md5(text(map(decodeURIComponent)))],
    ['empty values', 'V2_EMPTY_INCLUDED', md5(`${joined(byName(Object.entries(params)))}&key=${apiKey}`)],
    [
      'unsorted names',
      'V2_UNSORTED',
      md5(`${joined(Object.entries(params).filter(([, value]) => value))}&key=${apiKey}`),
    ],
    [
      'names sorted without regard to capitals',
      'V2_UNSORTED',
      md5(text().replace('Zeta=z&', '').replace('&key=', '&Zeta=z&key=')),
    ],
    ['small letters', 'V2_LOWER_CASE', md5(text()).toLowerCase()],
    ['a parameter that was not signed', 'V2_PARAM_NOT_SIGNED', md5(text().replace('device_info=1000&', ''))],
    ['an RSA signature', 'V2_DIGEST', 'A'.repeat(344)],
  ])('names %s', (_case, finding, received) => {
    const found = diagnose(received)
    expect(found).toMatchObject({ finding, proved: true })
    expect(JSON.stringify(found)).not.toContain(apiKey)
    expect(JSON.stringify(found)).not.toContain('v3-key')
    expect(found.expected).toContain('&key=***')
  })

  it('names a sign that was signed itself', () => {
    const sent = { ...params, sign: 'old' }
    const received = md5(text(sent))
    expect(diagnoseV2Sign({ params: sent, received, apiKey })).toMatchObject({
      finding: 'V2_SIGN_INCLUDED',
      proved: true,
    })
  })

  it('names MD5 where sign_type says HMAC-SHA256, and sign_type left out of the text', () => {
    const sent = { ...published, sign_type: 'HMAC-SHA256' }
    expect(diagnose(md5(text(sent)), sent)).toMatchObject({ finding: 'V2_DIGEST' })
    const found = diagnose(hmac(text(published)), sent)
    expect(found).toMatchObject({ finding: 'V2_PARAM_NOT_SIGNED' })
    expect(found.message).toContain('without sign_type')
  })

  it.each<[string, string]>([
    ['the published MD5', '9A0A8659F005D6984697E2CA0A9CF3B7'],
    ['a key that nobody here has', md5(text(published, 'stranger'))],
    ['32 characters that are nothing', 'F'.repeat(32)],
  ])('cannot tell what is wrong with %s', (_case, received) => {
    expect(diagnose(received, published)).toMatchObject({ finding: 'UNKNOWN', proved: false })
  })

  it('ends soon over many and long parameters', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`p${index}`, 'x'.repeat(2000)]))
    const started = performance.now()
    expect(diagnose('F'.repeat(64), many)).toMatchObject({ finding: 'UNKNOWN' })
    expect(performance.now() - started).toBeLessThan(10_000)
  })
})
