import { useDidHide, useDidShow, useUnload } from '@tarojs/taro'

export interface ShownListener {
  readonly show: () => void
  readonly hide: () => void
}

/** Calls `show` when the page appears, and `hide` when it is covered, sent to the background, or closed. */
export function useShown({ show, hide }: ShownListener): void {
  useDidShow(show)
  useDidHide(hide)
  useUnload(hide)
}
