import { inFiles } from './mistakes-in-files'
import { hookSecret } from './shop-files'
import {
  apiV3Key,
  base,
  certificate,
  elliptic,
  erp,
  hook,
  one,
  platformKey,
  privatePem,
  proxies,
  publicPem,
  same,
  short,
  simulated,
  theirs,
  token,
  v2,
  type Group,
} from './spoil'

/** The mistakes that the doctor knows, as a shop owner makes them. */

const ofMachine: readonly Group[] = [
  ...['WXPAY_BASE', 'QQ_BASE', 'CONTROL', 'QQ_CONTROL'].map((name): Group => [
    name,
    'grave',
    [[`${name} in the shell`, { [name]: 'http://127.0.0.1:4001' }, 'of a simulator']],
  ]),
  one(
    'NODE_TLS_REJECT_UNAUTHORIZED',
    'grave',
    'certificates that nobody verifies',
    { NODE_TLS_REJECT_UNAUTHORIZED: '0' },
    'no certificate is verified',
  ),
  [
    'NODE_OPTIONS',
    'grave',
    [
      ['a debugger', { NODE_OPTIONS: '--max-old-space-size=512 --inspect=0.0.0.0:9229' }, '--inspect'],
      ['a debugger that waits', { NODE_OPTIONS: '--inspect-brk' }, '--inspect'],
      ['the keys of TLS in a file', { NODE_OPTIONS: '--tls-keylog=/tmp/k' }, '--tls-keylog'],
      ['a lenient parser', { NODE_OPTIONS: '--insecure-http-parser' }, '--insecure-http-parser'],
    ],
  ],
  one('NODE_DEBUG', 'grave', 'requests in the log', { NODE_DEBUG: 'net,http' }, 'with their keys'),
  one('NODE_EXTRA_CA_CERTS', 'warning', 'one more authority', { NODE_EXTRA_CA_CERTS: '/ca.pem' }, 'authority'),
  one('LOG_LEVEL', 'grave', 'debug', { LOG_LEVEL: 'debug' }, 'debug is on'),
  one('LOG_LEVEL', 'warning', 'no log', { LOG_LEVEL: 'silent' }, 'nothing is logged'),
]

const ofAddresses: readonly Group[] = [
  [
    'PUBLIC_BASE',
    'grave',
    [
      ['http', base('http://shop.camellia.cn'), 'would be http'],
      ['a name that nobody owns', base('https://shop.example'), 'cannot reach'],
      ['a bare address', base('https://203.0.113.7'), 'is an address'],
      ['a bare address of IPv6', base('https://[2001:db8::1]'), 'is an address'],
      ['an address in digits', base('https://3405803783'), '203.0.113.7 is an address'],
      ['a path or a query', base('https://shop.camellia.cn/pay?x=1'), 'without user, password and path'],
      ['half an address', base('https://['), 'found https://['],
      ['a port beyond the last', base('https://shop.camellia.cn:99999'), 'found https://shop.camellia.cn:99999'],
      ['a password in the origin', base('https://me:hush@shop.camellia.cn'), 'found 32 characters'],
      ['a user in the origin', base('https://me@shop.camellia.cn'), 'without user'],
      ['a backslash in the origin', base('https://shop.camellia.cn\\pay'), 'found'],
    ],
  ],
  [
    'TRUSTED_PROXIES',
    'grave',
    [
      ['everybody as a proxy', proxies('0.0.0.0/0'), 'wider than a /8'],
      ['half of all addresses, twice', proxies('0.0.0.0/1,128.0.0.0/1'), 'wider than a /8'],
      ['two blocks that are too wide together', proxies('10.0.0.0/8,11.0.0.0/16'), 'wider than a /8'],
      ['IPv4, written as IPv6', proxies('::ffff:0:0/96'), 'wider than a /8'],
      ['IPv4, written as IPv6 in another way', proxies('0:0:0:0:0:ffff:0.0.0.0/97'), 'wider than a /8'],
      ['IPv4 within IPv6', proxies('::/80'), 'wider than a /8'],
      ['the IPv6 of a continent', proxies('2400::/12'), 'wider than a /8'],
      ['a prefix out of range', proxies('10.0.0.0/33'), 'found 10.0.0.0/33'],
      ['an IPv6 prefix out of range', proxies('fd00::/129'), 'found fd00::/129'],
    ],
  ],
  one('TRUSTED_PROXIES', 'warning', 'no proxy', proxies(''), 'nobody’s X-Forwarded-For'),
  [
    'CORS_ORIGINS',
    'grave',
    [
      ['http among other origins', { CORS_ORIGINS: 'https://a.cn,http://b.cn' }, 'http://b.cn: anybody'],
      ['an origin that no page has', { CORS_ORIGINS: 'ftp://a.cn' }, 'found ftp://a.cn'],
    ],
  ],
  [
    'OWNER_HOOK_URL',
    'grave',
    [
      ['an owner’s server over http', hook('http://127.0.0.1:9000/'), 'over http'],
      ['an owner’s server with a password in its address', hook('https://me:word@erp.cn/'), 'without user'],
      ['a hook’s secret for nobody', { OWNER_HOOK_SECRET: hookSecret() }, 'found nothing'],
      ['a hook to where a cloud keeps secrets', hook('https://169.254.169.254/latest'), 'link-local'],
      ['the same, as a number', hook('https://2852039166/latest'), 'link-local'],
      ['the same, within IPv6', hook('https://[::ffff:169.254.169.254]/'), 'link-local'],
      ['a hook to a neighbour on the cable', hook('https://[fe80::1]/'), 'link-local'],
      ['a hook to the shop', hook('https://SHOP.camellia.cn:443/notify/wechat'), 'the shop itself'],
      ['a hook to a port of the shop', { ...hook('https://localhost:4010/'), OPERATOR_PORT: '4010' }, 'itself'],
    ],
  ],
]

