import type { FastifyInstance, FastifyReply } from 'fastify'

const loopbackNames = new Set(['127.0.0.1', 'localhost', '[::1]'])

/** Whether a peer address is this machine. */
export function isLoopbackAddress(address: string | undefined): boolean {
  return address === '127.0.0.1' || address === '::1' || address === '::ffff:127.0.0.1'
}

/**
 * Keeps an API to this machine: refuses other peers, a Host that is not loopback (DNS rebinding) and an Origin that is
 * not this very server (another page in the same browser). `refuse` writes the 403 in the server's own shape.
 * @param isOpenTo paths that take any Origin; a page in a browser still can't read their answer. Default: none
 */
export function guardLoopback(
  server: FastifyInstance,
  refuse: (reply: FastifyReply, message: string) => unknown,
  isOpenTo: (path: string) => boolean = () => false,
): void {
  server.addHook('onRequest', async (request, reply) => {
    if (!isLoopbackAddress(request.socket.remoteAddress)) {
      return refuse(reply, 'This address answers the same machine only.')
    }
    const host = request.headers.host ?? ''
    if (!loopbackNames.has(host.replace(/:\d+$/, ''))) {
      return refuse(reply, `Host ${host === '' ? '(none)' : host} is not this machine: use 127.0.0.1 or localhost.`)
    }
    const { origin } = request.headers
    if (origin !== undefined && origin !== `http://${host}` && !isOpenTo(request.url)) {
      return refuse(reply, `A page of ${origin} may not call this address.`)
    }
    return undefined
  })
}
