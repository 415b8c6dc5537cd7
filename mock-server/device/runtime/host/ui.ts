import { CallFailure, createCall, type ApiTable } from '../call'
import type { HostContext } from './context'

/** With an icon a toast has room for seven Chinese characters; hosts cut off what is longer. */
const iconTitleMax = 7

/** Toasts, dialogs and other things that the host draws over a page. */
export function uiCalls({ instance, overlays, clipboard }: HostContext): ApiTable {
  const { scope } = instance
  const text = (value: unknown, otherwise: string): string => (typeof value === 'string' ? value : otherwise)
  return {
    showToast: createCall('showToast', scope, ({ title, icon = 'success', duration = 1500, mask }) => {
      if (typeof title !== 'string') {
        throw new CallFailure('parameter error: parameter.title should be String instead of Undefined;')
      }
      const shown = icon === 'none' ? title : title.slice(0, iconTitleMax)
      overlays.showToast({ title: shown, icon: String(icon), durationMs: Number(duration), mask: mask === true })
    }),
    hideToast: createCall('hideToast', scope, () => overlays.hideToast()),
    showLoading: createCall('showLoading', scope, ({ title, mask }) =>
      overlays.showToast({ title: text(title, ''), icon: 'loading', durationMs: null, mask: mask === true }),
    ),
    hideLoading: createCall('hideLoading', scope, () => overlays.hideToast()),
    showModal: createCall('showModal', scope, async (options) => {
      const isConfirmed = await overlays.showModal({
        title: text(options['title'], ''),
        content: text(options['content'], ''),
        confirmText: text(options['confirmText'], '确定'),
        cancelText: options['showCancel'] === false ? null : text(options['cancelText'], '取消'),
      })
      return { confirm: isConfirmed, cancel: !isConfirmed }
    }),
    showActionSheet: createCall('showActionSheet', scope, async ({ itemList }) => {
      const items = Array.isArray(itemList) ? itemList.map(String) : []
      const index = await overlays.showActionSheet(items)
      if (index === null) throw new CallFailure('cancel')
      return { tapIndex: index }
    }),
    setClipboardData: createCall('setClipboardData', scope, ({ data }) => {
      if (typeof data !== 'string') {
        throw new CallFailure('parameter error: parameter.data should be String instead of Undefined;')
      }
      clipboard.write(data)
      overlays.showToast({ title: '内容已复制', icon: 'none', durationMs: 1500, mask: false })
    }),
    getClipboardData: createCall('getClipboardData', scope, () => ({ data: clipboard.read() })),
    vibrateShort: createCall('vibrateShort', scope, () => undefined),
    nextTick: (callback: () => void) => void scope.setTimeout(callback),
  }
}
