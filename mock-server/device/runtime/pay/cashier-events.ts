import type { HostContext } from '../host/context'

/** What the app learns of the cashier that covers it, beside the callback of the pay call. */
export interface CashierEvents {
  opened(): void
  /** Before the app is called back. */
  closed(): void
}

/**
 * Plays how phones hide and show an app around WeChat's cashier. They differ, and reports of them disagree: an app must end
 * well with each.
 * @see https://developers.weixin.qq.com/community/develop/doc/000668ec… Android calls back, then shows; iOS the other way
 */
export function createCashierEvents({ instance, options }: HostContext): CashierEvents {
  const isHiding = options.system === 'android'
  const hide = (): void => {
    if (isHiding) instance.hide('cashier')
  }
  /** The app's `onShow` fires also where `onHide` did not: iOS does so. */
  const show = (): void => {
    if (!isHiding) instance.hide('cashier', false)
    instance.show('cashier')
  }
  const uncover = (): void => instance.show('cashier', false)
  /** The callback is made in the next turn. */
  const afterCallback = (work: () => void): void =>
    void instance.scope.setTimeout(() => instance.scope.setTimeout(work))

  const played: Readonly<Record<typeof options.cashierEvents, CashierEvents>> = {
    'of-system': { opened: hide, closed: () => isHiding && afterCallback(show) },
    'show-first': { opened: hide, closed: show },
    'never-shown': { opened: hide, closed: uncover },
    'shown-early': {
      opened() {
        hide()
        instance.scope.setTimeout(show)
      },
      closed: uncover,
    },
  }
  return played[options.cashierEvents]
}
