import type { AppConfig } from '../../packed-app'
import { CallFailure, createCall, type ApiTable } from '../call'
import type { HostContext } from './context'
import { hasFeature } from './versions'

interface Answer {
  readonly event?: unknown
  readonly buttonId?: unknown
}

type Listener = (resolve: (answer: Answer) => void, info: { readonly referrer: string }) => void

export interface Privacy {
  readonly calls: ApiTable
  /** Resolves once the person has agreed. Calls for personal data wait for it. */
  consent(): Promise<void>
}

/**
 * WeChat opens what is private only to an app whose app.json names it.
 * @see https://developers.weixin.qq.com/miniprogram/dev/reference/configuration/app.html#requiredPrivateInfos
 * @throws CallFailure
 */
export function assertDeclared({ requiredPrivateInfos }: AppConfig, call: string): void {
  if (requiredPrivateInfos.includes(call)) return
  throw new CallFailure('the api need to be declared in the requiredPrivateInfos field in app.json/ext.json')
}

const contract =
  '本小程序在模拟手机上运行。开发者只在你同意后处理收货地址，用于配送本次订单。真实的指引由开发者在微信公众平台填写。'

/**
 * WeChat's consent to the use of personal data: the app shows its own dialog with a button of the host in it, and says
 * how it ended. The last listener counts. A base library that is older asks nobody.
 * @see https://developers.weixin.qq.com/miniprogram/dev/framework/user-privacy/PrivacyAuthorize.html
 */
export function createPrivacy({ instance, options, version, overlays, stage }: HostContext): Privacy {
  let listener: Listener | null = null
  let isAgreed = options.privacy === 'agreed' || !hasFeature('privacyConsent', version)
  return {
    calls: {
      onNeedPrivacyAuthorization: (given: Listener) => void (listener = given),
      openPrivacyContract: createCall('openPrivacyContract', instance.scope, async () => {
        await overlays.showModal({
          title: '小程序用户隐私保护指引',
          content: contract,
          confirmText: '返回',
          cancelText: null,
        })
      }),
    },
    async consent() {
      if (options.privacy === 'undeclared') throw undeclared()
      if (isAgreed) return
      const asked = listener
      if (asked === null) throw refusal()
      const answer = await new Promise<Answer>((resolve) => {
        instance.scope.run('onNeedPrivacyAuthorization', () =>
          asked((given) => given.event !== 'exposureAuthorization' && resolve(given), { referrer: 'chooseAddress' }),
        )
      })
      // The host looks whether its button was tapped: an app cannot agree in the person's name.
      if (answer.event !== 'agree') throw refusal()
      if (stage.dataset['agreedBy'] !== answer.buttonId) throw refusal(' or buttonId is wrong')
      isAgreed = true
    },
  }
}

/** Seen with other calls; for `chooseAddress` UNVERIFIED. */
function refusal(rest = ''): CallFailure {
  return new CallFailure(`privacy permission is not authorized${rest}`, { errno: 104 })
}

/** The guideline in WeChat's console does not name the address: developers.weixin.qq.com/community/develop/doc/000a2a3d… */
function undeclared(): CallFailure {
  return new CallFailure('api scope is not declared in the privacy agreement', { errno: 112 })
}
