import type { FastifyReply } from 'fastify'

const heartbeatMs = 15_000

/**
 * Answers with server-sent events until the listener goes away or the server closes its sockets.
 * `subscribe` answers how to stop listening.
 */
export function streamEvents<T>(reply: FastifyReply, subscribe: (send: (event: T) => void) => () => void): void {
  reply.hijack()
  reply.raw.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' })
  // Something must come at once, or a proxy in between keeps the head back.
  reply.raw.write(': open\n\n')
  const unsubscribe = subscribe((event) => reply.raw.write(`data: ${JSON.stringify(event)}\n\n`))
  const heartbeat = setInterval(() => reply.raw.write(': still here\n\n'), heartbeatMs)
  heartbeat.unref()
  reply.raw.on('close', () => {
    clearInterval(heartbeat)
    unsubscribe()
  })
}