const ofSecrets: readonly Group[] = [
  [
    'OPERATOR_TOKEN',
    'grave',
    [
      ['a token of one character', token('x'.repeat(40)), 'guessed'],
      ['a token of one word', token('change-me-'.repeat(4)), 'guessed'],
      ['a token of words and counting', token('operator-token-0123456789-secret'), 'guessed'],
      ['the simulators’ token', simulated(() => token(theirs.operatorToken)), 'simulators'],
      ['a token that is the APIv3 key', { ...apiV3Key(same), ...token(same) }, 'the same as APIV3_KEY'],
    ],
  ],
  [
    'APIV3_KEY',
    'grave',
    [
      ['a short APIv3 key', apiV3Key('short'), 'found 5 characters'],
      ['a key that counts', apiV3Key('0123456789abcdef0123456789ABCDEF'), 'guessed'],
      ['a key that counts in letters', apiV3Key('abcdefghijklmnopqrstuvwxyz012345'), 'guessed'],
      ['a key that counts down', apiV3Key('98765432109876543210987654321098'), 'guessed'],
      ['a key that repeats itself', apiV3Key('kX9mQ2pL'.repeat(4)), 'guessed'],
      ['a key that is the app’s secret', { ...apiV3Key(same), APP_SECRET: same }, 'the same as APP_SECRET'],
    ],
  ],
  [
    'API_KEY',
    'grave',
    [
      ['a V2 key that is the APIv3 key', { ...apiV3Key(same), API_KEY: same }, 'the same as APIV3_KEY'],
      ['a V2 key that counts', v2('12345678901234567890123456789012'), 'guessed'],
      ['a V2 key of the simulators', v2(`SIMULATED${same.slice(9)}`), 'simulators'],
    ],
  ],
  [
    'OWNER_HOOK_SECRET',
    'grave',
    [
      ['a hook and no secret', { OWNER_HOOK_URL: erp }, 'found nothing'],
      ['a hook’s secret that is too short', hook(erp, 'whsec_c2hvcnQ='), 'found 14 characters'],
      ['a hook’s secret of zeros', hook(erp, hookSecret(Buffer.alloc(32))), 'guessed'],
      ['a hook’s secret that counts', hook(erp, hookSecret(Buffer.from([...Array(32).keys()]))), 'guessed'],
      ['one made of another', { ...apiV3Key(same), ...hook(erp, hookSecret(Buffer.from(same))) }, 'same as APIV3_KEY'],
    ],
  ],
  [
    'QQ_SECRET',
    'grave',
    [
      [
        'QQ’s secret that is WeChat’s',
        { QQ_APPID: '1108000000', QQ_SECRET: same, APP_SECRET: same },
        'same as APP_SECRET',
      ],
    ],
  ],
  one(
    'APP_SECRET',
    'grave',
    'theirs',
    simulated(() => ({ APP_SECRET: theirs.app.secret })),
    'simulators',
  ),
]

