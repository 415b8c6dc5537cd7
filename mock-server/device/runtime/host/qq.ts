import type { ApiTable } from '../call'
import { createRequestWxPayment } from '../pay/request-wx-payment'
import { addressCalls } from './address'
import type { HostContext } from './context'
import { sharedCalls, toHostObject } from './host'

/** The object `qq` of QQ, which knows itself as `wx`, too. An old QQ has no `requestWxPayment`. */
export function createQq(context: HostContext): ApiTable {
  const facts = { version: '9.0.95', appPlatform: 'qq' }
  const calls = {
    ...sharedCalls(context, facts, context.hosts.qq),
    ...addressCalls(context, async () => undefined),
    ...(context.options.requestWxPayment === 'present' && { requestWxPayment: createRequestWxPayment(context) }),
  }
  return toHostObject(calls, context)
}
