import { fine } from '../finding'
import type { Settings } from '../settings'
import type { Examined, Topic } from './check'
import { describeWrongKey, isSamePair } from './merchant-keys'

/** WeChat Pay's public key (微信支付公钥), which says whether a notice of a payment is true. */

const name = 'PLATFORM_PUBKEY_FILE'
const takeOwn = 'take pub_key.pem from the console'

type PlatformKey = NonNullable<NonNullable<Settings['wechat']['v3']>['platformPublicKey']>
const platformKeyOf = ({ settings }: Examined): PlatformKey | null => settings.wechat.v3?.platformPublicKey ?? null

/**
 * The merchant number in the id of a key. UNVERIFIED: published ids are `01`, ten digits of a merchant number, a date and
 * more digits, such as `PUB_KEY_ID_0114232134912410000000000000`; no document says so.
 */
function merchantIn(id: string): string | null {
  return /^PUB_KEY_ID_01(\d{10})/.exec(id)?.[1] ?? null
}

export const platformKey: Topic = {
  mistakes: [
    {
      about: 'PLATFORM_PUBKEY_ID',
      level: 'warning',
      find: (examined) =>
        examined.settings.wechat.v3 !== null && platformKeyOf(examined) === null
          ? 'certificate mode: WeChat Pay gives new merchants its public key only, and moves the others there'
          : null,
      mend: 'set PLATFORM_PUBKEY_ID and PLATFORM_PUBKEY_FILE when the console shows them',
    },
    {
      about: 'SERIAL',
      level: 'grave',
      find: (examined) =>
        platformKeyOf(examined)?.id.endsWith(examined.settings.wechat.v3?.merchantSerialNo ?? '-')
          ? 'this is the platform’s id'
          : null,
      mend: 'take the serial of the merchant’s certificate',
    },
    {
      about: name,
      level: 'grave',
      find(examined) {
        const platform = platformKeyOf(examined)
        return platform === null ? null : describeWrongKey(platform.key)
      },
      mend: takeOwn,
    },
    {
      about: name,
      level: 'grave',
      find(examined) {
        const { merchantKey } = examined.settings
        const platform = platformKeyOf(examined)
        return merchantKey !== null && platform !== null && isSamePair(platform.key, merchantKey)
          ? 'this is the merchant’s own key'
          : null
      },
      mend: takeOwn,
    },
    {
      about: 'PLATFORM_PUBKEY_ID',
      level: 'warning',
      find(examined) {
        const { mchid } = examined.settings.wechat
        const merchant = merchantIn(platformKeyOf(examined)?.id ?? '')
        return merchant === null || mchid.length !== 10 || merchant === mchid
          ? null
          : `this looks like the key of the merchant ${merchant}, not of ${mchid}`
      },
      mend: 'take id and key from the console of MCHID',
    },
  ],
  good: (examined) => (platformKeyOf(examined) === null ? null : fine('PLATFORM_PUBKEY_ID', 'public-key mode')),
}
