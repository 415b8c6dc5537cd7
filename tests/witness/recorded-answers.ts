/**
 * What the real gateway was seen to answer, as data. Nobody of us wrote these answers: each row says who saw it, and
 * `recorded-answers.test.ts` asks the simulator the same. A row is changed only when a better record is found.
 */
export interface RecordedAnswer {
  readonly name: string
  /** Where the answer was published. */
  readonly seen: string
  readonly asked: RecordedCall
  readonly answered: {
    readonly status: number
    /** The value where it was told, null where the header was only seen to be there. */
    readonly headers?: Readonly<Record<string, string | RegExp | null>>
    /** Names that were not there, in whatever spelling. */
    readonly without?: readonly RegExp[]
    /** The whole body, or the fields that the record holds. */
    readonly body: string | Refusal
  }
}

export interface Refusal {
  readonly code: string
  /** A pattern where the record leaves words out. */
  readonly message: string | RegExp
  /** Fields of `detail`. */
  readonly detail?: object
}

/**
 * How a call is authorised. `merchant`: by the merchant's key. `other-text`: the same, and something else is signed.
 * `stranger`: as merchant 1900000000 with a serial and a signature that are made up, `stranger-2019` with a timestamp of 2019.
 */
export type Authorised = 'not' | 'bearer' | 'merchant' | 'other-text' | 'stranger' | 'stranger-2019'

export interface RecordedCall {
  readonly method?: 'GET' | 'POST'
  /** `{mchid}` stands for the merchant's number, `{number}` for one that was never ordered. */
  readonly target: string
  readonly authorised: Authorised
  /** Left out of the request. */
  readonly without?: 'User-Agent'
  /** Laid over the right body for this path. */
  readonly body?: Readonly<Record<string, unknown>>
  /** Sent as it is, but for the merchant's number. */
  readonly text?: string
  /** What was called before with the same number. */
  readonly after?: RecordedCall
  /** Whether the merchant is one with WeChat Pay's public key instead of certificates. */
  readonly publicKeyMode?: true
}

const log =
  'published log of requests to api.mch.weixin.qq.com and api2.mch.weixin.qq.com without usable credentials, 2026-09-11'
const community = (id: string): string => `https://developers.weixin.qq.com/community/develop/doc/${id}`
const code = 'published client or server code that quotes the answer'
const github = (path: string): string => `https://github.com/${path}`

const unsigned = /^wechatpay-/i
const requestId = /^request-id$/i
const aNumber = '/v3/pay/transactions/out-trade-no/{number}?mchid={mchid}'
const h5 = '/v3/pay/transactions/h5'
const refunds = '/v3/refund/domestic/refunds'

const headerMalformed: Refusal = {
  code: 'SIGN_ERROR',
  message: 'Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》',
}
const notVerified: Refusal = { code: 'SIGN_ERROR', message: '签名信息错误，验签失败' }
const noUserAgent: Refusal = { code: 'INVALID_REQUEST', message: 'Http头缺少Accept或User-Agent' }
const notUtf8: Refusal = { code: 'INVALID_REQUEST', message: '请求内容传入了非UTF8参数' }

/** Before anybody looks at a signature, and when nobody can verify it. */
const gateway: readonly RecordedAnswer[] = [
  ...(['not', 'stranger'] as const).map((authorised) => ({
    name: `a path that does not exist, ${authorised === 'not' ? 'without' : 'with'} Authorization`,
    seen: log,
    asked: { target: '/v3/nothing/of/the/kind', authorised },
    answered: { status: 404, without: [unsigned], body: '' },
  })),
  {
    name: 'GET where only POST is served',
    seen: log,
    asked: { target: '/v3/pay/transactions/native', authorised: 'not' },
    answered: { status: 405, headers: { 'Content-Length': '0' }, without: [unsigned], body: '' },
  },
  ...['/v3/certificates', `${refunds}/{number}`].map((target) => ({
    name: `no User-Agent, ${target}`,
    seen: log,
    asked: { target, authorised: 'not' as const, without: 'User-Agent' as const },
    answered: { status: 400, without: [unsigned], body: noUserAgent },
  })),
  {
    name: 'no User-Agent, an order',
    seen: log,
    asked: { target: aNumber, authorised: 'not', without: 'User-Agent' },
    answered: { status: 401, without: [unsigned], body: notVerified },
  },
  ...['/v3/certificates', `${refunds}/{number}`, '/v3/bill/tradebill?bill_date=2026-09-10'].map((target) => ({
    name: `no Authorization, ${target}`,
    seen: log,
    asked: { target, authorised: 'not' as const },
    answered: { status: 401, headers: { 'Request-ID': null }, without: [unsigned], body: headerMalformed },
  })),
  ...(['not', 'bearer'] as const).map((authorised) => ({
    name: `${authorised === 'not' ? 'no Authorization' : 'Authorization: Bearer …'}, an order`,
    seen: log,
    asked: { target: aNumber, authorised },
    answered: { status: 401, without: [unsigned, requestId], body: notVerified },
  })),
  {
    name: 'a timestamp of 2019',
    seen: log,
    asked: { target: '/v3/certificates', authorised: 'stranger-2019' },
    answered: {
      status: 401,
      headers: { 'Request-ID': null },
      without: [unsigned],
      body: {
        code: 'SIGN_ERROR',
        message: 'Http头Authorization中的timestamp与发起请求的时间不得超过5分钟',
      },
    },
  },
  {
    name: 'a merchant, a serial and a signature that are made up',
    seen: log,
    asked: { target: '/v3/certificates', authorised: 'stranger' },
    answered: {
      status: 401,
      headers: { 'Request-ID': null },
      without: [unsigned],
      body: { code: 'SIGN_ERROR', message: '签名错误' },
    },
  },
  {
    name: 'a signature over another text',
    seen: code,
    asked: { target: '/v3/certificates', authorised: 'other-text' },
    answered: {
      status: 401,
      without: [unsigned],
      body: {
        code: 'SIGN_ERROR',
        message: '签名错误',
        detail: {
          detail: { issue: 'sign not match' },
          field: 'signature',
          location: 'authorization',
          sign_information: { method: 'GET', url: '/v3/certificates' },
        },
      },
    },
  },
]

