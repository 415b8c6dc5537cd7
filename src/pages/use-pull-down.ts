import Taro, { usePullDownRefresh } from '@tarojs/taro'

/** A host without the call ends its own sign of loading. */
const host: Partial<typeof Taro> = Taro

/** Loads anew when the payer pulls the page down; the host shows a sign of loading until then. */
export function usePullDown(load: () => Promise<unknown>): void {
  usePullDownRefresh(() => void load().finally(() => host.stopPullDownRefresh?.()))
}
