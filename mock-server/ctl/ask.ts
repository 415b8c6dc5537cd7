import { request, type IncomingMessage } from 'node:http'

export interface Question {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly signal?: AbortSignal
}

/**
 * Sends a request to a server of this machine. Not by `fetch`: to load that and to end after it takes longer than all the rest of
 * a call.
 * @throws the connection's error
 */
export function ask(
  url: string,
  { method = 'GET', headers = {}, body, signal }: Question = {},
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false, ...(signal && { signal }) }, resolve)
    sent.on('error', reject)
    sent.end(body)
  })
}

/** The whole body of an answer. */
export async function readText(answer: IncomingMessage): Promise<string> {
  answer.setEncoding('utf8')
  let text = ''
  for await (const chunk of answer) text += String(chunk)
  return text
}