const burnt =
  'https://developers.weixin.qq.com/community/personal/oCJUswwemv3ES_-16uTTxLN3-FZg; measured again in 2026-09'
const closeUnknown: RecordedCall = {
  method: 'POST',
  target: '/v3/pay/transactions/out-trade-no/{number}/close',
  authorised: 'merchant',
  body: {},
}

/** To a merchant whose signature is right. */
const merchant: readonly RecordedAnswer[] = [
  {
    name: 'the headers of a refusal',
    seen: community('00000cb928c2d07b540bbeb875a400'),
    asked: { target: aNumber, authorised: 'merchant' },
    answered: {
      status: 404,
      headers: {
        'Content-Type': 'application/json; charset=utf-8',
        'Cache-Control': 'no-cache, must-revalidate',
        'X-Content-Type-Options': 'nosniff',
        'Content-Language': 'zh-CN',
        'Request-ID': /^08[0-9A-F]+-\d+$/,
      },
      body: { code: 'ORDER_NOT_EXIST', message: '订单不存在' },
    },
  },
  {
    name: 'closing a number that was never ordered',
    seen: burnt,
    asked: closeUnknown,
    answered: { status: 204, headers: { 'Wechatpay-Signature': null }, body: '' },
  },
  {
    name: 'ordering a number that was closed before it was ever ordered',
    seen: burnt,
    asked: { method: 'POST', target: h5, authorised: 'merchant', body: {}, after: closeUnknown },
    answered: {
      status: 400,
      body: { code: 'INVALID_REQUEST', message: '请求重入时，参数与首次请求时不一致' },
    },
  },
  {
    name: 'certificates for a merchant in public-key mode',
    seen: code,
    asked: { target: '/v3/certificates', authorised: 'merchant', publicKeyMode: true },
    answered: {
      status: 404,
      body: {
        code: 'RESOURCE_NOT_EXISTS',
        message: '无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥。',
      },
    },
  },
]

/** A field of an order that is not as it should be. */
const refusedOrder = (
  name: string,
  seen: string,
  body: Readonly<Record<string, unknown>>,
  refusal: Refusal,
): RecordedAnswer => ({
  name,
  seen,
  asked: { method: 'POST', target: h5, authorised: 'merchant', body },
  answered: { status: 400, body: refusal },
})

const tea = '明前龙井'
const notUtf8In = 'three independent code bases; https://github.com/cloudreve/cloudreve/issues/2491'

