/** What the build replaces in the client, written out in full. Nothing else of `process` exists on a phone. */
declare const process: {
  readonly env: {
    readonly TARO_APP_API_BASE?: string
    readonly TARO_APP_WALLET?: string
    readonly TARO_APP_WALLET_BASE?: string
  }
}
