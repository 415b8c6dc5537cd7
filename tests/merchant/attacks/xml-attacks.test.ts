import { createHostMap } from '../../../mock-server/kit/http/host-map'
import { createMerchant, type Merchant } from '../../../mock-server/merchant/create-merchant'
import { createFakeWechatV2 } from '../support/fake-wechat-v2'
import { createShopClient, operatorToken } from '../support/shop'

/** XML by somebody without the key, at the address that V2 notifications come to. */

let wechat: Awaited<ReturnType<typeof createFakeWechatV2>>
let merchant: Merchant
let shop: ReturnType<typeof createShopClient>
let token: string
let orderNo: string
let good: string

beforeAll(async () => {
  wechat = await createFakeWechatV2('HMAC-SHA256')
  merchant = await createMerchant({
    port: 0,
    operatorPort: 0,
    operatorToken,
    hostMap: createHostMap({
      'https://api.mch.weixin.qq.com': wechat.url,
      'https://api.weixin.qq.com': wechat.url,
    }),
    publicBase: 'https://shop.example',
    wechat: {
      appid: wechat.own.appid,
      mchid: wechat.own.mch_id,
      secret: 'wechat-secret',
      v2: { apiKey: wechat.apiKey },
    },
    scheduler: { every: () => () => {} },
    rateLimits: false,
  })
  shop = createShopClient(merchant)
  token = await shop.login('weapp')
  orderNo = (await shop.order(token)).body.order.orderNo
  const sent = wechat.requests.findLast(({ path }) => path.endsWith('/unifiedorder'))!
  good = wechat.notice(wechat.paid(sent.fields.out_trade_no!))
})
afterAll(async () => {
  await merchant.close()
  await wechat.close()
})

const post = async (body: string | Uint8Array<ArrayBuffer>) => {
  const answer = await fetch(`${merchant.url}/notify/wechat`, {
    method: 'POST',
    headers: { 'content-type': 'text/xml' },
    body,
  })
  return { status: answer.status, text: await answer.text() }
}

const lol = Array.from({ length: 9 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join('')

const tricks: Record<string, (xml: string) => string | Uint8Array<ArrayBuffer>> = {
  'a DOCTYPE alone': (xml) => `<!DOCTYPE xml>${xml}`,
  'an outer entity': (xml) =>
    `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${xml.replace('</xml>', '<a>&e;</a></xml>')}`,
  'a parameter entity': (xml) => `<!DOCTYPE x [<!ENTITY % e SYSTEM "http://127.0.0.1:1/e.dtd"> %e;]>${xml}`,
  'a billion laughs': (xml) => `<!DOCTYPE x [<!ENTITY l0 "lol">${lol}]>${xml.replace('</xml>', '<a>&l9;</a></xml>')}`,
  'a section in a section': (xml) => xml.replace('</xml>', '<a><![CDATA[<![CDATA[1]]>]]></a></xml>'),
  'a section without an end': (xml) => xml.replace('</xml>', '<a><![CDATA[1</a></xml>'),
  'an amount twice': (xml) => xml.replace('</xml>', '<total_fee>1</total_fee></xml>'),
  'a signature twice': (xml) => xml.replace('</xml>', `${/<sign>.*?<\/sign>/.exec(xml)![0]}</xml>`),
  'a second document': (xml) => xml + xml,
  'a field in a field': (xml) => xml.replace('</xml>', '<a><total_fee>1</total_fee></a></xml>'),
  'a field with the name of a prototype': (xml) => xml.replace('</xml>', '<__proto__>1</__proto__></xml>'),
  'an include': (xml) =>
    xml.replace(
      '</xml>',
      '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd">1</xi:include></xml>',
    ),
  'UTF-16': (xml) => Uint8Array.from(Buffer.from(`\uFEFF${xml}`, 'utf16le')),
  'a cut end': (xml) => xml.slice(0, -6),
  'a thousand levels': () => `<xml>${'<a>'.repeat(1000)}${'</a>'.repeat(1000)}</xml>`,
  'five thousand fields': () => `<xml>${Array.from({ length: 5000 }, (_, n) => `<f${n}>1</f${n}>`).join('')}</xml>`,
}

it.each(Object.entries(tricks))('%s is refused and pays for nothing', async (_name, spoil) => {
  const { status, text } = await post(spoil(good))
  expect([400, 401, 413]).toContain(status)
  expect(text).toContain('FAIL')
  expect(text).not.toContain('root:')
  expect((await shop.status(token, orderNo)).status).toBe('pending')
})

it('afterwards the real one is taken', async () => {
  expect(await post(good)).toMatchObject({ status: 200, text: expect.stringContaining('SUCCESS') })
  expect((await shop.status(token, orderNo)).status).toBe('paid')
})
