import { toDomName, toPhoneUnits } from '../../units'

/** What an element of a page needs from its phone. */
export interface ElementHost {
  readonly document: Document
  /** Sends an event of the component itself (`change`, `load`): it does not bubble, as on a phone. */
  emit(element: HTMLElement, type: string, detail: unknown): void
  /** A `web-view` got an address. */
  openWebView(element: HTMLElement, src: string): void
  /** A `navigator` was tapped. */
  navigate(openType: string, url: string, delta: number): void
  /** Turns a path of the app, or an address, into what an `img` can load. */
  resolveImage(src: string): string
}

type Setter = (element: HTMLElement, value: string | null, host: ElementHost) => void

const isOn = (value: string | null): boolean => value !== null && value !== 'false'

/** Attributes that mean something other than what the DOM makes of them, by tag and then for all tags. */
const setters: Readonly<Record<string, Readonly<Record<string, Setter>>>> = {
  image: {
    src: (element, value, host) => {
      if (value === null || value === '') element.removeAttribute('src')
      else element.setAttribute('src', host.resolveImage(value))
    },
    mode: (element, value) => element.setAttribute('data-mode', value ?? 'scaleToFill'),
  },
  input: { value: setValue, type: setInputType, password: setPassword, focus: setFocus, maxlength: setMaxLength },
  textarea: { value: setValue, focus: setFocus, maxlength: setMaxLength },
  switch: { checked: setChecked, color: (element, value) => element.style.setProperty('--switch', value ?? '') },
  checkbox: { checked: setChecked },
  radio: { checked: setChecked },
  'scroll-view': {
    'scroll-x': (element, value) => element.toggleAttribute('data-scroll-x', isOn(value)),
    'scroll-y': (element, value) => element.toggleAttribute('data-scroll-y', isOn(value)),
    'scroll-top': (element, value) => void (element.scrollTop = Number(value ?? 0)),
    'scroll-left': (element, value) => void (element.scrollLeft = Number(value ?? 0)),
  },
  'web-view': {
    src: (element, value, host) => {
      if (value !== null && value !== '') host.openWebView(element, value)
    },
  },
}

const common: Readonly<Record<string, Setter>> = {
  disabled: (element, value) => element.toggleAttribute('disabled', isOn(value)),
  'aria-role': (element, value) => setOrRemove(element, 'role', value),
  style: (element, value) => setOrRemove(element, 'style', value === null ? null : toPhoneUnits(value)),
  // Each component's ids carry a prefix; the document of a phone shows those that the author wrote.
  id: (element, value) => setOrRemove(element, 'id', value?.replace(/^[0-9a-f]{8}--/, '') ?? null),
}

/** Creates the DOM element for a mini-program tag and wires the events that its component has of its own. */
export function createDomElement(tag: string, host: ElementHost): HTMLElement {
  const element = host.document.createElement(toDomName(tag))
  const own = setters[tag] ?? {}
  const setRaw = element.setAttribute.bind(element)
  const removeRaw = element.removeAttribute.bind(element)
  const busy = new Set<string>()
  const set = (name: string, value: string | null): void => {
    const setter = busy.has(name) ? undefined : (own[name] ?? common[name])
    if (setter === undefined) return value === null ? removeRaw(name) : setRaw(name, value)
    busy.add(name)
    setter(element, value, host)
    busy.delete(name)
  }
  element.setAttribute = (name, value) => set(name, toAttribute(value))
  element.removeAttribute = (name) => set(name, null)
  Object.defineProperty(element, 'id', {
    get: () => element.getAttribute('id') ?? '',
    set: (value: string) => set('id', value),
  })
  wire[tag]?.(element, host)
  return element
}

