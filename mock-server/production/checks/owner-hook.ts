import { fine } from '../finding'
import { isLinkLocal, isThisMachine } from './blocks'
import type { Examined, Topic } from './check'

const name = 'OWNER_HOOK_URL'

const urlOf = ({ settings: { ownerHook } }: Examined): URL | null =>
  ownerHook === null ? null : new URL(ownerHook.url)

/** Whether the shop would post to its own servers: by its public name, or by a port of this machine. */
function isOurselves(url: URL, { settings }: Examined): boolean {
  if (url.hostname === new URL(settings.publicBase).hostname && url.port === new URL(settings.publicBase).port)
    return true
  const port = Number(url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : url.port)
  return isThisMachine(url.hostname) && (port === settings.port || port === settings.operatorPort)
}

export const ownerHook: Topic = {
  mistakes: [
    {
      about: name,
      level: 'grave',
      find: (examined) =>
        urlOf(examined)?.protocol === 'http:' ? 'it would tell names and addresses over http' : null,
      mend: 'take https',
    },
    {
      about: name,
      level: 'grave',
      find(examined) {
        const host = urlOf(examined)?.hostname
        return host !== undefined && isLinkLocal(host)
          ? `${host} is link-local: machines of a cloud find their own secrets there, not your server`
          : null
      },
      mend: 'take the name of your server',
    },
    {
      about: name,
      level: 'grave',
      find(examined) {
        const url = urlOf(examined)
        return url !== null && isOurselves(url, examined) ? `${url.host} is the shop itself` : null
      },
      mend: 'take the address of your own server, which knows what to do with a payment',
    },
  ],
  good(examined) {
    const url = urlOf(examined)
    return fine(name, url === null ? 'nobody is told of payments' : `${url.host} is told of payments and refunds`)
  },
}
