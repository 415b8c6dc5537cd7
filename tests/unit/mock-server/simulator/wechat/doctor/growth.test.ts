import { diagnosePath } from '../../../../../../mock-server/simulator/wechat/doctor/rules/path-rules'
import { diagnoseBody, diagnoseField } from '../../../../../../mock-server/simulator/wechat/doctor/rules/field-rules'
import { diagnoseEncoding } from '../../../../../../mock-server/simulator/wechat/doctor/rules/text-rules'
import { diagnoseV3Request } from '../../../../../../mock-server/simulator/wechat/doctor/forms/v3-signature'
import { parseV3Authorization } from '../../../../../../mock-server/wire/v3-signing'
import { XmlError, xmlToRecord } from '../../../../../../mock-server/crypto/xml'
import { growthOf } from '../../../../../support/growth'

const routes = ['POST /v3/pay/transactions/jsapi', 'GET /v3/pay/transactions/out-trade-no/:outTradeNo']
const nobody = { merchants: [], platform: [] }
const refused = (authorization: string) => ({
  method: 'GET',
  target: '/v3/certificates',
  body: '',
  authorization,
  receivedAt: Date.now(),
})
const scheme = 'WECHATPAY2-SHA256-RSA2048 '

type Work = (text: string) => unknown

const inPath: Work = (path) => diagnosePath('GET', path, routes)
const inHeader: Work = (header) => diagnoseV3Request(refused(header), nobody)
const atDoor: Work = (header) => parseV3Authorization(header)
const inField =
  (name: string): Work =>
  (value) =>
    diagnoseField(`/body/${name}`, { [name]: value }, '', null)

/** Each was too slow somewhere, or is of the kind that was: many repeats, then what refuses them. */
const hostile: readonly (readonly [string, Work, (size: number) => string, number])[] = [
  ['slashes in a path', inPath, (size) => `/v3/pay${'/'.repeat(size)}x`, 8000],
  ['steps in a path', inPath, (size) => `/v3${'/a'.repeat(size)}`, 8000],
  ['braces in a path', inPath, (size) => `/v3/pay/${'{'.repeat(size)}`, 8000],
  ['blanks in Authorization', inHeader, (size) => `${' '.repeat(size)}x`, 8000],
  ['blanks after the scheme', inHeader, (size) => `${scheme}${' '.repeat(size)}x`, 8000],
  ['commas after the scheme', inHeader, (size) => scheme + ','.repeat(size), 8000],
  ['open quotes in Authorization', inHeader, (size) => `${scheme}${' mchid="'.repeat(size)}`, 2000],
  ['blanks for the door', atDoor, (size) => `${scheme}${' '.repeat(size)}x=`, 4000],
  ['attributes for the door', atDoor, (size) => scheme + 'a="b",'.repeat(size), 700],
  ['question marks in notify_url', inField('notify_url'), (size) => `https://a${'?'.repeat(size)}\n`, 50_000],
  ['hex digits in a number', inField('out_trade_no'), (size) => '0-'.repeat(size), 50_000],
  ['half characters in a body', inText, (size) => 'x'.repeat(size) + '\ud800', 100_000],
  ['word characters in a body', inBody, (size) => 'a.'.repeat(size), 100_000],
  ['ampersands in XML', inXml, (size) => `<xml><a>${'&'.repeat(size)}</a></xml>`, 8000],
  ['open brackets in XML', inXml, (size) => `<xml>${'<'.repeat(size)}`, 8000],
  ['blanks in XML', inXml, (size) => `<xml><a${' '.repeat(size)}`, 8000],
  ['open CDATA in XML', inXml, (size) => `<xml><a>${'<![CDATA['.repeat(size)}`, 2000],
  ['references in XML', inXml, (size) => `<xml><a>${'&#65;'.repeat(size)}</a></xml>`, 5000],
]

describe('the work that hostile input makes', () => {
  it.each(hostile)('grows no faster than the input: %s', (_name, work, make, size) => {
    // 4 is a work that grows with the input, 16 with its square.
    expect(growthOf(make, work, size)).toBeLessThan(9)
  })
})

function inText(text: string): unknown {
  return diagnoseEncoding(Buffer.from('{}'), { a: [text] })
}

function inBody(text: string): unknown {
  return diagnoseBody(Buffer.from(text))
}

function inXml(text: string): void {
  try {
    xmlToRecord(Buffer.from(text))
  } catch (error) {
    if (!(error instanceof XmlError)) throw error
  }
}
