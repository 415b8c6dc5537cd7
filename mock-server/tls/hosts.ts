import { qqHost } from '../wire/qq'
import { v3BackupHosts, wechatHosts } from '../wire/v3-paths'

const nameOf = (origin: string): string => new URL(origin).hostname

/** The real names under which each company is reached. */
export const tlsNames = {
  wechat: [...Object.values(wechatHosts), ...v3BackupHosts].map(nameOf),
  qq: [nameOf(qqHost)],
} as const

/** This machine's own names: WeChat answers there, as on its plain port. */
export const localNames = ['localhost', '127.0.0.1'] as const

export const allTlsNames: readonly string[] = [...tlsNames.wechat, ...tlsNames.qq, ...localNames]
