import * as glassEasel from 'glass-easel'
import type { Scope } from '../scope'
import { createDomElement, type ElementHost } from './elements'

type WithNode = { __wxElement?: glassEasel.Element }

/** Events that the phone recognises itself, from pointer and keyboard (`gestures.ts`). */
const recognised = new Set(['tap', 'longpress', 'longtap', 'touchstart', 'touchmove', 'touchend', 'touchcancel'])

/** Events that bubble from the DOM as they are. */
const passedOn = new Set(['animationstart', 'animationiteration', 'animationend', 'transitionend'])

const focusable = new Set(['BUTTON', 'INPUT', 'TEXTAREA', 'SELECT'])

/** Draws components into the DOM of a phone, and dispatches its events to them. */
export class PhoneBackend extends glassEasel.CurrentWindowBackendContext {
  /** Elements with a listener for long presses: there a long press is not a tap as well. */
  readonly #longPressed = new WeakSet<EventTarget>()
  readonly #scope: Scope

  constructor(host: Omit<ElementHost, 'emit'>, scope: Scope) {
    super()
    this.#scope = scope
    const withEmit: ElementHost = {
      ...host,
      emit: (element, type, detail) => this.dispatch(element, type, detail, { bubbles: false }),
    }
    this.document = {
      createElement: (tag: string) => createDomElement(tag, withEmit),
      createTextNode: (text: string) => host.document.createTextNode(text),
      createDocumentFragment: () => host.document.createDocumentFragment(),
    } as unknown as typeof this.document
  }

  /** Raises an event on the component that drew an element, or on the next one up. */
  dispatch(
    element: Node | null,
    type: string,
    detail: unknown,
    options: { bubbles?: boolean; originalEvent?: Event; extraFields?: Record<string, unknown> } = {},
  ): void {
    let node = element
    while (node && !(node as WithNode).__wxElement) node = node.parentNode
    const target = (node as WithNode | null)?.__wxElement
    if (!target) return
    const bubbles = options.bubbles ?? true
    const event = new glassEasel.Event(type, detail, { ...options, bubbles, composed: bubbles, capturePhase: bubbles })
    this.#scope.run(`event ${type}`, () => glassEasel.Event.dispatchEvent(target, event))
  }

  /** Whether a long press on this element is taken, so that no tap follows. */
  takesLongPress(element: Node | null): boolean {
    for (let node = element; node; node = node.parentNode) if (this.#longPressed.has(node)) return true
    return false
  }

  override onEvent(): void {
    // `dispatch` is the only way in: nothing of the browser's events is taken as it is.
  }

  override setListenerStats(element: unknown, type: string, _capture: boolean, mutLevel: number): void {
    if (!(element instanceof HTMLElement)) return
    if (type === 'tap' && !focusable.has(element.tagName)) element.tabIndex = 0
    if (type === 'longpress') this.#longPressed.add(element)
    if (type === 'touchmove' && mutLevel === catchLevel) element.style.touchAction = 'none'
    if (recognised.has(type) || !passedOn.has(type)) return
    element.addEventListener(type, (event) => this.dispatch(element, type, {}, { originalEvent: event }))
  }

  override render(callback: (error: Error | null) => void): void {
    this.#scope.setTimeout(() => callback(null))
  }

  override appendStyleSheetPath(): number {
    return 0
  }
}

/** glass-easel's number for `catch…`. */
const catchLevel = 2
