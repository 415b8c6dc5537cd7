import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'
import { existsSync, statSync } from 'node:fs'
import { isIP } from 'node:net'
import path from 'node:path'
import { simulatedKeyPrefix, simulatedUnit } from '../kit/simulated'
import type { CatalogueItem } from '../merchant/domain/catalogue'
import { findSellerProblems } from '../merchant/domain/seller'
import type { AppBuild } from './app-builds'
import { fine, grave, warning, type Finding } from './finding'
import type { Environment } from './read-variables'
import type { Settings } from './settings'
import { simulatorVariables } from './variables'

export interface Examined {
  readonly settings: Settings
  readonly environment: Environment
  readonly goods: readonly CatalogueItem[]
  /** Kinds of goods that the shop does not sell on iOS. */
  readonly kindsNotOnIos: readonly string[]
  /** The compiled mini programs on this machine. */
  readonly builds: readonly AppBuild[]
  readonly nowMs: number
}

type Check = (examined: Examined) => readonly Finding[]

/** Checks everything that this machine can see before real money is taken (after 接入质量检查清单). */
export function examine(examined: Examined): readonly Finding[] {
  return checks.flatMap((check) => check(examined))
}

const checks: readonly Check[] = [
  checkPublicBase,
  checkSimulators,
  checkKeys,
  checkCertificate,
  checkPlatformKeys,
  checkProxies,
  checkStore,
  checkOrderPath,
  checkGoods,
  checkSellers,
  checkBuilds,
  checkLog,
  checkQq,
  checkOwnerHook,
  checkGifts,
]

/** Names that nobody can own (RFC 2606, RFC 6761), and names of local networks. */
const unreachableNames = /(^|\.)(example|test|invalid|localhost|local|internal|lan)$|^(.*\.)?example\.(com|net|org)$/

function checkPublicBase({ settings }: Examined): readonly Finding[] {
  const { protocol, hostname } = new URL(settings.publicBase)
  const name = 'PUBLIC_BASE'
  if (protocol !== 'https:') {
    return [grave(name, 'notify_url would be http', 'take https: WeChat Pay’s notices hold who paid what')]
  }
  if (isIP(hostname.replace(/[[\]]/g, '')) !== 0) {
    return [grave(name, `${hostname} is an address, no name`, 'use a domain with a certificate and an ICP filing')]
  }
  if (unreachableNames.test(hostname) || !hostname.includes('.')) {
    return [grave(name, `WeChat Pay cannot reach ${hostname}`, 'use the name under which the world sees the shop')]
  }
  const notifyUrl = `${settings.publicBase}/notify/wechat`
  if (notifyUrl.length > 255) return [grave(name, 'notify_url is longer than 255 characters', 'use a shorter name')]
  return [fine(name, `notify_url is ${notifyUrl}: https, no query`)]
}

/** Findings about simulators' addresses in the environment. They need no valid settings. */
export function findSimulatorAddresses(environment: Environment): Finding[] {
  const mend = 'start from a fresh shell; sdk.env is for the simulators'
  return simulatorVariables
    .filter((name) => (environment[name] ?? '') !== '')
    .map((name) => grave(name, 'the address of a simulator is set', mend))
}

function checkSimulators({ environment, settings }: Examined): readonly Finding[] {
  const found = findSimulatorAddresses(environment)
  const keys = [settings.wechat.v3?.apiV3Key, settings.wechat.v2?.apiKey]
  if (keys.some((key) => key?.startsWith(simulatedKeyPrefix))) {
    found.push(grave('APIV3_KEY', 'this is a key of the simulators', 'take the one from the merchant console'))
  }
  if (settings.merchantCertificate?.includes('BEGIN') && isSimulated(settings.merchantCertificate)) {
    found.push(grave('MERCHANT_CERT_FILE', 'this certificate was made by the simulators', 'take your own'))
  }
  const folder = settings.merchantKeyFile === null ? null : path.dirname(settings.merchantKeyFile)
  if (folder !== null && existsSync(path.join(folder, 'installation.json'))) {
    found.push(grave('MERCHANT_KEY', `${folder} is the simulators’ data folder`, 'keep real keys somewhere else'))
  }
  return found.length > 0 ? found : [fine('simulators', 'no address and no key of theirs')]
}

