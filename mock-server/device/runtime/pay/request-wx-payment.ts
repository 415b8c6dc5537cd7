import { CallFailure, createCall, type ApiFunction } from '../call'
import type { HostContext } from '../host/context'
import { parseAnswer } from '../host/parse-answer'

/**
 * `qq.requestWxPayment`: opens WeChat's H5 middle page in a window of its own. Success says that the window is gone, and
 * nothing about money: QQ's client answers it however the window was closed.
 * @see https://q.qq.com/wiki/develop/miniprogram/server/virtual-payment/wx_pay.html
 */
export function createRequestWxPayment(context: HostContext): ApiFunction {
  const { instance, overlays, world, payer } = context
  return createCall('requestWxPayment', instance.scope, async ({ url, referer, Referer }) => {
    const pageUrl = typeof url === 'string' ? url : ''
    const shown = [referer, Referer].find((value): value is string => typeof value === 'string' && value !== '') ?? ''
    if (pageUrl === '' || shown === '') throw new CallFailure('url or referer is empty, please check!')
    if (!/^https?:\/\//i.test(pageUrl)) throw new CallFailure('url is not http url, please check!')
    await assertKnownUrl(context, pageUrl)

    instance.hide('wx-pay-window')
    try {
      if (payer) await payer.middlePage(pageUrl, shown, world)
      else await overlays.showPayWindow(pageUrl, shown)
    } finally {
      instance.show('wx-pay-window')
    }
    return undefined
  })
}

/** QQ's client asks QQ whether the address was ordered through the proxy for this very app. */
async function assertKnownUrl({ world, hosts, appid }: HostContext, url: string): Promise<void> {
  const answer = await world({
    url: `${hosts.qq}/client/check-wx-url`,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ appid, url }),
  }).catch((error: unknown) => {
    throw new CallFailure('pay fail', {
      resultCode: -1,
      resultMsg: error instanceof Error ? error.message : String(error),
    })
  })
  const { ok } = parseAnswer(answer.body)
  if (answer.status !== 200 || typeof ok !== 'boolean') {
    throw new CallFailure('pay fail', { resultCode: answer.status, resultMsg: answer.body.slice(0, 120) })
  }
  if (!ok) throw new CallFailure('url is invalid')
}
