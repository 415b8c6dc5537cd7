import { useLanguage } from '../../../pages/use-copy'
import type { Language } from '../../../stores/account/settings'
import { shopEn } from './en'
import type { ShopCopy } from './types'
import { shopZhCN } from './zh-cn'

const shopCopies: Readonly<Record<Language, ShopCopy>> = { 'zh-CN': shopZhCN, en: shopEn }

/** The words of this subpackage. */
export function useShopCopy(): ShopCopy {
  return shopCopies[useLanguage()]
}
