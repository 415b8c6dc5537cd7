import type { ApiTable } from '../call'
import type { HostContext } from './context'

type Result = Record<string, unknown>
type Callback = (result: unknown) => void

interface Fields {
  readonly id?: boolean
  readonly dataset?: boolean
  readonly rect?: boolean
  readonly size?: boolean
  readonly scrollOffset?: boolean
}

/** `createSelectorQuery` on the page that is shown. Places are seen from the page's own window. */
export function selectorCalls({ instance, stage }: HostContext): ApiTable {
  const { scope, stack } = instance

  function createSelectorQuery(): unknown {
    const wanted: (() => unknown)[] = []
    const pick = (find: () => Element[], isSingle: boolean) => {
      const take = (fields: Fields, callback?: Callback): unknown => {
        wanted.push(() => {
          const results = find().map((element) => measure(element, fields))
          const result = isSingle ? (results[0] ?? null) : results
          if (callback) scope.run('selectorQuery', () => callback(result))
          return result
        })
        return query
      }
      return {
        boundingClientRect: (callback?: Callback) =>
          take({ id: true, dataset: true, rect: true, size: true }, callback),
        scrollOffset: (callback?: Callback) => take({ id: true, dataset: true, scrollOffset: true }, callback),
        fields: (fields: Fields, callback?: Callback) => take(fields, callback),
      }
    }
    const all = (selector: string) => (): Element[] => [...(stack.top?.scroller.querySelectorAll(selector) ?? [])]
    const query = {
      in: () => query,
      select: (selector: string) => pick(() => all(selector)().slice(0, 1), true),
      selectAll: (selector: string) => pick(all(selector), false),
      selectViewport: () => pick(() => (stack.top ? [stack.top.scroller] : []), true),
      exec(callback?: (results: unknown[]) => void) {
        scope.setTimeout(() => {
          const results = wanted.map((run) => run())
          callback?.(results)
        })
      },
    }
    return query
  }

  function measure(element: Element, fields: Fields): Result {
    const origin = stage.getBoundingClientRect()
    const { left, top, width, height } = element.getBoundingClientRect()
    const x = left - origin.left
    const y = top - origin.top
    return {
      ...(fields.id && { id: element.id }),
      ...(fields.dataset && { dataset: { ...(element as HTMLElement).dataset } }),
      ...(fields.rect && { left: x, top: y, right: x + width, bottom: y + height }),
      ...(fields.size && { width, height }),
      ...(fields.scrollOffset && {
        scrollLeft: element.scrollLeft,
        scrollTop: element.scrollTop,
        scrollWidth: element.scrollWidth,
        scrollHeight: element.scrollHeight,
      }),
    }
  }

  return { createSelectorQuery }
}
