interface AppConfig {
  requiredPrivateInfos?: string[]
}

interface TaroContext {
  modifyAppConfig(change: (given: { readonly appConfig: AppConfig }) => void): void
}

/**
 * Taro plugin for WeChat: names the private data that the app asks for. Without it WeChat refuses to open the address book.
 * @note QQ's app.json has no such key.
 * @see https://developers.weixin.qq.com/miniprogram/dev/reference/configuration/app.html#requiredPrivateInfos
 */
export default function privateInfos(ctx: TaroContext): void {
  ctx.modifyAppConfig(({ appConfig }) => {
    appConfig.requiredPrivateInfos = ['chooseAddress']
  })
}