function isSimulated(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject.includes(simulatedUnit)
  } catch {
    // Not a certificate: checkCertificate has a finding for that.
    return false
  }
}

function checkKeys({ settings: { wechat } }: Examined): readonly Finding[] {
  const findings: Finding[] = []
  for (const [name, key] of [
    ['APIV3_KEY', wechat.v3?.apiV3Key],
    ['API_KEY', wechat.v2?.apiKey],
  ] as const) {
    if (key === undefined) continue
    findings.push(
      new Set(key).size < 8
        ? grave(name, `only ${new Set(key).size} different characters`, 'let a generator make one')
        : fine(name, '32 characters'),
    )
  }
  if (wechat.v3) {
    const bits = wechat.v3.merchantPrivateKey.asymmetricKeyDetails?.modulusLength
    const isRsa = wechat.v3.merchantPrivateKey.asymmetricKeyType === 'rsa' && bits === 2048
    if (!isRsa) findings.push(grave('MERCHANT_KEY', 'no RSA key of 2048 bits', 'take apiclient_key.pem'))
  }
  if (wechat.v2?.signType === 'MD5') {
    findings.push(warning('V2_SIGN_TYPE', 'MD5 can be forged with enough work', 'use HMAC-SHA256'))
  }
  if (wechat.partner?.subMchid === wechat.mchid) {
    findings.push(grave('SUB_MCHID', 'this is MCHID', 'leave it out, or name the sub merchant'))
  }
  if (wechat.v2) {
    findings.push(warning('WECHATPAY_API', 'V2 gets no new features', 'move to V3 when you can'))
    if (wechat.v2.certificate === undefined) {
      const mend = 'name MERCHANT_CERT_FILE and MERCHANT_KEY_FILE'
      findings.push(grave('MERCHANT_CERT_FILE', 'V2 gives no money back without the merchant’s certificate', mend))
    }
  }
  return findings
}

function checkCertificate({ settings, nowMs }: Examined): readonly Finding[] {
  const { v3, v2, mchid } = settings.wechat
  const name = 'MERCHANT_CERT_FILE'
  const pem = settings.merchantCertificate
  const privateKey = v3?.merchantPrivateKey ?? (v2?.certificate && createPrivateKey(v2.certificate.key))
  // V2 without a certificate has a finding of its own.
  if (privateKey === undefined) return []
  if (pem === null) {
    return [warning(name, 'serial and key cannot be checked against each other', 'name apiclient_cert.pem')]
  }
  let certificate: X509Certificate
  try {
    certificate = new X509Certificate(pem)
  } catch {
    return [grave(name, 'this is no certificate', 'take apiclient_cert.pem')]
  }
  const serial = certificate.serialNumber.toUpperCase()
  const findings: Finding[] = []
  if (/Tenpay\.com sign/i.test(certificate.subject)) {
    findings.push(grave(name, 'this is WeChat Pay’s certificate, not the merchant’s', 'take apiclient_cert.pem'))
  }
  if (v3 && serial !== v3.merchantSerialNo) {
    findings.push(grave('SERIAL', `the certificate’s serial is ${serial}`, `set SERIAL=${serial}`))
  }
  if (!certificate.checkPrivateKey(privateKey)) {
    findings.push(grave('MERCHANT_KEY', 'the key does not belong to the certificate', 'take both from one download'))
  }
  if (!certificate.subject.includes(mchid)) {
    findings.push(grave('MCHID', `the certificate is for another merchant than ${mchid}`, 'correct MCHID'))
  }
  const leftDays = (Date.parse(certificate.validTo) - nowMs) / 86_400_000
  if (leftDays < 0) findings.push(grave(name, `it ended on ${certificate.validTo}`, 'renew it in the merchant console'))
  else if (leftDays < 30) {
    findings.push(warning(name, `it ends in ${Math.floor(leftDays)} days`, 'renew it in the merchant console'))
  }
  return findings.length > 0
    ? findings
    : [fine(name, v3 ? 'serial, key and merchant fit each other' : 'key and merchant fit each other')]
}

