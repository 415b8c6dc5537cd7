import { localAddresses } from './tool-build'

/** Where the merchant's API answers, when the build is not told otherwise. A browser asks its own origin. */
const defaultApiBase: Record<string, string> = {
  weapp: 'https://shop.example',
  qq: 'https://shop.example',
  h5: '',
}

/** Names the folder that one target is built into; `TARO_OUTPUT_ROOT` chooses another one. */
export function outputRootOf(target: string): string {
  return process.env.TARO_OUTPUT_ROOT ?? `dist/${target}`
}

/** What the app reads as `process.env.NAME`, in full, so that nothing of the builder's machine is left to be looked up. */
export interface AppConstants {
  readonly TARO_APP_API_BASE: string
  /** Empty: the host signs in and pays. */
  readonly TARO_APP_WALLET: 'simulated' | ''
  /** Origin of the bench; empty without the wallet. */
  readonly TARO_APP_WALLET_BASE: string
}

/**
 * Reads the constants that the build bakes in.
 * @throws Error of one line where one is not usable, and for a wallet in a build that could be shipped
 */
export function readConstants(target: string): AppConstants {
  const wallet = readWallet(target)
  const isSimulated = wallet === 'simulated'
  const { merchant, bench } = localAddresses()
  const apiBase = isSimulated ? merchant : (defaultApiBase[target] ?? '')
  return {
    TARO_APP_API_BASE: readOrigin('TARO_APP_API_BASE', apiBase, target === 'h5'),
    TARO_APP_WALLET: wallet,
    TARO_APP_WALLET_BASE: isSimulated ? readOrigin('TARO_APP_WALLET_BASE', bench) : '',
  }
}

function readWallet(target: string): AppConstants['TARO_APP_WALLET'] {
  const given = process.env.TARO_APP_WALLET ?? ''
  if (given === '') return ''
  if (given !== 'simulated') throw new Error(`TARO_APP_WALLET: expected simulated or nothing, found "${given}"`)
  const kind = process.env.NODE_ENV ?? 'production'
  if (kind === 'development' && (target === 'weapp' || target === 'qq')) return given
  throw new Error(
    `TARO_APP_WALLET=simulated is for development builds of weapp and qq, not for ${kind} builds of ${target}: unset it, or run npm run devtools:weapp or devtools:qq`,
  )
}

/** An origin without a trailing slash; empty, where that is allowed, means "same origin". */
function readOrigin(name: string, otherwise: string, mayBeEmpty = false): string {
  const given = process.env[name] ?? otherwise
  if (given === '' && mayBeEmpty) return given
  if (!/^https?:\/\/[^/?#]+$/.test(given)) {
    throw new Error(`${name}: expected an origin such as https://shop.example, found "${given}"`)
  }
  return given
}
