import { useLanguage } from '../../../pages/use-copy'
import type { Language } from '../../../stores/account/settings'
import { walletEn } from './en'
import type { WalletCopy } from './types'
import { walletZhCN } from './zh-cn'

const walletCopies: Readonly<Record<Language, WalletCopy>> = { 'zh-CN': walletZhCN, en: walletEn }

/** The words of the simulated wallet. */
export function useWalletCopy(): WalletCopy {
  return walletCopies[useLanguage()]
}
