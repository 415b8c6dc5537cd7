import type { Delivery } from '../domain/notice'
import type { Api } from '../domain/trade'
import { acknowledges } from './notice-body'

/** A receiver that takes longer has not acknowledged. */
export const answerLimitMs = 5000

const answerBytesMax = 4096

/** What became of one request to a receiver. */
export type Sent = Pick<Delivery, 'outcome' | 'status' | 'answer_body' | 'latency_ms'>

export interface NoticeRequest {
  /** Throws where the address can't be resolved: then the receiver is unreachable. */
  readonly toUrl: () => string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Decides what counts as an acknowledgement. */
  readonly api: Api
  readonly stopping: AbortSignal
}

/** Posts a notification. A redirect is not followed: it acknowledges nothing. */
export async function sendNotice({ toUrl, headers, body, api, stopping }: NoticeRequest): Promise<Sent> {
  const started = performance.now()
  const latency = (): number => Math.round(performance.now() - started)
  try {
    const answer = await fetch(toUrl(), {
      method: 'POST',
      headers,
      body,
      redirect: 'manual',
      signal: AbortSignal.any([stopping, AbortSignal.timeout(answerLimitMs)]),
    })
    const answer_body = await readStart(answer)
    const isAcknowledged = acknowledges(api, answer.status, answer_body)
    return {
      outcome: isAcknowledged ? 'acknowledged' : 'refused',
      status: answer.status,
      answer_body,
      latency_ms: latency(),
    }
  } catch (error) {
    const { name, message, cause } = error as { name?: unknown; message?: unknown; cause?: { message?: unknown } }
    const isTimeout = name === 'TimeoutError'
    const reason = isTimeout ? `no answer within ${answerLimitMs} ms` : String(cause?.message ?? message ?? error)
    return { outcome: isTimeout ? 'timeout' : 'unreachable', status: null, answer_body: reason, latency_ms: latency() }
  }
}

/** Reads the first bytes of an answer, for the list of deliveries; an endless answer is cut off. */
async function readStart(answer: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  const reader = answer.body?.getReader()
  for (let size = 0; reader && size < answerBytesMax;) {
    const { value, done } = await reader.read()
    if (done) break
    chunks.push(value)
    size += value.length
  }
  await reader?.cancel()
  return Buffer.concat(chunks).subarray(0, answerBytesMax).toString('utf8')
}
