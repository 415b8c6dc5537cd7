import {
  formatV3Authorization,
  parseV3Authorization,
  v3PayMessage,
  v3RequestMessage,
  v3ResponseMessage,
} from '../../../../mock-server/wire/v3-signing'

const values = { mchid: '1600000001', nonce_str: 'n', timestamp: '1554208460', serial_no: 'AB', signature: 'c2ln+/==' }

describe('Authorization', () => {
  it('reads what it wrote', () => {
    expect(parseV3Authorization(formatV3Authorization(values))).toEqual(values)
  })

  it.each([
    ['Go, Node and Java', ['mchid', 'nonce_str', 'timestamp', 'serial_no', 'signature']],
    ['the axios plugin', ['mchid', 'serial_no', 'timestamp', 'nonce_str', 'signature']],
    ['Python', ['mchid', 'nonce_str', 'signature', 'timestamp', 'serial_no']],
  ] as const)('reads the order of %s', (_sdk, names) => {
    const attributes = names.map((name) => `${name}="${values[name]}"`).join(',')
    expect(parseV3Authorization(`WECHATPAY2-SHA256-RSA2048 ${attributes}`)).toEqual(values)
  })

  const written = formatV3Authorization(values)
  it.each([
    ['nothing', undefined, 'malformed'],
    ['an empty text', '', 'malformed'],
    ['the scheme alone', 'WECHATPAY2-SHA256-RSA2048', 'malformed'],
    ['another scheme', written.replace('RSA2048', 'SM3'), 'wrong-scheme'],
    ['an attribute missing', written.replace('nonce_str="n",', ''), 'malformed'],
    ['an empty attribute', written.replace('"n"', '""'), 'malformed'],
    ['an attribute twice', `${written},nonce_str="m"`, 'malformed'],
    ['one attribute more', `${written},x="m"`, 'malformed'],
    ['no quotes', written.replace(/"/g, ''), 'malformed'],
  ])('refuses %s', (_case, header, expected) => expect(parseV3Authorization(header)).toBe(expected))
})

describe('messages', () => {
  it('end with a line feed, also after an empty body', () => {
    expect(v3RequestMessage('GET', '/v3/x?y=1', '1', 'n', '')).toBe('GET\n/v3/x?y=1\n1\nn\n\n')
    expect(v3ResponseMessage('1', 'n', '')).toBe('1\nn\n\n')
    expect(v3PayMessage('wx', '1', 'n', 'prepay_id=p')).toBe('wx\n1\nn\nprepay_id=p\n')
  })
})
