import type { ApiTable } from '../call'
import { createRequestPayment } from '../pay/request-payment'
import { addressCalls } from './address'
import type { HostContext } from './context'
import { sharedCalls, toHostObject } from './host'
import { assertDeclared, createPrivacy } from './privacy'

/** The object `wx` of WeChat. */
export function createWx(context: HostContext): ApiTable {
  const facts = { version: '8.0.50' }
  const privacy = createPrivacy(context)
  const calls = {
    ...sharedCalls(context, facts, context.hosts.wechat),
    ...privacy.calls,
    ...addressCalls(context, async () => {
      assertDeclared(context.packed.appConfig, 'chooseAddress')
      await privacy.consent()
    }),
    requestPayment: createRequestPayment(context),
  }
  return toHostObject(calls, context)
}
