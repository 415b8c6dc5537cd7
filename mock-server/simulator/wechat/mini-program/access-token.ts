import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isEqualSecret, randomAlphanumeric } from '../../../crypto/digest'
import type { Clock } from '../../../kit/clock'
import { parseObject, queryOf } from '../../kit/read-request'
import { wechatApiPaths } from '../../../wire/wechat-api'
import type { Directory } from '../merchants/directory'
import { refuseWith, type ErrcodeAnswer } from './errcodes'
import type { Faults } from '../faults/faults'
import type { AppIdentity } from '../identity'
import type { AccessToken } from '../store/mini-program-tables'
import type { Store } from '../store/store'

/** Two hours is what the documentation gives at most, and what the service has always given. */
const lifeSec = 7200
/** Old and new one both work for five minutes; a stable one is renewed so long before its end. */
const overlapSec = 300
/** How often force_refresh is obeyed: 20 times a day, 30 seconds apart. */
const forcedPerDay = 20
const forcedApartSec = 30

const hourMs = 3_600_000
const dayMs = 24 * hourMs

export interface MiniProgramDeps {
  readonly store: Store
  readonly clock: Clock
  readonly directory: Directory
  readonly faults: Faults
}

/**
 * The server tokens of a mini program.
 * @see https://developers.weixin.qq.com/doc/service/api/base/api_getstableaccesstoken.html
 */
export function addAccessTokenRoutes(
  server: FastifyInstance,
  { store, clock, directory, faults }: MiniProgramDeps,
): void {
  server.get(wechatApiPaths.token, async (request) => {
    if (await isBusy(faults)) return refuseWith('BUSY')
    const query = queryOf(request.raw.url)
    const app = appOf(query.get('grant_type'), query.get('appid'), query.get('secret'))
    if ('errcode' in app) return app
    const now = clock.now()
    return store.write(() => show(issue(app.appid, 'plain', now, now + overlapSec * 1000, false), now))
  })

  server.post(wechatApiPaths.stableToken, async (request) => {
    if (await isBusy(faults)) return refuseWith('BUSY')
    const body = parseObject(request.body)
    if (body === null) return refuseWith('SHAPE')
    const { grant_type, appid, secret, force_refresh = false } = body
    if (![grant_type, appid, secret].every(isTextOrNothing) || typeof force_refresh !== 'boolean')
      return refuseWith('SHAPE')
    const app = appOf(asText(grant_type), asText(appid), asText(secret))
    if ('errcode' in app) return app
    const now = clock.now()
    return store.write(() => (force_refresh ? refresh(app.appid, now) : keep(app.appid, now)))
  })

  function appOf(grantType: string | null, appid: string | null, secret: string | null): AppIdentity | ErrcodeAnswer {
    if (grantType !== 'client_credential') return refuseWith('GRANT_TYPE')
    if (!appid) return refuseWith('APPID_MISSING')
    if (!secret) return refuseWith('SECRET_MISSING')
    const app = directory.app(appid)
    if (app === undefined) return refuseWith('APPID')
    return isEqualSecret(app.secret, secret) ? app : refuseWith('CREDENTIAL')
  }

  /** The present token, renewed in its last five minutes. */
  function keep(appid: string, now: number): object {
    const present = store.latestToken(appid, 'stable')
    const isFresh = present !== null && now < present.ends_at - overlapSec * 1000
    return show(isFresh ? present : issue(appid, 'stable', now, now + overlapSec * 1000, false), now)
  }

  /** Another one, and the former ends at once. Asked again within thirty seconds, the service does not refresh. */
  function refresh(appid: string, now: number): object {
    const forced = store.forcedSince(appid, startOfBeijingDay(now))
    const present = store.latestToken(appid, 'stable')
    if (present !== null && forced[0] !== undefined && now < forced[0] + forcedApartSec * 1000)
      return show(present, now)
    if (forced.length >= forcedPerDay) return refuseWith('DAILY_LIMIT')
    return show(issue(appid, 'stable', now, now, true), now)
  }

  function issue(
    appid: string,
    kind: AccessToken['kind'],
    now: number,
    othersEndAt: number,
    isForced: boolean,
  ): AccessToken {
    const expires_at = now + lifeSec * 1000
    const token: AccessToken = {
      token: `80_${randomAlphanumeric(133)}`,
      appid,
      kind,
      issued_at: now,
      expires_at,
      ends_at: expires_at,
      is_forced: isForced,
    }
    store.putToken(token, othersEndAt)
    return token
  }
}

/**
 * The app whose token a request carries, or the refusal of a token that is missing, unknown, replaced or expired.
 * `wechat-busy` refuses here, so that it affects every call with a token.
 */
export function createTokenCheck({ store, clock, directory, faults }: MiniProgramDeps) {
  return async (request: FastifyRequest): Promise<AppIdentity | ErrcodeAnswer> => {
    if (await isBusy(faults)) return refuseWith('BUSY')
    const text = queryOf(request.raw.url).get('access_token') ?? ''
    if (text === '') return refuseWith('TOKEN_MISSING')
    const token = store.token(text)
    const app = token && directory.app(token.appid)
    if (!token || !app) return refuseWith('CREDENTIAL')
    const now = clock.now()
    if (now >= token.expires_at) return refuseWith('TOKEN_EXPIRED')
    return now < token.ends_at ? app : refuseWith('CREDENTIAL')
  }
}

/** Whether the fault `wechat-busy` strikes this call. */
export async function isBusy(faults: Faults): Promise<boolean> {
  return !faults.isQuiet('server') && (await faults.take('wechat-busy', null)) !== null
}

function show(token: AccessToken, now: number): { access_token: string; expires_in: number } {
  return { access_token: token.token, expires_in: Math.ceil((token.ends_at - now) / 1000) }
}

/** UNVERIFIED: that the day of the limit is Beijing's. */
function startOfBeijingDay(now: number): number {
  return Math.floor((now + 8 * hourMs) / dayMs) * dayMs - 8 * hourMs
}

function isTextOrNothing(value: unknown): boolean {
  return value === undefined || typeof value === 'string'
}

function asText(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
