import fc from 'fast-check'
import { recordToXml, toXmlText, XmlError, xmlToRecord } from '../../../../mock-server/crypto/xml'

const read = (text: string) => ({ ...xmlToRecord(Buffer.from(text)) })

function faultOf(document: string | Uint8Array, limits = {}): string {
  try {
    xmlToRecord(typeof document === 'string' ? Buffer.from(document) : document, limits)
  } catch (error) {
    if (error instanceof XmlError) return error.code
    throw error
  }
  return 'taken'
}

describe('reading flat XML', () => {
  it.each([
    ['CDATA', '<xml><a><![CDATA[1]]></a><b><![CDATA[二]]></b></xml>'],
    ['plain text', '<xml><a>1</a><b>二</b></xml>'],
    [
      'a declaration and line breaks',
      '<?xml version="1.0" encoding="UTF-8"?>\r\n<xml>\r\n  <a>1</a>\n\t<b>二</b>\n</xml>\n',
    ],
    ['a byte order mark', '\ufeff<xml><a>1</a><b>二</b></xml>'],
    ['another root', '<root><a>1</a><b>二</b></root>'],
    [
      'comments and instructions',
      '<?hint x?><!-- <c>3</c> --><xml><a>1<!-- & --></a><?go?><b>二</b></xml><!-- end -->',
    ],
    ['attributes', '<xml xmlns="urn:x"><a type="int">1</a><b lang=\'zh\'>二</b></xml>'],
    ['references', '<xml><a>&#49;</a><b>&#x4E8C;</b></xml>'],
    ['text and CDATA in one element', '<xml><a><![CDATA[1]]></a><b><![CDATA[]]>二</b></xml>'],
  ])('takes %s', (_what, document) => {
    expect(read(document)).toEqual({ a: '1', b: '二' })
  })

  it('keeps values as they were sent', () => {
    const document =
      '<xml><n>0012</n><e>1e3</e><s>  x </s><m>a&amp;b &lt;&gt; &quot;&apos;</m><c><![CDATA[a&amp;<b>]]></c></xml>'
    expect(read(document)).toEqual({ n: '0012', e: '1e3', s: '  x ', m: 'a&b <> "\'', c: 'a&amp;<b>' })
  })

  it('takes empty elements and an empty root', () => {
    expect(read('<xml><a></a><b/><c><![CDATA[]]></c></xml>')).toEqual({ a: '', b: '', c: '' })
    expect(read('<xml></xml>')).toEqual({})
    expect(read('<xml/>')).toEqual({})
  })

  it('makes one line feed of each line end', () => {
    expect(read('<xml><a>1\r\n2\r3\n4</a></xml>')).toEqual({ a: '1\n2\n3\n4' })
  })

  it('gives a record that has no prototype to spoil', () => {
    const record = xmlToRecord(Buffer.from('<xml><toString>1</toString><hasOwnProperty>2</hasOwnProperty></xml>'))
    expect(Object.getPrototypeOf(record)).toBeNull()
    expect({ ...record }).toEqual({ toString: '1', hasOwnProperty: '2' })
    expect(faultOf('<xml><__proto__><x>1</x></__proto__></xml>')).not.toBe('taken')
    expect(({} as Record<string, unknown>)['x']).toBeUndefined()
  })

  it.each([
    ['nothing', '', 'empty'],
    ['blanks', ' \n ', 'empty'],
    ['plain words', 'hello', 'malformed'],
    ['JSON', '{"a":1}', 'malformed'],
    ['a page of HTML', '<!DOCTYPE html><html><body><h1>404</h1></body></html>', 'declares-entities'],
    [
      'an external entity',
      '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/passwd">]><xml><a>&e;</a></xml>',
      'declares-entities',
    ],
    [
      'entities of entities',
      '<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><xml><a>&b;</a></xml>',
      'declares-entities',
    ],
    ['a declaration in small letters', '<!doctype xml><xml><a>1</a></xml>', 'declares-entities'],
    ['a DOCTYPE inside the root', '<xml><!DOCTYPE x><a>1</a></xml>', 'declares-entities'],
    ['a bare entity declaration', '<xml><!ENTITY a "b"><a>1</a></xml>', 'declares-entities'],
    ['an entity that nobody declared', '<xml><a>&nbsp;</a></xml>', 'declares-entities'],
    ['a bare ampersand', '<xml><a>1&2</a></xml>', 'declares-entities'],
    ['an ampersand in an attribute', '<xml b="&x;"><a>1</a></xml>', 'declares-entities'],
    ['an element inside a value', '<xml><a><b>1</b></a></xml>', 'nested'],
    ['an element behind text', '<xml><a>1<b/></a></xml>', 'nested'],
    ['the same element twice', '<xml><a>1</a><a>2</a></xml>', 'duplicate'],
    ['an unclosed element', '<xml><a>1</a>', 'malformed'],
    ['a cut document', '<xml><a>1</', 'malformed'],
    ['crossed elements', '<xml><a>1</b></a></xml>', 'malformed'],
    ['unclosed CDATA', '<xml><a><![CDATA[1</a></xml>', 'malformed'],
    ['an unclosed comment', '<xml><a>1</a></xml><!-- ', 'malformed'],
    ['two roots', '<xml><a>1</a></xml><xml><b>2</b></xml>', 'malformed'],
    ['text between elements', '<xml>x<a>1</a></xml>', 'malformed'],
    ['text behind the root', '<xml><a>1</a></xml>x', 'malformed'],
    ['CDATA between elements', '<xml><![CDATA[x]]><a>1</a></xml>', 'malformed'],
    ['a zero byte', '<xml><a>1\u0000</a></xml>', 'illegal-character'],
    ['a reference to a zero byte', '<xml><a>&#0;</a></xml>', 'illegal-character'],
    ['a reference to half a pair', '<xml><a>&#xD800;</a></xml>', 'illegal-character'],
    ['a reference beyond Unicode', '<xml><a>&#x110000;</a></xml>', 'illegal-character'],
  ])('refuses %s', (_what, document, fault) => {
    expect(faultOf(document)).toBe(fault)
  })

  it('refuses bytes that are no UTF-8', () => {
    expect(faultOf(Buffer.from('<xml><a>支付</a></xml>', 'utf16le'))).toBe('not-utf8')
    // 支付 in GBK
    const gbk = Buffer.concat([
      Buffer.from('<xml><a>'),
      Buffer.from([0xd6, 0xa7, 0xb8, 0xb6]),
      Buffer.from('</a></xml>'),
    ])
    expect(faultOf(gbk)).toBe('not-utf8')
  })

  it('has limits', () => {
    const many = (count: number) => `<xml>${Array.from({ length: count }, (_, n) => `<a${n}>1</a${n}>`).join('')}</xml>`
    expect(faultOf(many(1000))).toBe('taken')
    expect(faultOf(many(1001))).toBe('too-large')
    const long = (length: number) => `<xml><a>${'x'.repeat(length - 18)}</a></xml>`
    expect(faultOf(long(131_072))).toBe('taken')
    expect(faultOf(long(131_073))).toBe('too-large')
    expect(faultOf(long(100), { bytesMax: 99 })).toBe('too-large')
  })

  it.each([
    ['openings', '<a>'],
    ['unclosed comments', '<!--'],
    ['unclosed CDATA', '<![CDATA['],
    ['unclosed instructions', '<?'],
    ['angle brackets', '<'],
    ['ampersands', '&'],
    ['quotes in a tag', '<a b="'],
  ])('is not kept busy by many %s', (_what, piece) => {
    const started = performance.now()
    expect(faultOf(piece.repeat(Math.floor(131_000 / piece.length)))).not.toBe('taken')
    expect(performance.now() - started).toBeLessThan(10_000)
  })
})

