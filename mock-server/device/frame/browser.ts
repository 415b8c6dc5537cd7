import type { PackedApp } from '../packed-app'
import { createPhone, type Phone } from '../runtime/phone'
import type { PhoneStorage, World } from '../runtime/types'
import type { PhonePageOptions } from './page'

/** The script of a phone's page: draws the phone and leaves `window.__phone` for tests and for the curious. */

declare global {
  interface Window {
    __phone?: Phone
  }
}

const settings = JSON.parse(document.getElementById('phone-settings')?.textContent ?? '{}') as PhonePageOptions

/** Pages call only their own origin: behind it a server adds what the phone's client would send. */
function toWorldUrl(url: string, referer?: string): string {
  const { protocol, host, pathname, search } = new URL(url)
  const shown = referer === undefined ? '' : `${search === '' ? '?' : '&'}__referer=${encodeURIComponent(referer)}`
  return `/world/${settings.platform}/${protocol.slice(0, -1)}/${host}${pathname}${search}${shown}`
}

const world: World = async ({ url, method, headers, body, signal }) => {
  const answer = await fetch(toWorldUrl(url), { method, headers, ...(body !== undefined && { body }), signal })
  const text = await answer.text()
  // The browser door's own code for a host that did not answer.
  if (answer.status === 502 && text.includes('"UNREACHABLE"')) throw new Error(text)
  return { status: answer.status, headers: Object.fromEntries(answer.headers), body: text }
}

const prefix = 'phone:'

const storage: PhoneStorage = {
  getItem: (key) => localStorage.getItem(prefix + key),
  setItem: (key, value) => localStorage.setItem(prefix + key, value),
  removeItem: (key) => localStorage.removeItem(prefix + key),
  keys: () =>
    Array.from({ length: localStorage.length }, (_item, index) => localStorage.key(index) ?? '')
      .filter((key) => key.startsWith(prefix))
      .map((key) => key.slice(prefix.length)),
}

const consoleLevels = { log: 'log', info: 'info', warn: 'warn', error: 'error', host: 'debug' } as const

async function start(): Promise<void> {
  const mount = document.getElementById('phone-mount')
  if (mount === null) throw new Error('The page has no place for a phone.')
  const answer = await fetch(`/phone/packed/${settings.platform}.json`)
  if (!answer.ok) {
    mount.textContent = await answer.text()
    return
  }
  const phone = createPhone({
    packed: (await answer.json()) as PackedApp,
    mount,
    user: settings.user,
    appid: settings.appid,
    world,
    storage,
    frameUrl: toWorldUrl,
    onClipboard: (text) => {
      navigator.clipboard?.writeText(text).catch((error: unknown) => console.debug('clipboard', error))
    },
    options: settings,
    onLog: ({ level, text }) => console[consoleLevels[level]](text),
  })
  const tick = (): void =>
    phone.setClock(new Date().toLocaleTimeString('zh-CN', { hour: '2-digit', minute: '2-digit', hour12: false }))
  tick()
  setInterval(tick, 5000)
  window.__phone = phone
}

start().catch((error: unknown) => {
  document.body.append(error instanceof Error ? (error.stack ?? error.message) : String(error))
})
