/** Build-time constants. They are read only here; other modules receive them as arguments. */
export interface Env {
  /** Origin of the merchant's API, without a trailing slash. Empty: the origin of the page (browser only). */
  readonly apiBase: string
}

/** A build-time constant is missing or malformed: the build is wrong, so the app must not start. */
export class EnvError extends Error {
  override readonly name = 'EnvError'
  readonly code = 'ENV_INVALID'
}

/**
 * Checks the build-time constants.
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
 * Origin of the bench, whose simulators replace the host's sign-in and wallet in development builds with the simulated
 * wallet. Null in all other builds.
 * @note This must compare literals, not a field of `env`: only then the bundler sees the null and removes the wallet.
 */
export const walletBase: string | null =
  process.env.TARO_APP_WALLET === 'simulated' ? (process.env.TARO_APP_WALLET_BASE ?? '') : null
