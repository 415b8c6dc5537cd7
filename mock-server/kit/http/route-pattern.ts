/** A route such as `GET /v3/refund/domestic/refunds/:outRefundNo`, and which paths it takes. */
export interface RoutePattern {
  readonly method: string
  readonly path: string
  readonly pattern: RegExp
}

export function toRoutePattern(route: string): RoutePattern {
  const [method = '', path = ''] = route.split(' ')
  const source = path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/:\w+/g, '[^/]+')
  return { method, path, pattern: new RegExp(`^${source}$`) }
}
