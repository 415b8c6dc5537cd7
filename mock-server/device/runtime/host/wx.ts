import type { ApiTable } from '../call'
import { createRequestPayment } from '../pay/request-payment'
import { addressCalls } from './address'
import type { HostContext } from './context'
import { sharedCalls, toHostObject } from './host'
import { createPrivacy } from './privacy'

/** The object `wx` of WeChat. */
export function createWx(context: HostContext): ApiTable {
  const facts = { version: '8.0.50', sdkVersion: '3.5.8' }
  const privacy = createPrivacy(context)
  return toHostObject({
    ...sharedCalls(context, facts, context.hosts.wechat),
    ...privacy.calls,
    ...addressCalls(context, privacy.consent),
    requestPayment: createRequestPayment(context),
  })
}
