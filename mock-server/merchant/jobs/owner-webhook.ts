import { createHmac } from 'node:crypto'
import type { Clock } from '../../kit/clock'
import type { OwnerEvent, OwnerHook, PaidOrder } from './hook-work'

export interface OwnerWebhookOptions {
  /** Address of the owner's server. */
  readonly url: string
  /** `whsec_` followed by the key in base64. */
  readonly secret: string
  /** Wall clock: dates the signature. */
  readonly clock: Clock
  /** Default 10,000. */
  readonly timeoutMs?: number
}

/** The form of a secret: 24 to 64 random bytes in base64. */
export const webhookSecretPattern = /^whsec_(?=.{32,88}$)[0-9A-Za-z+/]+={0,2}$/

/**
 * Posts each event as JSON to the owner's server, signed as Standard Webhooks defines it, so that its libraries can
 * verify it. Rejects without a 2xx answer in time. Redirects are not followed: the signature is meant for this address.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function createOwnerWebhook({ url, secret, clock, timeoutMs = 10_000 }: OwnerWebhookOptions): OwnerHook {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  return async (event) => {
    const body = JSON.stringify(present(event))
    const timestamp = String(Math.floor(clock.now() / 1000))
    const signature = createHmac('sha256', key).update(`${event.id}.${timestamp}.${body}`).digest('base64')
    const answer = await post(url, timeoutMs, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': 'shop-merchant/1 (node)',
        'webhook-id': event.id,
        'webhook-timestamp': timestamp,
        'webhook-signature': `v1,${signature}`,
      },
      body,
    })
    // The body is of no interest, but must be released.
    await answer.body?.cancel()
    if (!answer.ok) throw new Error(`The owner’s server answered ${answer.status}.`)
  }
}

/** Rejects with a reason that tells a person what to mend. */
async function post(url: string, timeoutMs: number, request: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...request, signal: AbortSignal.timeout(timeoutMs) })
  } catch (error) {
    const { name, cause } = error as Error & { readonly cause?: { readonly code?: string } }
    const why = name === 'TimeoutError' ? `within ${timeoutMs} ms` : `(${cause?.code ?? name})`
    throw new Error(`No answer from ${new URL(url).host} ${why}.`, { cause: error })
  }
}

/** The event that an in-process hook gets, with instants written as in our API. */
function present(event: OwnerEvent): object {
  const order = presentOrder(event.order)
  if (event.type === 'order.paid') return { id: event.id, type: event.type, order }
  const { settledAtMs, ...refund } = event.refund
  return { id: event.id, type: event.type, order, refund: { ...refund, settledAt: toInstant(settledAtMs) } }
}

function presentOrder({ paidAtMs, ...order }: PaidOrder): object {
  return { ...order, paidAt: toInstant(paidAtMs) }
}

function toInstant(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}
