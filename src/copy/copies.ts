import type { Language } from '../stores/account/settings'
import { en } from './en'
import type { Copy } from './types'
import { zhCN } from './zh-cn'

/** The languages that the app speaks. One more is one more file, and an entry here and in each subpackage's own. */
export const copies: Readonly<Record<Language, Copy>> = { 'zh-CN': zhCN, en }
