import type { FaultName } from './fault-names'
import type { Api } from './trade'

/** One delivery of a notification. Instants are virtual milliseconds. */
export interface Delivery {
  readonly number: number
  readonly at: number
  readonly request_headers: Readonly<Record<string, string>>
  readonly outcome: 'acknowledged' | 'refused' | 'timeout' | 'unreachable' | 'dropped'
  /** What was sent, where a fault changed it. */
  readonly body?: string
  /** The faults that changed it. */
  readonly faults: readonly FaultName[]
  /** Null where no answer came. */
  readonly status: number | null
  readonly answer_body: string
  readonly latency_ms: number
}

/** A notification on its way. */
export interface Notice {
  readonly id: string
  readonly mchid: string
  readonly out_trade_no: string
  readonly notify_url: string
  readonly event_type: string
  /** Form of the body, and what counts as an acknowledgement. */
  readonly api: Api
  /** The protocol that asked for a refund, where the body has the form of the other. */
  readonly asked_in?: Api
  readonly content_type: string
  readonly created_at: number
  /** What is sent: V3 encrypts it once, V2 signs it once. */
  readonly body: string
  readonly attempts: readonly Delivery[]
  /** Deliveries that the schedule made; resends are not counted. */
  readonly scheduled_attempts: number
  /** Null: delivered, or given up. */
  readonly next_attempt_at: number | null
  /** The scheduled delivery that a fault put off, and until when: each is put off once. */
  readonly put_off?: { readonly attempt: number; readonly until: number }
}
