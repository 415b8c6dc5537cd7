import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ReceivedNotice {
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** Decides what a notification gets; the default is 204. */
export type AnswerNotice = (response: ServerResponse, notice: ReceivedNotice) => void

export interface NoticeReceiver {
  readonly url: string
  readonly received: ReceivedNotice[]
  /** From now on. */
  answerWith(answer: AnswerNotice): void
  close(): Promise<void>
}

/** A merchant's notification address that writes down what comes and answers as it is told. */
export async function createNoticeReceiver(): Promise<NoticeReceiver> {
  const received: ReceivedNotice[] = []
  let answerNotice: AnswerNotice = (response) => response.writeHead(204).end()
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const notice = { url: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) }
      received.push(notice)
      answerNotice(response, notice)
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answerWith: (answer) => void (answerNotice = answer),
    close: () =>
      new Promise((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  }
}
