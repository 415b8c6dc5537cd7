import type { Language } from '../stores/account/settings'
import { en } from './en'
import type { Copy } from './types'
import { zhCN } from './zh-cn'

/** The languages of the app. A new language is a new file and an entry here, and the same in each subpackage. */
export const copies: Readonly<Record<Language, Copy>> = { 'zh-CN': zhCN, en }