describe('writing flat XML', () => {
  it('writes as WeChat Pay does', () => {
    expect(recordToXml({ return_code: 'FAIL', return_msg: '签名错误' })).toBe(
      '<xml><return_code><![CDATA[FAIL]]></return_code>\n<return_msg><![CDATA[签名错误]]></return_msg>\n</xml>',
    )
  })

  it('is read back as it was, whatever the values are', () => {
    const name = fc
      .stringMatching(/^[a-z_][a-z0-9_]{0,12}$/)
      .filter((text) => !['__proto__', 'constructor', 'prototype'].includes(text))
    fc.assert(
      fc.property(fc.dictionary(name, fc.string({ unit: 'binary' }), { maxKeys: 8 }), (values) => {
        const clean = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, toXmlText(value)]))
        expect(read(recordToXml(clean))).toEqual(clean)
      }),
    )
  })
})

describe('any input', () => {
  it('is read or refused, and never anything else', () => {
    const pieces = fc.array(
      fc.constantFrom(
        '<xml>',
        '</xml>',
        '<a>',
        '</a>',
        '<a/>',
        '<![CDATA[',
        ']]>',
        '<!--',
        '-->',
        '<?',
        '?>',
        '<!DOCTYPE',
        '&amp;',
        '&x;',
        '"',
        '=',
        ' ',
        '1',
        '\u0000',
        '二',
      ),
      { maxLength: 30 },
    )
    const input = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
      pieces.map((parts) => Buffer.from(parts.join(''))),
      pieces.map((parts) => Buffer.from(`<xml><a>${parts.join('')}</a></xml>`)),
    )
    fc.assert(
      fc.property(input, (bytes) => {
        try {
          for (const value of Object.values(xmlToRecord(bytes))) expect(typeof value).toBe('string')
        } catch (error) {
          expect(error).toBeInstanceOf(XmlError)
        }
      }),
      { numRuns: 2000 },
    )
  })
})
