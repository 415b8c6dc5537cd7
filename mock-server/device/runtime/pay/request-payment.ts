import { CallFailure, checkParameters, createCall, Silence, type ApiFunction } from '../call'
import type { HostContext } from '../host/context'
import type { CashierChoice, CashierInfo, WalletAnswer } from '../types'
import { createCashierEvents } from './cashier-events'
import { createCashier, isRefusal, type PayCall, type Refusal } from './cashier'

/**
 * `wx.requestPayment`: checks the fields, opens the cashier and answers what became of its window. Success means that the
 * person tapped 完成; every refusal is a dialog first and `fail cancel` after it was dismissed.
 * @see https://developers.weixin.qq.com/miniprogram/dev/api/payment/wx.requestPayment.html
 */
export function createRequestPayment(context: HostContext): ApiFunction {
  const { instance, overlays, appid, user, world, hosts, network, payer, killApp } = context
  const cashier = createCashier(world, hosts.wechat)
  const events = createCashierEvents(context)

  async function refuse({ dialog, errMsg }: Refusal): Promise<never> {
    await overlays.showModal({ title: '', content: dialog, confirmText: '确定', cancelText: null })
    throw new CallFailure(errMsg.replace(/^requestPayment:fail\s*/, ''))
  }

  /** Shows the wallet until it was paid or left. The payer may try again after a refusal that is not final. */
  async function atTheCashier(info: CashierInfo): Promise<CashierChoice> {
    const answer: WalletAnswer = payer ? { choice: await payer.cashier(info) } : await overlays.showWallet(info)
    const { choice, couponId } = answer
    if (!instance.scope.isAlive) throw new Silence('killed at the cashier')
    if (choice === 'cancel') {
      if (context.options.walletExit === 'silent') throw new Silence('left unpaid, and the app hears nothing')
      await cashier.cancel(info.cashierId)
      return choice
    }
    const heard = await cashier.pay(info.cashierId, couponId)
    if (isRefusal(heard)) return refuse(heard)
    if (heard === 'none') throw new Silence('paid, and the page hears nothing')
    if (heard === 'killed') return 'pay-and-kill'
    return heard === 'cancel' ? 'cancel' : choice
  }

  return createCall('requestPayment', instance.scope, async (options) => {
    checkParameters(options, { timeStamp: 'String', nonceStr: 'String', package: 'String', paySign: 'String' })
    const payCall: PayCall = {
      timeStamp: String(options['timeStamp']),
      nonceStr: String(options['nonceStr']),
      package: String(options['package']),
      // The documented default, which a V3 pay call must override.
      signType: typeof options['signType'] === 'string' ? options['signType'] : 'MD5',
      paySign: String(options['paySign']),
    }
    if (network.type() === 'none') {
      return refuse({ dialog: '网络连接不可用，请稍后再试', errMsg: 'requestPayment:fail cancel' })
    }
    overlays.showToast({ title: '微信支付', icon: 'loading', durationMs: null, mask: true })
    const opened = await cashier.open(appid, user, payCall).finally(() => overlays.hideToast())
    if (isRefusal(opened)) return refuse(opened)
    events.opened()
    const choice = await atTheCashier(opened).finally(() => {
      overlays.closeWallet()
      events.closed()
    })
    if (choice === 'pay-and-kill') {
      killApp()
      throw new Silence('killed after paying')
    }
    if (choice === 'cancel') throw new CallFailure('cancel')
    return undefined
  })
}