function checkPlatformKeys({ settings: { wechat } }: Examined): readonly Finding[] {
  if (!wechat.v3) return []
  const { platformPublicKey, merchantPrivateKey, merchantSerialNo } = wechat.v3
  const name = 'PLATFORM_PUBKEY_ID'
  if (platformPublicKey === null) {
    return [
      warning(
        name,
        'certificate mode: WeChat Pay gives new merchants its public key only, and moves the others there',
        'set PLATFORM_PUBKEY_ID and PLATFORM_PUBKEY_FILE when the console shows them',
      ),
    ]
  }
  if (platformPublicKey.id.endsWith(merchantSerialNo)) {
    return [grave('SERIAL', 'this is the platform’s id', 'take the serial of the merchant’s certificate')]
  }
  if (platformPublicKey.key.equals(createPublicKey(merchantPrivateKey))) {
    return [grave('PLATFORM_PUBKEY_FILE', 'this is the merchant’s own key', 'take pub_key.pem from the console')]
  }
  return [fine(name, 'public-key mode')]
}

function checkProxies({ settings }: Examined): readonly Finding[] {
  const name = 'TRUSTED_PROXIES'
  const everybody = settings.trustedProxies.find((entry) => /\/0*[0-7]$/.test(entry))
  if (everybody !== undefined) {
    return [grave(name, `${everybody} lets strangers choose the address they pay from`, 'name your proxies only')]
  }
  if (settings.trustedProxies.length === 0) {
    const mend = 'name the proxy that ends TLS; without it H5 payers all seem to come from there'
    return [warning(name, 'nobody’s X-Forwarded-For is believed', mend)]
  }
  return [fine(name, settings.trustedProxies.join(', '))]
}

function checkStore({ settings: { store } }: Examined): readonly Finding[] {
  if ('dataFile' in store) {
    const folder = path.dirname(store.dataFile)
    if (!existsSync(folder) || !statSync(folder).isDirectory()) {
      return [grave('DATA_FILE', `${folder} is no folder`, `mkdir -m 700 ${folder}`)]
    }
    // Windows has no such bits and shows every file as readable by others.
    const mode = statSync(store.dataFile, { throwIfNoEntry: false })?.mode ?? 0
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      return [warning('DATA_FILE', 'others can read the customers’ addresses', `chmod 600 ${store.dataFile}*`)]
    }
    return [fine('DATA_FILE', 'SQLite: one process; take DATABASE_URL when you need another')]
  }
  const url = new URL(store.databaseUrl)
  const isLocal = url.hostname === '' || url.hostname === 'localhost' || /^127\.|^\[::1\]$/.test(url.hostname)
  if (!isLocal && !/^(require|verify-ca|verify-full)$/.test(url.searchParams.get('sslmode') ?? '')) {
    return [warning('DATABASE_URL', `orders travel to ${url.hostname} unencrypted`, 'add ?sslmode=verify-full')]
  }
  return [fine('DATABASE_URL', 'PostgreSQL')]
}

function checkOrderPath({ settings: { orderPath }, builds }: Examined): readonly Finding[] {
  const name = 'ORDER_PATH'
  if (orderPath === null) {
    return [
      warning(
        name,
        'WeChat’s order centre (订单中心) wants to know the page of an order',
        'set the path in WeChat’s console, and the same here',
      ),
    ]
  }
  const [page = ''] = orderPath.split('?')
  const pages = builds.find(({ name: build }) => build === 'weapp')?.pages ?? null
  if (orderPath.startsWith('/')) return [grave(name, 'it begins with a slash', 'leave the slash out')]
  if (pages !== null && !pages.includes(page)) {
    return [grave(name, `the app has no page ${page}`, `take one of ${pages.join(', ')}`)]
  }
  if (!orderPath.includes('${商品订单号}')) {
    return [grave(name, 'it does not say which order', 'put ${商品订单号} where the order’s number belongs')]
  }
  return [fine(name, orderPath)]
}

