import type { Clock } from '../../../kit/clock'
import { WechatPayError } from '../errors'
import type { HttpAnswer } from '../http-sender'
import { filledTextOf, integerOf } from '../fields'
import { parseAnswer } from '../v3/v3-transport'

/** Tokens that all processes of the shop share. Under the lock one process at a time fetches a new one. */
export interface SharedTokens {
  findToken(name: string): Promise<KeptToken | null>
  saveToken(name: string, token: KeptToken): Promise<void>
  readonly lock: { run<T>(key: string, work: () => Promise<T>): Promise<T> }
}

interface KeptToken {
  readonly value: string
  readonly renewAtMs: number
}

export interface AccessTokenOptions {
  /** Key of the token among those of the shop. */
  readonly name: string
  /** Business clock: the life of a token does not depend on transport time. */
  readonly clock: Clock
  readonly shared: SharedTokens
  /** Asks the service for a token. `refused` is an earlier token that the service no longer accepts. */
  fetch(refused: string | null): Promise<HttpAnswer>
}

export interface AccessToken {
  /** A token that should be valid. Simultaneous callers share one request. */
  current(): Promise<string>
  /** A token other than `refused`. */
  renew(refused: string): Promise<string>
}

/** Both services accept the old token for five minutes after a new one: renewing this early breaks no call. */
const renewBeforeMs = 5 * 60_000

/** The access token (access_token) of a service, shared by all processes of the shop. */
export function createAccessToken({ name, clock, shared, fetch }: AccessTokenOptions): AccessToken {
  let token: KeptToken | null = null
  let running: Promise<string> | null = null

  const isFresh = (kept: KeptToken): boolean => clock.now() < kept.renewAtMs

  /** Callers in this process share one lookup. Across processes one asks the service, and the others find its token. */
  function obtain(refused: string | null): Promise<string> {
    running ??= shared.lock
      .run(name, async () => {
        const kept = await shared.findToken(name)
        if (kept !== null && kept.value !== refused && isFresh(kept)) token = kept
        else {
          token = await request(refused)
          await shared.saveToken(name, token)
        }
        return token.value
      })
      .finally(() => (running = null))
    return running
  }

  async function request(refused: string | null): Promise<KeptToken> {
    const answer = await fetch(refused)
    const body = parseAnswer('access token', answer)
    try {
      const value = filledTextOf(body, 'access_token')
      const lifeMs = integerOf(body, 'expires_in') * 1000
      return { value, renewAtMs: clock.now() + Math.max(lifeMs - renewBeforeMs, lifeMs / 2) }
    } catch (cause) {
      throw new WechatPayError('TOKEN_UNAVAILABLE', `No token of ${name}`, {
        status: answer.status,
        rawBody: answer.body.toString('utf8'),
        cause,
      })
    }
  }

  return {
    async current() {
      return token !== null && isFresh(token) ? token.value : obtain(null)
    },
    async renew(refused) {
      if (token?.value === refused) token = null
      return token?.value ?? obtain(refused)
    },
  }
}
