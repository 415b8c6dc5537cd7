/** What a person or a test does with a phone's screen, by what is written on it or by selector. */
export interface Hands {
  /** The element for a selector, an exact text, or an accessible name. Null where there is none. */
  find(target: string): HTMLElement | null
  /** @throws when it is not there, or lies under a dialog */
  tap(target: string): void
  input(target: string, value: string): void
  /** What is written on the screen; block by block, one a line. */
  text(): string
}

export function createHands(root: HTMLElement): Hands {
  const view = root.ownerDocument.defaultView as Window & typeof globalThis

  const isReachable = (element: HTMLElement): boolean => element.closest('[hidden], [inert]') === null
  const isSelector = (target: string): boolean => /^[#.[]|^\w[\w-]*[#.[]/.test(target)

  function find(target: string): HTMLElement | null {
    const elements = [...root.querySelectorAll<HTMLElement>(isSelector(target) ? target : '*')].filter(isReachable)
    if (isSelector(target)) return elements[0] ?? null
    const named = elements.filter((element) => element.getAttribute('aria-label') === target)
    const written = elements.filter((element) => element.textContent?.trim() === target)
    // The innermost of those that say nothing else.
    return (
      written.find((element) => !written.some((other) => other !== element && element.contains(other))) ??
      named[0] ??
      null
    )
  }

  function get(target: string): HTMLElement {
    const element = find(target)
    if (element === null) throw new Error(`There is no ${target} on the screen, which reads:\n${text()}`)
    return element
  }

  function point(element: HTMLElement, type: string): void {
    // Not every DOM has pointer events of its own; what the phone reads of them, mouse events have, too.
    element.dispatchEvent(new view.MouseEvent(type, { bubbles: true, cancelable: true }))
  }

  function text(): string {
    const lines: string[] = []
    let line = ''
    const flush = (): void => {
      if (line.trim() !== '') lines.push(line.trim())
      line = ''
    }
    const visit = (node: Node): void => {
      if (node.nodeType === view.Node.TEXT_NODE) line += node.textContent ?? ''
      if (!(node instanceof view.HTMLElement) || node.hidden) return
      if (node.tagName === 'STYLE') return
      const isInline = inlineNames.has(node.tagName)
      if (!isInline) flush()
      if (node instanceof view.HTMLInputElement) line += node.value
      node.childNodes.forEach(visit)
      if (!isInline) flush()
    }
    visit(root)
    flush()
    return lines.join('\n')
  }

  return {
    find,
    text,
    tap(target) {
      const element = get(target)
      point(element, 'pointerdown')
      point(element, 'pointerup')
      element.click()
    },
    input(target, value) {
      const element = get(target)
      const field = element as HTMLInputElement
      element.focus()
      field.value = value
      element.dispatchEvent(new view.Event('input', { bubbles: true }))
      element.dispatchEvent(new view.Event('change', { bubbles: true }))
      element.blur()
    },
  }
}

const inlineNames = new Set(['WX-TEXT', 'SPAN', 'SMALL', 'B', 'I', 'IMG'])