/** What V3 says of texts and numbers. */
const texts: readonly RecordedAnswer[] = [
  refusedOrder(
    'attach of 203 bytes, which are 69 characters',
    code,
    { attach: `${'茶'.repeat(67)}ab` },
    {
      code: 'PARAM_ERROR',
      message: '输入源“/body/attach”映射到值字段“附加数据”字符串规则校验失败，字节数 203，大于最大值 128',
      detail: { location: 'body', value: 203 },
    },
  ),
  refusedOrder(
    'out_trade_no of 33 bytes',
    github('wechatpay-apiv3/wechatpay-php/issues/114'),
    { out_trade_no: 'x'.repeat(33) },
    { code: 'PARAM_ERROR', message: /字符串规则校验失败，字节数 33，大于最大值 32$/ },
  ),
  refusedOrder(
    'out_trade_no of 3 bytes',
    code,
    { out_trade_no: 'abc' },
    { code: 'PARAM_ERROR', message: /字符串规则校验失败，字节数 3，小于最小值 6$/ },
  ),
  refusedOrder(
    'a number with Chinese in it, in another API out_request_no',
    github('wechatpay-apiv3/wechatpay-postman-script/issues/7'),
    { out_trade_no: '20190522_001中文11' },
    {
      code: 'PARAM_ERROR',
      message: /^输入源“\/body\/out_trade_no”映射到值字段“.+”字符串规则校验失败，字符串必须匹配正则表达式“\^.+\$”$/,
      detail: { location: 'body', value: '20190522_001中文11' },
    },
  ),
  refusedOrder(
    'a blank before the notify_url',
    code,
    { notify_url: ' https://shop.example/notify/wechat' },
    {
      code: 'PARAM_ERROR',
      message:
        '输入源“/body/notify_url”映射到值字段“通知地址”字符串规则校验失败，字符串必须匹配正则表达式“^https?://([^\\s/?#\\[\\]\\@]+\\@)?([^\\s/?#\\@:]+)(?::\\d{2,5})?([^\\s?#\\[\\]]*)$”',
      detail: { location: 'body', value: ' https://shop.example/notify/wechat' },
    },
  ),
  {
    name: 'a field that is missing, in another API of partners',
    seen: `tests of ${github('guzzle/psr7')}`,
    asked: {
      method: 'POST',
      target: '/v3/pay/partner/transactions/jsapi',
      authorised: 'merchant',
      body: { sub_mchid: undefined },
    },
    answered: {
      status: 400,
      body: {
        code: 'PARAM_ERROR',
        message: /^输入源“\/body\/sub_mchid”映射到字段“.+”必填性规则校验失败，此字段为必填项$/,
        detail: { location: 'body', value: '' },
      },
    },
  },
  {
    name: 'a field that the document does not know',
    seen: github('yansongda/pay/issues/857'),
    asked: {
      method: 'POST',
      target: '/v3/pay/partner/transactions/jsapi',
      authorised: 'merchant',
      body: { payer: { openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' } },
    },
    answered: {
      status: 400,
      body: {
        code: 'PARAM_ERROR',
        message: '请求中含有未在API文档中定义的参数',
        detail: { location: null, value: ['/body/payer/openid'] },
      },
    },
  },
  refusedOrder('an emoji in the description', notUtf8In, { description: `${tea}🍵` }, notUtf8),
  refusedOrder('a character outside the basic plane', notUtf8In, { description: `${tea}𠮷` }, notUtf8),
  {
    name: 'an emoji in the reason of a refund',
    seen: notUtf8In,
    asked: { method: 'POST', target: refunds, authorised: 'merchant', body: { reason: '缺货😢' } },
    answered: { status: 400, body: notUtf8 },
  },
]

const v2Refused = (words: string): string =>
  `<xml><return_code><![CDATA[FAIL]]></return_code>\n<return_msg><![CDATA[${words}]]></return_msg>\n</xml>`
const v2Query = (root: string, sign: string): string =>
  `<${root}><appid>wx2421b1c4370ec43b</appid><mch_id>{mchid}</mch_id><nonce_str>ec2316275641faa3</nonce_str>` +
  `<out_trade_no>1008450740201411110005820873</out_trade_no><sign>${sign}</sign></${root}>`
const forged = 'FDD167FAA73459FD921B144BAF4F4CA2'

/** V2 refuses with 200. */
const v2: readonly RecordedAnswer[] = [
  {
    name: 'V2: a query whose sign is forged',
    seen: `${log}; ${community('000c2a0ed2cba02861381ad435bc00')}`,
    asked: { method: 'POST', target: '/pay/orderquery', authorised: 'not', text: v2Query('xml', forged) },
    answered: { status: 200, headers: { 'Content-Type': /^text\/plain\b/ }, body: v2Refused('签名错误') },
  },
  {
    name: 'V2: the same under another root',
    seen: community('000c2a0ed2cba02861381ad435bc00'),
    asked: { method: 'POST', target: '/pay/orderquery', authorised: 'not', text: v2Query('root', forged) },
    answered: { status: 200, body: v2Refused('签名错误') },
  },
  {
    name: 'V2: a sign as V3 makes it',
    seen: community('000ec06b2243e040cd81d57ae61800'),
    asked: { method: 'POST', target: '/pay/orderquery', authorised: 'not', text: v2Query('xml', 'x'.repeat(344)) },
    answered: {
      status: 200,
      body: v2Refused('输入源“/body/xml/sign”映射到值字段“签名”字符串规则校验失败,字节数 344,大于最大值 128'),
    },
  },
]

export const recordedAnswers: readonly RecordedAnswer[] = [...gateway, ...merchant, ...texts, ...v2]
