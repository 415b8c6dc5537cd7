/** Constants that the build bakes in. Read here, once; everybody else receives what he needs as an argument. */
export interface Env {
  /** Origin of the merchant's API, without a trailing slash. Empty: the page's own origin (browser only). */
  readonly apiBase: string
}

/** A constant of the build is missing or malformed: the build itself is wrong, so nothing may start. */
export class EnvError extends Error {
  override readonly name = 'EnvError'
  readonly code = 'ENV_INVALID'
}

/**
 * Checks what the build gave.
 * @throws EnvError
 */
export function parseEnv(given: { readonly apiBase: unknown }): Env {
  const { apiBase } = given
  if (typeof apiBase !== 'string' || !/^(https?:\/\/[^/?#]+)?$/.test(apiBase)) {
    throw new EnvError(`TARO_APP_API_BASE: expected an origin such as https://shop.example, found "${String(apiBase)}"`)
  }
  return Object.freeze({ apiBase })
}

export const env = parseEnv({ apiBase: process.env.TARO_APP_API_BASE })

/**
 * Origin of the bench, whose simulators sign in and pay in the host's place: in development builds with the simulated
 * wallet. Null in all others.
 * @note A comparison of literals, and no field of `env`: so the bundler sees the null and leaves the wallet out.
 */
export const walletBase: string | null =
  process.env.TARO_APP_WALLET === 'simulated' ? (process.env.TARO_APP_WALLET_BASE ?? '') : null
