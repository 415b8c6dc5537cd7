/** One setting of a shop that takes real money. */
export interface Variable {
  readonly name: string
  readonly help: string
  readonly example: string
  /** Also taken from the file that `NAME_FILE` names. */
  readonly isSecret?: boolean
}

/** Every variable that a production start reads, in the order in which a person sets them. */
export const variables = [
  {
    name: 'PUBLIC_BASE',
    help: 'the shop’s https origin, without a path; notify_url and the H5 domain come from it',
    example: 'https://shop.your-domain.cn',
  },
  { name: 'APPID', help: 'the WeChat mini program', example: 'wx0123456789abcdef' },
  { name: 'APP_SECRET', help: 'its secret', example: '32 hex digits', isSecret: true },
  { name: 'MCHID', help: 'merchant number (商户号)', example: '1900000109' },
  { name: 'SUB_MCHID', help: 'sub merchant (子商户号), where MCHID is a partner (服务商)', example: '1900000110' },
  { name: 'SP_APPID', help: 'the partner’s appid, where APPID is the sub merchant’s', example: 'wx0123456789abcdef' },
  {
    name: 'SELLERS',
    help: 'sub merchants (二级商户) whose goods the shop sells, by the names of the catalogue (V3, 合单支付)',
    example: 'garden=1900000110,kiln=1900000111',
  },
  { name: 'WECHATPAY_API', help: 'v3 (default) or v2', example: 'v3' },
  { name: 'SERIAL', help: 'serial of the merchant’s API certificate (V3)', example: '40 hex digits' },
  { name: 'MERCHANT_KEY', help: 'its private key (V3), PEM', example: 'the text of apiclient_key.pem', isSecret: true },
  {
    name: 'MERCHANT_CERT_FILE',
    help: 'the certificate itself: checks serial and key; refunds of V2 need it',
    example: 'apiclient_cert.pem',
  },
  { name: 'APIV3_KEY', help: 'APIv3 key, 32 bytes (V3)', example: '32 characters', isSecret: true },
  {
    name: 'PLATFORM_PUBKEY_ID',
    help: 'id of WeChat Pay’s public key (微信支付公钥ID); without it platform certificates are downloaded',
    example: 'PUB_KEY_ID_0119…',
  },
  { name: 'PLATFORM_PUBKEY_FILE', help: 'that public key, PEM', example: 'pub_key.pem' },
  { name: 'API_KEY', help: 'API key (V2), 32 characters', example: '32 characters', isSecret: true },
  { name: 'V2_SIGN_TYPE', help: 'HMAC-SHA256 (default) or MD5', example: 'HMAC-SHA256' },
  { name: 'QQ_APPID', help: 'the QQ mini program, where there is one', example: '1108000000' },
  { name: 'QQ_SECRET', help: 'its secret', example: '16 or 32 characters', isSecret: true },
  {
    name: 'DATABASE_URL',
    help: 'PostgreSQL; any number of processes may share it',
    example: 'postgres://shop:…@db/shop',
    isSecret: true,
  },
  { name: 'DATABASE_POOL', help: 'connections of one process to it (default 16)', example: '16' },
  {
    name: 'DATA_FILE',
    help: 'SQLite file, for one process, instead of DATABASE_URL',
    example: '/var/lib/shop/shop.db',
  },
  { name: 'HOST', help: 'address to listen on (default 127.0.0.1)', example: '0.0.0.0' },
  { name: 'PORT', help: 'of the API and the notifications (default 4000)', example: '4000' },
  { name: 'OPERATOR_PORT', help: 'of the operator API, on 127.0.0.1 (default 4010)', example: '4010' },
  {
    name: 'OPERATOR_TOKEN',
    help: 'bearer token of the operator API, 32 characters or more',
    example: '32 random characters',
    isSecret: true,
  },
  { name: 'TRUSTED_PROXIES', help: 'proxies whose X-Forwarded-For is trusted', example: '10.0.0.0/24,10.1.0.7' },
  { name: 'CORS_ORIGINS', help: 'other origins whose pages may call the API', example: 'https://m.your-domain.cn' },
  { name: 'STATIC_ROOT', help: 'folder of the h5 build', example: 'dist/h5' },
  {
    name: 'ORDER_PATH',
    help: 'order page as set in WeChat’s console (订单中心)',
    example: 'packages/shop/order/index?outTradeNo=${商品订单号}',
  },
  { name: 'ORDER_LIFE_MINUTES', help: 'how long an order can be paid (default 15)', example: '15' },
  {
    name: 'OWNER_HOOK_URL',
    help: 'your own server (https), which receives each payment and refund',
    example: 'https://erp.your-domain.cn/paid',
  },
  {
    name: 'OWNER_HOOK_SECRET',
    help: 'signs what your server receives: whsec_ and 24 to 64 bytes in base64',
    example: 'whsec_$(openssl rand -base64 32)',
    isSecret: true,
  },
  {
    name: 'WELCOME',
    help: 'who gets coupons and 300 points at the first visit: members (default: signed in by WeChat or QQ) or nobody; everyone includes each new browser, and the start refuses it',
    example: 'members',
  },
  {
    name: 'AUTOMATIC_REFUND_MAX_FEN',
    help: 'refunds up to this amount need no approval before the goods are sent (default 0: each needs one)',
    example: '2000',
  },
  { name: 'LOG_LEVEL', help: 'silent, warn, info (default); the start refuses debug', example: 'info' },
] as const satisfies readonly Variable[]

export type VariableName = (typeof variables)[number]['name']

/** Variables of `sdk.env`: where one is set, somebody has loaded the simulators' settings. */
export const simulatorVariables = ['WXPAY_BASE', 'QQ_BASE', 'CONTROL', 'QQ_CONTROL'] as const

export function describeVariables(): string {
  const rows: readonly Variable[] = variables
  return rows
    .map(({ name, help, isSecret }) => `  ${(isSecret ? `${name}[_FILE]` : name).padEnd(24)}${help}`)
    .join('\n')
}
