import { generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto'
import path from 'node:path'
import { createMerchantIdentity, type MerchantIdentity } from '../../../../mock-server/simulator/wechat/identity'
import { hookSecret, type ShopFiles } from './shop-files'

/** Ways to spoil settings with which nothing is wrong. */

export type Change = Readonly<Record<string, string | undefined>>
export type Making = Change | ((shop: ShopFiles) => Change | Promise<Change>)
export type Case = readonly [what: string, change: Making, message: string]
/** A variable, how bad it is, and ways to be so. */
export type Group = readonly [about: string, level: 'grave' | 'warning', cases: readonly Case[]]

export const one = (about: string, level: Group[1], ...only: Case): Group => [about, level, [only]]

export const publicPem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString()
export const privatePem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString()
export const elliptic = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
export const short = generateKeyPairSync('rsa', { modulusLength: 1024 })
export const same = randomBytes(16).toString('hex')

export const base = (origin: string): Change => ({ PUBLIC_BASE: origin })
export const proxies = (blocks: string): Change => ({ TRUSTED_PROXIES: blocks })
export const token = (text: string): Change => ({ OPERATOR_TOKEN: text })
export const apiV3Key = (key: string): Change => ({ APIV3_KEY_FILE: undefined, APIV3_KEY: key })
export const v2 = (key: string): Change => ({ WECHATPAY_API: 'v2', API_KEY: key })
export const database = (url: string): Change => ({ DATA_FILE: undefined, DATABASE_URL: `postgres://${url}` })
export const far = (query: string): Change => database(`u:p@db.camellia.cn/shop${query}`)
export const hook = (url: string, secret = hookSecret()): Change => ({ OWNER_HOOK_URL: url, OWNER_HOOK_SECRET: secret })
export const erp = 'https://erp.camellia.cn/paid'

export const platformKey =
  (text: string) =>
  (shop: ShopFiles): Change => ({ PLATFORM_PUBKEY_FILE: shop.file('other_pub_key.pem', text) })

/** A folder to be served, with these files. */
export const served =
  (...files: readonly string[]) =>
  (shop: ShopFiles): Change & { readonly STATIC_ROOT: string } => {
    const folder = `www-${randomBytes(4).toString('hex')}`
    for (const name of files) shop.file(path.join(folder, name), 'hello')
    return { STATIC_ROOT: path.join(shop.folder, folder) }
  }

/** A page that browsers get, and something else in its folder. */
export const servedWith =
  (add: (root: string, file: (name: string, text: string) => string) => Change) => (shop: ShopFiles) => {
    const { STATIC_ROOT: root } = served('index.html')(shop)
    return { STATIC_ROOT: root, ...add(root, (name, text) => shop.file(path.join(path.basename(root), name), text)) }
  }

export const certificate =
  (fromDays: number, toDays: number) =>
  async (shop: ShopFiles): Promise<Change> => {
    const { pem, serial } = await shop.certify(fromDays, toDays)
    return { SERIAL: serial, MERCHANT_CERT_FILE: shop.file(`${serial}.pem`, pem) }
  }

export const theirs = {
  app: { appid: 'wx00112233445566ff', secret: 'aabbccddeeff00112233445566778899' },
  operatorToken: 'Aq3ZkP7xLm9RtY2bWc5VnJ8hDf4GsE6u',
}

/** Settings that name a file beside the data of a simulator, which tells where that is. */
export const simulated =
  (take: (merchant: MerchantIdentity, shop: ShopFiles) => Change) =>
  async (shop: ShopFiles): Promise<Change> => {
    const merchant = await createMerchantIdentity({ appids: [theirs.app.appid], mchid: '1900000109' })
    shop.file('mock/installation.json', JSON.stringify({ ...theirs, merchant }))
    const secret = shop.file('mock/qq.secret', 'secret-of-qq')
    return { QQ_SECRET_FILE: secret, QQ_APPID: '1108000000', ...take(merchant, shop) }
  }
