/** What the bench and the console share: calls, elements, words, appearance. */

export const byId = (id) => document.getElementById(id)

/** Calls an API through the page's own origin. Throws with the API's own sentence where it has one. */
export async function call(path, options = {}) {
  const answer = await fetch(path, { ...options, headers: options.body ? { 'content-type': 'application/json' } : {} })
  const text = await answer.text()
  if (!answer.ok)
    throw Object.assign(new Error(sentenceOf(text) ?? `${path}: ${answer.status}`), { status: answer.status })
  return text === '' ? null : JSON.parse(text)
}

function sentenceOf(text) {
  try {
    return JSON.parse(text).message
  } catch {
    return undefined
  }
}

export const post = (path, body = {}) => call(path, { method: 'POST', body: JSON.stringify(body) })
export const put = (path, body) => call(path, { method: 'PUT', body: JSON.stringify(body) })

export function element(name, attributes = {}, ...children) {
  const node = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) node.setAttribute(key, value === true ? '' : value)
  }
  node.append(...children.filter((child) => child !== null && child !== undefined))
  return node
}

/**
 * Makes `children` what `parent` holds. Those that are there already stay: an event that redraws the page must not take a button
 * away between its press and its release. Compared by content, so a listener may depend on nothing else.
 */
export function show(parent, ...children) {
  const former = [...parent.children]
  const wanted = children.map((child) => {
    const at = former.findIndex((node) => node.isEqualNode(child))
    return at < 0 ? child : former.splice(at, 1)[0]
  })
  for (const node of former) node.remove()
  let next = parent.firstElementChild
  for (const node of wanted) {
    if (node === next) next = next.nextElementSibling
    else parent.insertBefore(node, next)
  }
}

export const yuan = (fen) => `¥${(fen / 100).toFixed(2)}`

export const clockText = (instant) =>
  new Date(instant).toLocaleTimeString('en-GB', { timeZone: 'Asia/Shanghai', hour12: false })

export const dateText = (instant) => new Date(instant).toLocaleDateString('sv-SE', { timeZone: 'Asia/Shanghai' })

/** A square with a tick, a cross or a dot. */
export function mark(ok, label) {
  const kind = ok === undefined ? '' : ok ? 'ok' : 'bad'
  const sign = ok === undefined ? '•' : ok ? '✓' : '✕'
  const named = label === undefined ? { 'aria-hidden': 'true' } : { role: 'img', 'aria-label': label, title: label }
  return element('span', { class: `mark ${kind}`, ...named }, sign)
}

/** Language, theme and whatever else the person chose on a page, kept by the browser. */
export function createView(name, defaults, words, onApply) {
  const dark = matchMedia('(prefers-color-scheme: dark)').matches
  const saved = JSON.parse(localStorage.getItem(name) ?? '{}')
  const view = { language: 'zh', theme: dark ? 'dark' : 'light', ...defaults, ...saved }
  const copy = (key) => words[view.language][key]

  function apply() {
    localStorage.setItem(name, JSON.stringify(view))
    document.documentElement.lang = view.language === 'zh' ? 'zh-CN' : 'en'
    document.documentElement.dataset.theme = view.theme
    document.title = copy('title')
    for (const node of document.querySelectorAll('[data-copy]')) node.textContent = copy(node.dataset.copy)
    for (const node of document.querySelectorAll('[data-label]')) {
      node.setAttribute('aria-label', copy(node.dataset.label))
      if (node.tagName === 'BUTTON') node.title = copy(node.dataset.label)
      if (node.tagName === 'INPUT') node.placeholder = copy(node.dataset.label)
    }
    for (const group of document.querySelectorAll('[data-choice]')) {
      const value = view[group.dataset.choice]
      for (const button of group.children) button.setAttribute('aria-pressed', String(button.dataset.value === value))
    }
    onApply()
  }

  /** A row of buttons that sets one of the choices. */
  function choose(key, also = () => {}) {
    document.querySelector(`[data-choice="${key}"]`).addEventListener('click', (event) => {
      const value = event.target.closest('button')?.dataset.value
      if (value === undefined || value === view[key]) return
      view[key] = value
      apply()
      also()
    })
  }

  return { view, copy, apply, choose }
}

/** Calls `read` now and after each event; calls during a read cause one more afterwards. */
export function createReader(read) {
  let reading = null
  let again = false
  return function refresh() {
    if (reading) {
      again = true
      return reading
    }
    reading = read().finally(() => {
      reading = null
      if (again) {
        again = false
        void refresh()
      }
    })
    return reading
  }
}

/** Keeps what a person changes from being overwritten by answers that are older than the change. */
export function createWishes() {
  let count = 0
  let pending = 0
  return {
    isPending: () => pending > 0,
    /** Call it when a read begins: the function that it returns says whether its answer is newer than every wish. */
    beginRead() {
      const before = count
      const isFree = pending === 0
      return () => isFree && before === count
    },
    /** Makes the change, and takes its answer unless the person has wished for something else since. */
    async send(change, take = () => {}) {
      const mine = (count += 1)
      pending += 1
      try {
        const answer = await change()
        if (mine === count) take(answer)
      } finally {
        pending -= 1
      }
    },
  }
}

/** Hears server-sent events; the browser connects again by itself. */
export function listen(address, onEvent, onState) {
  const source = new EventSource(address)
  source.onmessage = ({ data }) => onEvent(JSON.parse(data))
  source.onopen = () => onState(true)
  source.onerror = () => onState(false)
}

/** The waits of a notification, in words. */
export const ladder = [
  ...['0s', '15s', '15s', '30s', '3m', '10m', '20m', '30m', '30m', '30m', '60m', '3h', '3h', '3h', '6h', '6h'],
]

/** The retry plan as a row of cells, coloured by what became of each attempt. */
export function ladderCells(attempts, label) {
  return ladder.map((wait, index) => {
    const attempt = attempts[index]
    const kind = attempt === undefined ? '' : attempt.outcome === 'acknowledged' ? 'ok' : 'bad'
    return element('li', { class: kind, 'aria-label': label(index + 1) }, wait)
  })
}
