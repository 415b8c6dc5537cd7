import type { Found } from '../../../kit/diagnosis'
import { found, type WechatFinding } from '../findings'

/** Paths that lead nowhere. */

/** `wxpay.v3.pay.notifications.verify(body)` of some examples: the SDK has no such thing, so it posts to this path. */
const strayVerify = /^\/v3\/pay\/notifications\/verify(?:$|\?)/

export function isStrayVerify(target: string): boolean {
  return strayVerify.test(target)
}

/** What the 404 of that path says: nothing documents another text, and this one helps. */
export const strayVerifyText =
  'There is no API that verifies notifications: a chained SDK call such as wxpay.v3.pay.notifications.verify(…) only posts to this path. Verify in your own process, over the raw body.'

/** Paths of the services that stand here; browsers also ask for icons and the like. */
const ours = /^\/(v3|pay|secapi|wxpay|sns|cgi-bin|wxa|mmpaymkttransfers|sandboxnew|xdc)\b/

/** Null for what was never meant for the service. */
export function diagnosePath(method: string, target: string, routes: readonly string[]): Found<WechatFinding> | null {
  if (isStrayVerify(target))
    return found('STRAY_VERIFY', 'The client asks WeChat Pay to verify a notification; there is no such API.')
  const path = target.split('?', 1)[0] ?? ''
  if (!ours.test(path)) return null
  const shown = `${method} ${path.slice(0, 200)}`
  if (path.startsWith('/wxpay/'))
    return found('PATH_UNKNOWN', `${shown} is a path of QQ's proxy (api.q.qq.com), and this is WeChat Pay.`, {
      group: 1,
    })
  if (path.startsWith('/v3/pay/transactions/') && /[{}]|%7B/i.test(path))
    return found('PLACEHOLDER_SIGNED', `${shown}: the placeholder was not filled in.`)
  const match = routes.map(split).find(({ pattern }) => pattern.test(path))
  if (match) return found('PATH_UNKNOWN', `${shown}: the method is ${match.method}.`)
  const loose = routes.map(split).find(({ pattern }) => new RegExp(pattern.source, 'i').test(path.replace(/\/+$/, '')))
  return found('PATH_UNKNOWN', `There is no ${shown}${loose ? `; there is ${loose.method} ${loose.path}` : ''}.`)
}

function split(route: string) {
  const [method = '', path = ''] = route.split(' ')
  const source = path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/:\w+/g, '[^/]+')
  return { method, path, pattern: new RegExp(`^${source}$`) }
}
