import { toRoutePattern } from '../../../../kit/http/route-pattern'
import type { Found } from '../../../kit/diagnosis'
import { found, type WechatFinding } from '../findings'

/** Paths that lead nowhere. */

/** `wxpay.v3.pay.notifications.verify(body)` of some examples: the SDK has no such thing, so it posts to this path. */
const strayVerify = /^\/v3\/pay\/notifications\/verify(?:$|\?)/

/** Paths of the services that stand here; browsers also ask for icons and the like. */
const ours = /^\/(v3|pay|secapi|wxpay|sns|cgi-bin|wxa|mmpaymkttransfers|sandboxnew|xdc)\b/

/** Null for what was never meant for the service. */
export function diagnosePath(method: string, target: string, routes: readonly string[]): Found<WechatFinding> | null {
  if (strayVerify.test(target))
    return found('STRAY_VERIFY', 'The client asks WeChat Pay to verify a notification; there is no such API.')
  const path = (target.split('?', 1)[0] ?? '').slice(0, pathMax)
  if (!ours.test(path)) return null
  const shown = `${method} ${path.slice(0, 200)}`
  if (path.startsWith('/wxpay/'))
    return found('PATH_UNKNOWN', `${shown} is a path of QQ's proxy (api.q.qq.com), and this is WeChat Pay.`, {
      group: 1,
    })
  if (path.startsWith('/v3/pay/transactions/') && /[{}]|%7B/i.test(path))
    return found('PLACEHOLDER_SIGNED', `${shown}: the placeholder was not filled in.`)
  const patterns = routes.map(toRoutePattern)
  const match = patterns.find(({ pattern }) => pattern.test(path))
  if (match) return found('PATH_UNKNOWN', `${shown}: the method is ${match.method}.`)
  const bare = withoutSlashes(path)
  const loose = patterns.find(({ pattern }) => new RegExp(pattern.source, 'i').test(bare))
  return found('PATH_UNKNOWN', `There is no ${shown}${loose ? `; there is ${loose.method} ${loose.path}` : ''}.`)
}

/** No path of the service is nearly as long. */
const pathMax = 512

function withoutSlashes(path: string): string {
  let end = path.length
  while (end > 0 && path[end - 1] === '/') end -= 1
  return path.slice(0, end)
}
