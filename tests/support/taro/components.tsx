import type { PropsWithChildren } from 'react'

/** Stand for `@tarojs/components`: thin elements that keep ids, classes and taps. */

interface ElementProps extends PropsWithChildren {
  readonly id?: string
  readonly className?: string
  readonly hoverClass?: string
  readonly onClick?: () => void
}

export function View({ hoverClass: _, ...rest }: ElementProps) {
  return <div {...rest} />
}

export function Text({ hoverClass: _, ...rest }: ElementProps) {
  return <span {...rest} />
}

/** An image, because that is what React reports errors of. */
export function WebView({ src, onError }: { readonly src: string; readonly onError?: () => void }) {
  return <img alt="web-view" src={src} onError={onError} />
}
