import type { CSSProperties, PropsWithChildren } from 'react'

/** Stand for `@tarojs/components`: thin elements that keep ids, classes, taps and what is said to screen readers. */

interface ElementProps extends PropsWithChildren {
  readonly id?: string
  readonly className?: string
  readonly style?: CSSProperties
  readonly hoverClass?: string
  readonly catchMove?: boolean
  readonly 'aria-role'?: string
  readonly onClick?: () => void
}

export function View({ hoverClass: _, catchMove: __, 'aria-role': role, ...rest }: ElementProps) {
  return <div role={role} {...rest} />
}

export function Text({ hoverClass: _, catchMove: __, 'aria-role': role, ...rest }: ElementProps) {
  return <span role={role} {...rest} />
}

interface InputProps {
  readonly id?: string
  readonly className?: string
  readonly value?: string
  readonly maxlength?: number
  readonly placeholder?: string
  readonly 'aria-label'?: string
  readonly onInput?: (event: { readonly detail: { readonly value: string } }) => void
}

export function Input({ maxlength, onInput, ...rest }: InputProps) {
  const change = (value: string): void => onInput?.({ detail: { value } })
  return <input {...rest} maxLength={maxlength} onChange={({ target }) => change(target.value)} />
}

interface ButtonProps extends PropsWithChildren {
  readonly id?: string
  readonly className?: string
  readonly openType?: string
  readonly hoverClass?: string
  readonly onClick?: () => void
  readonly onAgreePrivacyAuthorization?: () => void
}

export function Button({ openType, hoverClass: _, onAgreePrivacyAuthorization: onAgree, ...rest }: ButtonProps) {
  const isAgree = openType === 'agreePrivacyAuthorization'
  return <button data-open-type={openType} {...rest} onClick={isAgree ? onAgree : rest.onClick} />
}

/** An image, because that is what React reports errors of. */
export function WebView({ src, onError }: { readonly src: string; readonly onError?: () => void }) {
  return <img alt="web-view" src={src} onError={onError} />
}
