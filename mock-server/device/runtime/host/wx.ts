import type { ApiTable } from '../call'
import { createRequestPayment } from '../pay/request-payment'
import type { HostContext } from './context'
import { sharedCalls, toHostObject } from './host'

/** The object `wx` of WeChat. */
export function createWx(context: HostContext): ApiTable {
  const facts = { version: '8.0.50', sdkVersion: '3.5.8' }
  return toHostObject({
    ...sharedCalls(context, facts, context.hosts.wechat),
    requestPayment: createRequestPayment(context),
  })
}
