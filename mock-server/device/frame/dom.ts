/** Creates an element of the phone itself. Attributes that are false or undefined are left out. */
export function make(
  document: Document,
  name: string,
  attributes: Readonly<Record<string, string | boolean | undefined>> = {},
  ...children: readonly (Node | string)[]
): HTMLElement {
  const element = document.createElement(name)
  if (name === 'button') element.setAttribute('type', 'button')
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) element.setAttribute(key, value === true ? '' : value)
  }
  element.append(...children)
  return element
}

const svgNamespace = 'http://www.w3.org/2000/svg'

/** Line icons, 24 by 24. */
const paths = {
  back: 'M15 5l-7 7 7 7',
  close: 'M5 5l14 14M19 5L5 19',
  chevron: 'M9 5l7 7-7 7',
  check: 'M4 12.5l5.5 5.5L20 7',
  flask: 'M9 3h6M10 3v6l-5 9.5A1.6 1.6 0 0 0 6.400 21h11.2a1.600 1.600 0 0 0 1.400-2.500L14 9V3M7.500 15h9',
  warning: 'M12 4l9 16H3zM12 10v5M12 17.500v.5',
  erase: 'M9 5h11a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H9l-6-7zM11.500 9.500l5 5M16.500 9.500l-5 5',
} as const

export type IconName = keyof typeof paths

/** Draws an icon that readers skip: the words stand next to it, or on the button. */
export function icon(document: Document, name: IconName): SVGElement {
  const svg = document.createElementNS(svgNamespace, 'svg')
  svg.setAttribute('viewBox', '0 0 24 24')
  svg.setAttribute('class', 'ph-icon')
  svg.setAttribute('aria-hidden', 'true')
  const path = document.createElementNS(svgNamespace, 'path')
  path.setAttribute('d', paths[name])
  svg.append(path)
  return svg
}

/**
 * A frame with a third party's page. The phone's theme is the system theme there: a page from the same
 * origin gets it passed, because no media query can be set from outside.
 */
export function makeFrame(
  document: Document,
  title: string,
  src: string | undefined,
  theme: 'light' | 'dark',
): HTMLIFrameElement {
  const frame = make(document, 'iframe', { title, src }) as HTMLIFrameElement
  frame.addEventListener('load', () => frame.contentDocument?.documentElement.setAttribute('data-theme', theme))
  return frame
}

/** `12900` -> `129.00`. */
export function toYuan(fen: number): string {
  return `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, '0')}`
}
