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
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  for (;;) {
    const { value, done } = await reader.read()
    if (done) return
    const lines = (rest + value).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line.startsWith('data: ')) onEvent(JSON.parse(line.slice(6)) as Json)
  }
}

async function call(url: string, init: RequestInit): Promise<Json> {
  const answer = await reach(url, init)
  const text = await answer.text()
  return text === '' ? {} : (JSON.parse(text) as Json)
}

/** @throws CtlError with the server's own message, or because nothing answers */
async function reach(url: string, init: RequestInit): Promise<Response> {
  let answer: Response
  try {
    answer = await fetch(url, init)
  } catch (error) {
    if (init.signal?.aborted) throw error
    throw new CtlError(`Nobody answers at ${new URL(url).origin}. Start the servers: npm start, or npm run mock.`)
  }
  if (answer.ok) return answer
  const text = await answer.text()
  throw new CtlError(messageOf(text) ?? `${url} answered ${answer.status}.`)
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
