import type { IncomingMessage } from 'node:http'
import { ask, readText, type Question } from './ask'
import { CtlError } from './find-env'

export type Json = Readonly<Record<string, unknown>>

/** The control API and the operator API, as `sdk.env` names them. */
export interface Servers {
  control(method: 'GET' | 'POST' | 'PUT', path: string, body?: Json): Promise<Json>
  qqControl(path: string): Promise<Json>
  operator(path: string): Promise<Json>
  /** A decision of the person who runs the shop. */
  operate(path: string, body?: Json): Promise<Json>
  /** Calls `onEvent` for each event of both simulators until `signal` ends it. */
  tail(onEvent: (event: Json) => void, signal: AbortSignal): Promise<void>
}

export function createServers(env: ReadonlyMap<string, string>): Servers {
  const control = env.get('CONTROL') ?? ''
  const qqControl = env.get('QQ_CONTROL') ?? ''
  const operator = env.get('OPERATOR') ?? ''
  const headers = { authorization: `Bearer ${env.get('OPERATOR_TOKEN') ?? ''}` }
  return {
    control: (method, path, body) =>
      call(`${control}/control${path}`, {
        method,
        ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      }),
    qqControl: (path) => call(`${qqControl}/control${path}`, {}),
    operator: (path) => call(`${operator}/operator${path}`, { headers }),
    operate: (path, body = {}) =>
      call(`${operator}/operator${path}`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    async tail(onEvent, signal) {
      await Promise.all([control, qqControl].map((origin) => listen(`${origin}/control/events`, onEvent, signal)))
    },
  }
}

async function listen(url: string, onEvent: (event: Json) => void, signal: AbortSignal): Promise<void> {
  const answer = await reach(url, { signal })
  answer.setEncoding('utf8')
  let rest = ''
  for await (const chunk of answer) {
    const lines = (rest + String(chunk)).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line.startsWith('data: ')) onEvent(JSON.parse(line.slice(6)) as Json)
  }
}

async function call(url: string, question: Question): Promise<Json> {
  const text = await readText(await reach(url, question))
  return text === '' ? {} : (JSON.parse(text) as Json)
}

/** @throws CtlError with the server's own message, or because nothing answers */
async function reach(url: string, question: Question): Promise<IncomingMessage> {
  let answer: IncomingMessage
  try {
    answer = await ask(url, question)
  } catch (error) {
    if (question.signal?.aborted) throw error
    throw new CtlError(`Nobody answers at ${new URL(url).origin}. Start the servers: npm start, or npm run mock.`)
  }
  const { statusCode = 0 } = answer
  if (statusCode >= 200 && statusCode < 300) return answer
  throw new CtlError(messageOf(await readText(answer)) ?? `${url} answered ${statusCode}.`)
}

function messageOf(text: string): string | undefined {
  try {
    const { message } = JSON.parse(text) as { message?: unknown }
    return typeof message === 'string' ? message : undefined
  } catch {
    // Not JSON, so there is no message to show.
    return undefined
  }
}
