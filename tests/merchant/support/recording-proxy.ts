import { createServer, request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** Stands before a server, sees what comes, and lets it through as it is; while it is shut it answers 503. */
export async function openRecordingProxy(target: string) {
  const seen: Seen[] = []
  let isShut = false
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method = 'GET', url = '/', headers } = request
      const body = Buffer.concat(chunks)
      seen.push({ method, url, headers, body })
      if (isShut) return void response.writeHead(503).end()
      const onward = httpRequest(target + url, { method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(response)
      })
      onward.on('error', (error) => response.destroy(error))
      onward.end(body)
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    count: (start: string) => seen.filter(({ url }) => url.startsWith(start)).length,
    shut: (on: boolean) => void (isShut = on),
    async close() {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}
