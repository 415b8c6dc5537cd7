import { options } from 'preact'
import { unstable_batchedUpdates } from 'preact/compat'
import { createRoot } from 'preact/compat/client'

/**
 * What a mini program's build takes for `react-dom`: Preact, told how Taro's elements differ from a browser's.
 * @note Preact takes an attribute away that is false. Where a host's own default is true, it stays true.
 */

/** Taro hears a tap as `tap`; compat turns focus and blur into events that bubble in a browser and do not exist here. */
const eventNames: Readonly<Record<string, string>> = { onclick: 'ontap', onfocusin: 'onfocus', onfocusout: 'onblur' }

type Props = Record<string, unknown>

const normalize = options.vnode

options.vnode = (node) => {
  normalize?.(node)
  if (typeof node.type === 'string') node.props = toTaroProps(node.props as Props) as typeof node.props
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
