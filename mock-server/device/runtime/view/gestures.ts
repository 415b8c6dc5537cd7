import type { PhoneBackend } from './context'

const longPressMs = 350
/** How far a finger may wander, in pixels, and still mean the spot. */
const tapRadius = 10

export interface GestureOptions {
  readonly surface: HTMLElement
  /** The backend of the app that is shown, or null while there is none. */
  readonly backend: () => PhoneBackend | null
}

interface Press {
  readonly target: Element
  readonly x: number
  readonly y: number
  readonly stopWaiting: () => void
  wasLong: boolean
}

/**
 * Recognises taps, touches and long presses on the pages, and shows which element is pressed (`hover-class`).
 * A tap is the browser's click, so mouse, finger, keyboard and test drivers all work alike.
 */
export function recogniseGestures({ surface, backend }: GestureOptions): void {
  let press: Press | null = null
  let swallowClick = false

  const send = (type: string, event: PointerEvent, target: Element): void => {
    const touch = toTouch(event, surface)
    const touches = type === 'touchend' || type === 'touchcancel' ? [] : [touch]
    const detail = { x: touch.pageX, y: touch.pageY }
    backend()?.dispatch(target, type, detail, {
      originalEvent: event,
      extraFields: { touches, changedTouches: [touch] },
    })
  }

  surface.addEventListener('pointerdown', (event) => {
    if (!(event.target instanceof Element)) return
    const { target } = event
    swallowClick = false
    showPressed(target)
    send('touchstart', event, target)
    const timer = setTimeout(() => {
      if (press === null) return
      press.wasLong = true
      send('longpress', event, target)
      send('longtap', event, target)
    }, longPressMs)
    press = { target, x: event.clientX, y: event.clientY, wasLong: false, stopWaiting: () => clearTimeout(timer) }
  })
  surface.addEventListener('pointermove', (event) => {
    if (press === null) return
    send('touchmove', event, press.target)
    if (Math.hypot(event.clientX - press.x, event.clientY - press.y) > tapRadius) press.stopWaiting()
  })
  const end = (type: 'touchend' | 'touchcancel') => (event: PointerEvent) => {
    if (press === null) return
    const { target, wasLong, stopWaiting } = press
    press = null
    stopWaiting()
    send(type, event, target)
    swallowClick = wasLong && backend()?.takesLongPress(target) === true
  }
  surface.addEventListener('pointerup', end('touchend'))
  surface.addEventListener('pointercancel', end('touchcancel'))

  surface.addEventListener('click', (event) => {
    if (!(event.target instanceof Element)) return
    if (swallowClick) {
      swallowClick = false
      return
    }
    const touch = toTouch(event, surface)
    backend()?.dispatch(
      event.target,
      'tap',
      { x: touch.pageX, y: touch.pageY },
      {
        originalEvent: event,
        extraFields: { touches: [touch], changedTouches: [touch] },
      },
    )
  })
  surface.addEventListener('keydown', (event) => {
    const { target } = event
    if ((event.key !== 'Enter' && event.key !== ' ') || !(target instanceof HTMLElement)) return
    if (target.tabIndex < 0 || ['BUTTON', 'INPUT', 'TEXTAREA', 'A'].includes(target.tagName)) return
    event.preventDefault()
    target.click()
  })
}

interface Touch {
  readonly identifier: number
  readonly pageX: number
  readonly pageY: number
  readonly clientX: number
  readonly clientY: number
}

/** Where a pointer is, seen from the page. */
function toTouch(event: MouseEvent, surface: HTMLElement): Touch {
  const { left, top } = surface.getBoundingClientRect()
  const x = event.clientX - left
  const y = event.clientY - top
  return { identifier: 0, pageX: x, pageY: y + surface.scrollTop, clientX: x, clientY: y }
}

/** Gives the innermost element with a `hover-class` that class for as long as it is pressed. */
function showPressed(target: Element): void {
  const element = target.closest('[hover-class]:not([hover-class="none"])')
  const names = element?.getAttribute('hover-class')?.split(/\s+/).filter(Boolean) ?? []
  if (element === null || names.length === 0) return
  const stayMs = Number(element.getAttribute('hover-stay-time') ?? 400)
  element.classList.add(...names)
  const view = element.ownerDocument
  const release = (): void => {
    view.removeEventListener('pointerup', release)
    view.removeEventListener('pointercancel', release)
    setTimeout(() => element.classList.remove(...names), stayMs)
  }
  view.addEventListener('pointerup', release)
  view.addEventListener('pointercancel', release)
}