function toAttribute(value: unknown): string | null {
  if (value === null || value === undefined) return null
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function setOrRemove(element: HTMLElement, name: string, value: string | null): void {
  if (value === null) element.removeAttribute(name)
  else element.setAttribute(name, value)
}

function setValue(element: HTMLElement, value: string | null): void {
  const field = element as HTMLInputElement
  if (field.value !== (value ?? '')) field.value = value ?? ''
}

function setChecked(element: HTMLElement, value: string | null): void {
  ;(element as HTMLInputElement).checked = isOn(value)
}

const inputModes: Readonly<Record<string, string>> = { number: 'numeric', digit: 'decimal', idcard: 'text' }

function setInputType(element: HTMLElement, value: string | null): void {
  element.setAttribute('type', 'text')
  element.setAttribute('inputmode', inputModes[value ?? ''] ?? 'text')
}

function setPassword(element: HTMLElement, value: string | null): void {
  if (isOn(value)) element.setAttribute('type', 'password')
}

function setFocus(element: HTMLElement, value: string | null): void {
  if (isOn(value)) queueMicrotask(() => element.focus())
}

function setMaxLength(element: HTMLElement, value: string | null): void {
  const length = Number(value)
  if (value !== null && length >= 0) element.setAttribute('maxlength', value)
  else element.removeAttribute('maxlength')
}

/** Events that components raise themselves, with the details that mini programs expect. */
const wire: Readonly<Record<string, (element: HTMLElement, host: ElementHost) => void>> = {
  input: wireField,
  textarea: wireField,
  switch: (element, host) => {
    element.setAttribute('type', 'checkbox')
    element.setAttribute('role', 'switch')
    element.addEventListener('change', () =>
      host.emit(element, 'change', { value: (element as HTMLInputElement).checked }),
    )
  },
  checkbox: (element, host) => {
    element.setAttribute('type', 'checkbox')
    element.addEventListener('change', () => emitGroup(element, 'wx-checkbox-group', host))
  },
  radio: (element, host) => {
    element.setAttribute('type', 'radio')
    element.addEventListener('change', () => emitGroup(element, 'wx-radio-group', host))
  },
  image: (element, host) => {
    const image = element as HTMLImageElement
    image.alt = ''
    image.addEventListener('load', () =>
      host.emit(image, 'load', { width: image.naturalWidth, height: image.naturalHeight }),
    )
    image.addEventListener('error', () => host.emit(image, 'error', { errMsg: `GET ${image.src} failed` }))
  },
  button: wireButton,
  form: (element, host) => element.addEventListener('submit', (event) => submit(event, element, host)),
  navigator: (element, host) =>
    element.addEventListener('click', () =>
      host.navigate(
        element.getAttribute('open-type') ?? 'navigate',
        element.getAttribute('url') ?? '',
        Number(element.getAttribute('delta') ?? 1),
      ),
    ),
  'scroll-view': wireScroll,
}

function wireButton(element: HTMLElement, host: ElementHost): void {
  element.setAttribute('type', 'button')
  element.addEventListener('click', () => {
    if (element.getAttribute('open-type') !== 'agreePrivacyAuthorization') return
    // The host remembers which of its buttons a person has tapped.
    const stage = element.closest<HTMLElement>('.ph-stage')
    if (stage !== null) stage.dataset['agreedBy'] = element.id
    host.emit(element, 'agreeprivacyauthorization', {})
  })
}

function wireField(element: HTMLElement, host: ElementHost): void {
  const field = element as HTMLInputElement
  const detail = (): { value: string; cursor: number } => ({
    value: field.value,
    cursor: field.selectionStart ?? field.value.length,
  })
  field.addEventListener('input', () => host.emit(field, 'input', detail()))
  field.addEventListener('focus', () => host.emit(field, 'focus', { ...detail(), height: 0 }))
  field.addEventListener('blur', () => host.emit(field, 'blur', detail()))
  field.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') host.emit(field, 'confirm', { value: field.value })
  })
}

function emitGroup(element: HTMLElement, groupName: string, host: ElementHost): void {
  const group = element.closest<HTMLElement>(groupName)
  if (!group) return
  const chosen = [...group.querySelectorAll<HTMLInputElement>('input')].filter((box) =>
    groupName === 'wx-radio-group' ? box === element : box.checked,
  )
  if (groupName === 'wx-radio-group') {
    for (const box of group.querySelectorAll<HTMLInputElement>('input')) box.checked = box === element
  }
  const values = chosen.map((box) => box.getAttribute('value') ?? '')
  host.emit(group, 'change', { value: groupName === 'wx-radio-group' ? values[0] : values })
}

function submit(event: Event, element: HTMLElement, host: ElementHost): void {
  event.preventDefault()
  const fields = [...element.querySelectorAll<HTMLInputElement>('[name]')]
  const value = Object.fromEntries(
    fields.map((field) => [
      field.getAttribute('name') ?? '',
      field.getAttribute('role') === 'switch' ? field.checked : field.value,
    ]),
  )
  host.emit(element, 'submit', { value })
}

function wireScroll(element: HTMLElement, host: ElementHost): void {
  let wasAtEnd = false
  element.addEventListener('scroll', () => {
    const { scrollTop, scrollLeft, scrollHeight, scrollWidth, clientHeight } = element
    host.emit(element, 'scroll', { scrollTop, scrollLeft, scrollHeight, scrollWidth })
    const threshold = Number(element.getAttribute('lower-threshold') ?? 50)
    const isAtEnd = scrollTop + clientHeight >= scrollHeight - threshold
    if (isAtEnd && !wasAtEnd) host.emit(element, 'scrolltolower', { direction: 'bottom' })
    wasAtEnd = isAtEnd
  })
}