const ofMerchant: readonly Group[] = [
  one('WECHATPAY_API', 'warning', 'V2', v2(same), 'no new features'),
  one('V2_SIGN_TYPE', 'warning', 'MD5', { ...v2(same), V2_SIGN_TYPE: 'MD5' }, 'MD5 can be forged'),
  one('SUB_MCHID', 'grave', 'a merchant for its own partner', { SUB_MCHID: '1900000109' }, 'this is MCHID'),
  one(
    'APPID',
    'grave',
    'the simulators’ appid',
    simulated(() => ({ APPID: theirs.app.appid })),
    'simulators',
  ),
  one('SERIAL', 'grave', 'the serial of another certificate', { SERIAL: 'A'.repeat(40) }, 'the certificate’s serial'),
  [
    'MCHID',
    'grave',
    [
      [
        'another merchant',
        { MCHID: '1900000110', PLATFORM_PUBKEY_ID: 'PUB_KEY_ID_01190000011020261121' },
        'another merchant',
      ],
    ],
  ],
  [
    'MERCHANT_KEY',
    'grave',
    [
      [
        'the simulators’ key, copied to another place',
        simulated(({ privateKey }, shop) => {
          const file = shop.file('copy.pem', privateKey)
          return { MERCHANT_KEY_FILE: file, MERCHANT_CERT_FILE: undefined }
        }),
        'belongs to the simulators',
      ],
      [
        'a V2 key of another kind',
        (shop) => ({ ...v2(same), MERCHANT_KEY_FILE: shop.file('ec.pem', privatePem(elliptic.privateKey)) }),
        'kind ec',
      ],
    ],
  ],
  [
    'MERCHANT_CERT_FILE',
    'grave',
    [
      ['V2 without a certificate', { ...v2(same), MERCHANT_CERT_FILE: undefined }, 'gives no money back'],
      ['no certificate', (shop) => ({ MERCHANT_CERT_FILE: shop.file('none.pem', 'hello') }), 'no certificate'],
      ['a certificate that has ended', certificate(-30, -1), 'it ended on'],
      ['a certificate that has not begun', certificate(2, 300), 'it begins on'],
    ],
  ],
  [
    'MERCHANT_CERT_FILE',
    'warning',
    [
      ['a certificate that is not named', { MERCHANT_CERT_FILE: undefined }, 'cannot be checked'],
      ['a certificate that ends soon', certificate(-30, 12), 'it ends in 11 days'],
    ],
  ],
  [
    'PLATFORM_PUBKEY_FILE',
    'grave',
    [
      ['half a public key', { PLATFORM_PUBKEY_FILE: undefined }, 'found nothing'],
      ['a platform key that is no RSA key', platformKey(publicPem(elliptic.publicKey)), 'kind ec'],
      ['a platform key of 1024 bits', platformKey(publicPem(short.publicKey)), '1024 bits'],
      ['a platform key that is private', platformKey(privatePem(short.privateKey)), 'found a private key'],
      [
        'the merchant’s own key',
        (shop) => platformKey(publicPem(shop.merchant.publicKey))(shop),
        'the merchant’s own key',
      ],
      [
        'a platform certificate for a key',
        async (shop) => platformKey((await shop.certify(-1, 9)).pem)(shop),
        'found a certificate',
      ],
      ['the simulators’ platform key', simulated(({ publicKey }, shop) => platformKey(publicKey)(shop)), 'simulators'],
    ],
  ],
  [
    'PLATFORM_PUBKEY_ID',
    'grave',
    [
      [
        'the simulators’ id of a key',
        simulated(({ publicKeyId }) => ({ PLATFORM_PUBKEY_ID: publicKeyId })),
        'belongs to the simulators',
      ],
    ],
  ],
  [
    'PLATFORM_PUBKEY_ID',
    'warning',
    [
      ['certificate mode', { PLATFORM_PUBKEY_ID: undefined, PLATFORM_PUBKEY_FILE: undefined }, 'certificate mode'],
      [
        'the platform key of another merchant',
        { PLATFORM_PUBKEY_ID: 'PUB_KEY_ID_0114232134912410000000000000' },
        'merchant 1423213491',
      ],
    ],
  ],
]

const ofShop: readonly Group[] = [
  [
    'ORDER_PATH',
    'grave',
    [
      ['an order page that does not say which', { ORDER_PATH: 'order/index' }, 'which order'],
      ['a slash before it', { ORDER_PATH: '/order/index?outTradeNo=${商品订单号}' }, 'begins with a slash'],
    ],
  ],
  one('ORDER_PATH', 'warning', 'no order page', { ORDER_PATH: undefined }, 'order centre'),
  one('QQ_APPID', 'grave', 'QQ with the WeChat appid', { QQ_APPID: 'wx0123456789abcdef', QQ_SECRET: 's' }, 'WeChat'),
  [
    'WELCOME',
    'grave',
    [
      ['gifts for every browser', { WELCOME: 'everyone' }, 'finds coupons'],
      ['gifts for nobody knows whom', { WELCOME: 'friends' }, 'found friends'],
    ],
  ],
  one(
    'AUTOMATIC_REFUND_MAX_FEN',
    'grave',
    'refunds of a yuan and a half fen',
    { AUTOMATIC_REFUND_MAX_FEN: '150.5' },
    'found 150.5',
  ),
  one(
    'AUTOMATIC_REFUND_MAX_FEN',
    'warning',
    'large refunds',
    { AUTOMATIC_REFUND_MAX_FEN: '20001' },
    'without a person',
  ),
  [
    'SELLERS',
    'grave',
    [
      ['goods that nobody sells', { SELLERS: 'garden=1900000110' }, 'kiln'],
      ['a seller without a number', { SELLERS: 'garden,kiln=1900000111' }, 'found garden'],
      [
        'sellers beside one sub merchant',
        { SELLERS: 'garden=1900000110,kiln=1900000111', SUB_MCHID: '1900000112' },
        'sells for one sub merchant',
      ],
    ],
  ],
]

export const mistakes = [...ofMachine, ...ofAddresses, ...ofSecrets, ...ofMerchant, ...inFiles, ...ofShop].flatMap(
  ([about, level, cases]) => cases.map(([what, change, message]) => ({ what, change, about, level, message })),
)
