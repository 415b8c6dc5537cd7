import { CallFailure, type ApiTable } from '../call'
import type { HostContext } from './context'

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
 * WeChat's consent to the use of personal data: the app shows its own dialog with a button of the host in it, and says
 * how it ended.
 * @see https://developers.weixin.qq.com/miniprogram/dev/framework/user-privacy/PrivacyAuthorize.html
 */
export function createPrivacy({ instance, options, stage }: HostContext): Privacy {
  const listeners = new Set<Listener>()
  let isAgreed = options.privacy === 'agreed'
  return {
    calls: {
      onNeedPrivacyAuthorization: (listener: Listener) => void listeners.add(listener),
    },
    async consent() {
      if (isAgreed) return
      if (listeners.size === 0) throw refusal()
      const answer = await new Promise<Answer>((resolve) => {
        for (const listener of listeners) {
          instance.scope.run('onNeedPrivacyAuthorization', () =>
            listener((given) => given.event !== 'exposureAuthorization' && resolve(given), {
              referrer: 'chooseAddress',
            }),
          )
        }
      })
      // The host looks whether its button was tapped: an app cannot agree in the person's name.
      if (answer.event !== 'agree' || stage.dataset['agreedBy'] !== answer.buttonId) throw refusal()
      isAgreed = true
    },
  }
}

/** UNVERIFIED: text and number of the refusal. */
function refusal(): CallFailure {
  return new CallFailure('privacy permission is not authorized', { errno: 104 })
}
