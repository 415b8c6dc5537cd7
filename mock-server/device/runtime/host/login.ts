import { CallFailure, createCall, type ApiTable } from '../call'
import { parseAnswer } from './parse-answer'
import type { HostContext } from './context'

/** `login` and `checkSession`: the host's client asks its own server for a code. */
export function loginCalls(context: HostContext, server: string): ApiTable {
  const { instance, world, appid, user, network } = context
  return {
    login: createCall('login', instance.scope, async () => {
      if (network.type() === 'none') throw new CallFailure('network disconnected')
      const answer = await world({
        url: `${server}/client/login`,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ appid, user }),
      })
      const { code, errmsg } = parseAnswer(answer.body)
      if (answer.status !== 200 || typeof code !== 'string') {
        throw new CallFailure(`${answer.status} ${typeof errmsg === 'string' ? errmsg : answer.body.slice(0, 120)}`)
      }
      return { code }
    }),
    checkSession: createCall('checkSession', instance.scope, () => undefined),
  }
}
