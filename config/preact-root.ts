import { options, type VNode } from 'preact'
import { unstable_batchedUpdates } from 'preact/compat'
import { createRoot } from 'preact/compat/client'

/** What a mini program's build takes for `react-dom`: Preact, told how Taro's elements differ from a browser's. */

/** Taro hears a tap as `tap`; compat turns focus and blur into events that bubble in a browser and do not exist here. */
const eventNames: Readonly<Record<string, string>> = { onclick: 'ontap', onfocusin: 'onfocus', onfocusout: 'onblur' }

type Props = Record<string, unknown>
type TaroElement = { readonly props: Props; setAttribute(name: string, value: unknown): void }
type DrawnNode = VNode<Props> & { readonly __e?: Partial<TaroElement> | null }

const ofCompat = { vnode: options.vnode, diffed: options.diffed }

options.vnode = (node) => {
  ofCompat.vnode?.(node)
  if (typeof node.type === 'string') node.props = toTaroProps(node.props as Props) as typeof node.props
}

/** Preact takes an attribute that is false away; a host would then fall back to its own default, which may be true. */
options.diffed = (node) => {
  const { __e: element, props, type } = node as DrawnNode
  if (typeof type === 'string' && element?.props && element.setAttribute) {
    for (const name in props) {
      if (props[name] === false && element.props[name] === undefined) element.setAttribute(name, false)
    }
  }
  ofCompat.diffed?.(node)
}

function toTaroProps(props: Props): Props {
  const own: Props = {}
  for (const name in props) {
    // compat sets a class under both its names, which would cross to the view twice.
    if (name === 'className') continue
    const event = name.startsWith('on') ? name.toLowerCase() : name
    own[eventNames[event] ?? event] = props[name]
  }
  return own
}

/** All that Taro calls of `react-dom`. */
export default { createRoot, unstable_batchedUpdates }
