import type { Clock } from '../../../kit/clock'
import { WechatPayError } from '../errors'
import type { HttpAnswer } from '../http-sender'
import { filledTextOf, integerOf } from '../fields'
import { parseAnswer } from '../v3/v3-transport'

/** Where tokens are kept for all processes of the shop, and how one of them at a time gets another. */
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
  /** Names the token among the shop's. */
  readonly name: string
  /** Business clock: the token's life is the service's business, not transport. */
  readonly clock: Clock
  /** What other processes of the shop know. */
  readonly shared: SharedTokens
  /** Asks the service. `refused` is a token that it gave and does not take any more. */
  fetch(refused: string | null): Promise<HttpAnswer>
}

export interface AccessToken {
  /** A token that should do. Callers at the same time share one request. */
  current(): Promise<string>
  /** Another one than `refused`. */
  renew(refused: string): Promise<string>
}

/** Both services keep the former token alive for five minutes after a new one was made: renewed in that time, nobody notices. */
const renewBeforeMs = 5 * 60_000

/** A token (access_token) of a service, one for all processes of the shop. */
export function createAccessToken({ name, clock, shared, fetch }: AccessTokenOptions): AccessToken {
  let token: KeptToken | null = null
  let running: Promise<string> | null = null

  const isFresh = (kept: KeptToken): boolean => clock.now() < kept.renewAtMs

  /** Callers of this process share one look; of all processes one asks the service, and the others find what it got. */
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
