import { isIP } from 'node:net'
import { fine } from '../finding'
import type { Examined, Topic } from './check'

/** Names that nobody can own (RFC 2606, RFC 6761), and names of local networks. */
const unreachableNames = /(^|\.)(example|test|invalid|localhost|local|internal|lan)$|^(.*\.)?example\.(com|net|org)$/

const name = 'PUBLIC_BASE'
const hostOf = ({ settings }: Examined): string => new URL(settings.publicBase).hostname
const isAddress = (host: string): boolean => isIP(host.replace(/[[\]]/g, '')) !== 0
const notifyUrlOf = ({ settings }: Examined): string => `${settings.publicBase}/notify/wechat`

export const publicBase: Topic = {
  mistakes: [
    {
      about: name,
      level: 'grave',
      find: ({ settings }) => (settings.publicBase.startsWith('https:') ? null : 'notify_url would be http'),
      mend: 'take https: WeChat Pay’s notices hold who paid what',
    },
    {
      about: name,
      level: 'grave',
      find: (examined) => (isAddress(hostOf(examined)) ? `${hostOf(examined)} is an address, no name` : null),
      mend: 'use a domain with a certificate and an ICP filing',
    },
    {
      about: name,
      level: 'grave',
      find(examined) {
        const host = hostOf(examined)
        const isReachable = isAddress(host) || (host.includes('.') && !unreachableNames.test(host))
        return isReachable ? null : `WeChat Pay cannot reach ${host}`
      },
      mend: 'use the name under which the world sees the shop',
    },
    {
      about: name,
      level: 'grave',
      find: (examined) => (notifyUrlOf(examined).length > 255 ? 'notify_url is longer than 255 characters' : null),
      mend: 'use a shorter name',
    },
  ],
  good: (examined) => fine(name, `notify_url is ${notifyUrlOf(examined)}: https, no query`),
}
