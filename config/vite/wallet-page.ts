interface AppConfig {
  subPackages?: { root: string; pages: string[] }[]
}

interface TaroContext {
  modifyAppConfig(change: (given: { readonly appConfig: AppConfig }) => void): void
}

/** Taro plugin: the page of the simulated wallet, a package of its own. A build without this plugin never sees its code. */
export default function walletPage(ctx: TaroContext): void {
  ctx.modifyAppConfig(({ appConfig }) => {
    appConfig.subPackages = [...(appConfig.subPackages ?? []), { root: 'packages/wallet', pages: ['index'] }]
  })
}
