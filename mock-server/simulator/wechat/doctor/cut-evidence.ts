import type { Evidence, Json, RequestSeen } from '../domain/evidence'

/** No header, path or parameter of a correct request is nearly as long. */
const textMax = 2048
const targetMax = 4096

/**
 * Cuts what a client sent before it is examined: how long the doctor works does not depend on how much nonsense arrives.
 * Bodies stay whole, because a signature is proved over all of them; they are at most 1 MiB.
 */
export function cutEvidence(evidence: Evidence): Evidence {
  switch (evidence.kind) {
    case 'v3-refused':
    case 'other-key-named':
      return { ...evidence, request: cutRequest(evidence.request) }
    case 'no-such-path':
      return { ...evidence, target: evidence.target.slice(0, targetMax) }
    case 'pay-call':
      return { ...evidence, call: cutTexts(evidence.call) }
    case 'page': {
      const { page } = evidence
      const referer = page.referer.slice(0, textMax)
      return { ...evidence, page: { ...page, target: page.target.slice(0, targetMax), referer } }
    }
    default:
      return evidence
  }
}

function cutRequest(request: RequestSeen): RequestSeen {
  const { target, headers } = request
  return { ...request, target: target.slice(0, targetMax), headers: cutTexts(headers) }
}

function cutTexts<T extends Json>(values: T): T {
  const cut = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === 'string' ? value.slice(0, textMax) : value,
  ])
  return Object.fromEntries(cut) as T
}
