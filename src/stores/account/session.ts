import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Platform } from '../../platform/types'
import type { FailureCode } from '../../contract/errors'
import { ApiError } from '../../services/api-error'
import type { LoginClient, TokenSource } from '../../services/merchant-client'
import type { Clock } from '../clock'

/** A token this close to its expiry is not used. */
const marginMs = 60_000
const ownKey = 'session'
const linkKey = 'order-link'

export interface SessionState {
  readonly status: 'signedOut' | 'signingIn' | 'ready' | 'failed'
  /** Why the last sign-in failed. */
  readonly problem: FailureCode | null
}

export interface SessionStore extends StoreApi<SessionState>, TokenSource {
  /** Signs in silently at launch. Failure is a state, and the next call tries again. */
  signIn(): Promise<void>
  /** Opens one order by the key of its link. From now on all calls about that order use a separate session. */
  adoptOrderKey(orderNo: string, orderKey: string): void
}

export interface SessionDeps {
  readonly client: LoginClient
  readonly platform: Pick<Platform, 'name' | 'loginCode' | 'storage'>
  readonly clock: Clock
}

interface Kept {
  readonly token: string
  readonly expiresAtMs: number
}

interface OrderLink {
  readonly orderNo: string
  readonly orderKey: string
}

export function createSessionStore({ client, platform, clock }: SessionDeps): SessionStore {
  const store = createStore<SessionState>(() => ({ status: 'signedOut', problem: null }))
  const underWay = new Map<string, Promise<string>>()
  let own: Kept | null = toKept(platform.storage.read(ownKey))
  let link: OrderLink | null = toLink(platform.storage.read(linkKey))
  let linked: Kept | null = null

  const isLinked = (orderNo: string | undefined): boolean => orderNo !== undefined && link?.orderNo === orderNo

  function usable(kept: Kept | null): string | null {
    return kept !== null && kept.expiresAtMs - clock.now() > marginMs ? kept.token : null
  }

  /** Concurrent callers share one sign-in. */
  function singleFlight(scope: string, run: () => Promise<string>): Promise<string> {
    const present = underWay.get(scope)
    if (present) return present
    const started = run().finally(() => underWay.delete(scope))
    underWay.set(scope, started)
    return started
  }

  async function signInSelf(): Promise<string> {
    store.setState({ status: 'signingIn', problem: null })
    try {
      const code = await platform.loginCode()
      const answer = await client.login({ client: platform.name, ...(code === null ? {} : { code }) })
      own = { token: answer.token, expiresAtMs: clock.now() + answer.expiresInSec * 1000 }
      platform.storage.write(ownKey, own)
      store.setState({ status: 'ready', problem: null })
      return answer.token
    } catch (error) {
      const failure = error instanceof ApiError ? error : new ApiError('LOGIN_FAILED', 'the host gave no code', error)
      store.setState({ status: 'failed', problem: failure.code })
      throw failure
    }
  }

  async function signInLinked({ orderKey }: OrderLink): Promise<string> {
    const answer = await client.login({ client: platform.name, orderKey })
    linked = { token: answer.token, expiresAtMs: clock.now() + answer.expiresInSec * 1000 }
    return answer.token
  }

  function signInFor(orderNo?: string): Promise<string> {
    const present = link
    if (present !== null && isLinked(orderNo)) {
      return singleFlight(`order ${present.orderNo}`, () => signInLinked(present))
    }
    return singleFlight('self', signInSelf)
  }

  async function token(orderNo?: string): Promise<string> {
    return usable(isLinked(orderNo) ? linked : own) ?? signInFor(orderNo)
  }

  return {
    ...store,
    token,
    async renew(refused, orderNo) {
      const present = usable(isLinked(orderNo) ? linked : own)
      // Another caller has renewed the token meanwhile.
      if (present !== null && present !== refused) return present
      if (isLinked(orderNo)) linked = null
      else own = null
      return signInFor(orderNo)
    },
    async signIn() {
      try {
        await token()
        store.setState({ status: 'ready', problem: null })
      } catch (error) {
        if (!(error instanceof ApiError)) throw error
      }
    },
    adoptOrderKey(orderNo, orderKey) {
      if (link?.orderNo === orderNo && link.orderKey === orderKey) return
      link = { orderNo, orderKey }
      linked = null
      platform.storage.write(linkKey, link)
    },
  }
}

function toKept(value: unknown): Kept | null {
  if (typeof value !== 'object' || value === null || !('token' in value) || !('expiresAtMs' in value)) return null
  const { token, expiresAtMs } = value
  return typeof token === 'string' && typeof expiresAtMs === 'number' ? { token, expiresAtMs } : null
}

function toLink(value: unknown): OrderLink | null {
  if (typeof value !== 'object' || value === null || !('orderNo' in value) || !('orderKey' in value)) return null
  const { orderNo, orderKey } = value
  return typeof orderNo === 'string' && typeof orderKey === 'string' ? { orderNo, orderKey } : null
}
