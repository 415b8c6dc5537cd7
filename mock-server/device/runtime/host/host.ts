import type { ApiTable } from '../call'
import type { HostContext } from './context'
import { loginCalls } from './login'
import { navigationCalls } from './navigation'
import { requestCalls } from './request'
import { selectorCalls } from './selector-query'
import { storageCalls } from './storage'
import { systemCalls, type HostFacts } from './system'
import { uiCalls } from './ui'
import { hasCall } from './versions'

/** Components that `canIUse` knows: those that the phone draws. */
const components = new Set([
  'view',
  'text',
  'image',
  'button',
  'input',
  'textarea',
  'switch',
  'checkbox',
  'radio',
  'label',
  'form',
  'scroll-view',
  'navigator',
  'web-view',
])

/** What WeChat and QQ have in common. */
export function sharedCalls(context: HostContext, facts: HostFacts, loginServer: string): ApiTable {
  return {
    ...storageCalls(context),
    ...requestCalls(context),
    ...navigationCalls(context),
    ...uiCalls(context),
    ...systemCalls(context, facts),
    ...loginCalls(context, loginServer),
    ...selectorCalls(context),
  }
}

/**
 * Completes a host's object. A call that its base library lacks is absent, so `canIUse`, `typeof` and a comparison of versions
 * tell the same truth.
 */
export function toHostObject(calls: ApiTable, { version, options }: HostContext): ApiTable {
  const canIUse = (schema: string): boolean => {
    const [name = ''] = schema.split('.')
    return name in host || components.has(name)
  }
  const host: ApiTable = Object.fromEntries(
    Object.entries({ ...calls, canIUse }).filter(([name]) => hasCall(name, version) && !options.lacks.includes(name)),
  )
  return host
}
