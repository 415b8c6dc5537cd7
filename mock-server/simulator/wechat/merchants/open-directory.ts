import type { WechatSettings } from '../options'
import type { Store } from '../store/store'
import { createDirectory, type Directory } from './directory'
import { certificatesSetting, type KeptCertificate } from './merchant-certificates'
import type { PlatformKeys } from './platform-keys'

/** The directory as the store left it: with the merchants that were added, and with what became of certificates. */
export function openDirectory(
  { merchants, apps }: Pick<WechatSettings, 'merchants' | 'apps'>,
  store: Pick<Store, 'addedMerchants' | 'setting'>,
  platformKeys: PlatformKeys,
): Directory {
  const directory = createDirectory(merchants, apps, platformKeys)
  for (const merchant of store.addedMerchants()) directory.add(merchant)
  for (const { mchid } of directory.merchants()) {
    const certificates = store.setting(certificatesSetting(mchid))
    if (certificates !== null) directory.setCertificates(mchid, JSON.parse(certificates) as readonly KeptCertificate[])
  }
  return directory
}