function checkGoods({ goods, kindsNotOnIos }: Examined): readonly Finding[] {
  const forbidden = goods.filter(({ kind }) => kind === 'virtual')
  if (forbidden.length === 0) return [fine('goods', 'nothing that iOS forbids')]
  const names = forbidden.map(({ goodsId }) => goodsId).join(', ')
  if (kindsNotOnIos.includes('virtual')) return [fine('goods', `${names}: virtual, shown on iOS and not sold there`)]
  return [grave('goods', `${names}: virtual goods sold on iOS get a mini program refused`, 'keep them off iOS')]
}

function checkSellers({ settings: { wechat }, goods }: Examined): readonly Finding[] {
  const { sellers, mchid } = wechat
  if (sellers.length === 0) return []
  const problems = findSellerProblems(sellers, goods, mchid)
  if (problems.length === 0) return [fine('SELLERS', `${sellers.length} sub merchants, and each of the goods has one`)]
  return problems.map((problem) => grave('SELLERS', problem, 'correct SELLERS, or sellerId in the catalogue'))
}

function checkBuilds({ settings: { publicBase }, builds }: Examined): readonly Finding[] {
  return builds.map(({ name, text }) =>
    text.includes(publicBase)
      ? fine(`dist/${name}`, `calls ${publicBase}`)
      : grave(
          `dist/${name}`,
          `was built for another address than ${publicBase}`,
          `TARO_APP_API_BASE=${publicBase} npm run build:${name}`,
        ),
  )
}

function checkLog({ settings: { logLevel } }: Examined): readonly Finding[] {
  if (logLevel === 'debug') return [grave('LOG_LEVEL', 'debug is on', 'set LOG_LEVEL=info')]
  if (logLevel === 'silent') return [warning('LOG_LEVEL', 'nothing is logged', 'set LOG_LEVEL=info')]
  return [fine('LOG_LEVEL', logLevel)]
}

function checkQq({ settings: { qq, wechat } }: Examined): readonly Finding[] {
  if (qq === null) return [fine('QQ_APPID', 'no QQ mini program')]
  if (qq.appid === wechat.appid) {
    return [grave('QQ_APPID', 'this is the WeChat appid', 'take the one from q.qq.com')]
  }
  return [fine('QQ_APPID', qq.appid)]
}

function checkOwnerHook({ settings: { ownerHook } }: Examined): readonly Finding[] {
  const name = 'OWNER_HOOK_URL'
  if (ownerHook === null) return [fine(name, 'nobody is told of payments')]
  const { protocol, host } = new URL(ownerHook.url)
  if (protocol !== 'https:') return [grave(name, 'it would tell names and addresses over http', 'take https')]
  return [fine(name, `${host} is told of payments and refunds`)]
}

/** Automatic refunds above this amount make a mistake in the app expensive. */
const boldRefundFen = 20_000

function checkGifts({ settings: { welcome, automaticRefundMaxFen: maxFen } }: Examined): readonly Finding[] {
  const findings = [
    welcome === 'everyone'
      ? grave('WELCOME', 'a guest in a browser is new, and finds coupons, each time', 'set WELCOME=members')
      : fine('WELCOME', welcome),
  ]
  const name = 'AUTOMATIC_REFUND_MAX_FEN'
  const yuan = (maxFen / 100).toFixed(2)
  if (maxFen === 0) return [...findings, fine(name, 'a person approves each refund')]
  return maxFen > boldRefundFen
    ? [...findings, warning(name, `${yuan} yuan go back without a person’s look`, 'take what an error may cost')]
    : [...findings, fine(name, `${yuan} yuan go back by themselves before shipping`)]
}
