import type { DiagnosisGroup } from '../../kit/diagnosis'
import type { Delivery, Notice } from './notice'
import type { Refund } from './refund'
import type { TradeRefusal } from './refusal'
import type { Trade } from './trade'

/** Evidence as values: a door states what it saw, and does not depend on the doctor. */

/** What a client did, and how it ended. The doctor examines it after the answer. Merchants are named by number. */
export type Evidence =
  | {
      readonly kind: 'v3-refused'
      readonly request: RequestSeen
      /** Null: the request was not let in. */
      readonly mchid: string | null
      readonly refusal: DoorRefusal | TradeRefusal
    }
  | { readonly kind: 'v3-ordered'; readonly body: Json; readonly trade: Trade }
  | { readonly kind: 'v2-ordered'; readonly params: Readonly<Record<string, string>>; readonly trade: Trade }
  | {
      readonly kind: 'other-key-named'
      readonly request: RequestSeen
      readonly mchid: string
      /** The serial that the client named, and the serial of the key that signed the answer. */
      readonly named: string
      readonly signed: string
    }
  | {
      readonly kind: 'v2-refused'
      readonly path: string
      /** Null: the request was not let in. */
      readonly mchid: string | null
      readonly params: Readonly<Record<string, string>>
      readonly body: Buffer
      /** Null: refused for its form. */
      readonly refusal: TradeRefusal | null
    }
  | { readonly kind: 'v2-unsigned'; readonly path: string; readonly mchid: string; readonly sign: V2SignEvidence }
  | { readonly kind: 'refunded'; readonly refund: Refund }
  | { readonly kind: 'pay-call'; readonly call: Json; readonly isTaken: boolean }
  | { readonly kind: 'delivered'; readonly notice: Notice; readonly delivery: Delivery }
  | { readonly kind: 'page'; readonly page: PageEvidence }
  | { readonly kind: 'no-such-path'; readonly method: string; readonly target: string }
  /** Null: no trade has that number. */
  | { readonly kind: 'shipping-unknown'; readonly trade: Trade | null }

/** Queues the evidence and returns at once: examining it delays no request. */
export type Examine = (evidence: Evidence) => void

/** A refusal of a door's own, in what all doors' refusals share. */
export interface DoorRefusal {
  /** The door's name for it. */
  readonly refusal: string
  readonly message: string
  readonly body: { readonly detail?: unknown }
}

export interface RequestSeen {
  readonly method: string
  /** Path and query as they came. */
  readonly target: string
  readonly headers: {
    readonly [name: string]: string | readonly string[] | undefined
    readonly authorization?: string | undefined
    readonly host?: string | undefined
  }
  readonly body: Buffer
}

export type Json = Readonly<Record<string, unknown>>

/** Why the H5 middle page shows an error. */
export type PageRefusal =
  | 'noReferer'
  | 'unregistered'
  | 'otherAddress'
  | 'tooOld'
  | 'insideWechat'
  | 'badParameters'
  | 'unknownLink'
  | 'bareRedirect'
  | 'otherUser'
  | 'paid'
  | 'closed'

export interface PageEvidence {
  readonly refusal: PageRefusal
  /** Path and query as they came. */
  readonly target: string
  readonly referer: string
  /** Where the payer comes from. */
  readonly address: string
  readonly digits: string
  readonly redirectUrl: string | null
  /** Null: no order has this prepay_id. */
  readonly trade: Trade | null
  /** Registered domains of the merchant who ordered. */
  readonly domains: readonly string[]
}

/** A V2 signature (签名) that does not match, with the inputs of the expected one. */
export interface V2SignEvidence {
  /** Every parameter with its value as it was sent, in the order in which it came, `sign` included. */
  readonly params: Readonly<Record<string, string>>
  /** The signature as it was sent. */
  readonly received: string
  /** The merchant's API key. */
  readonly apiKey: string
  /** What should have been used. Default: what the parameter `sign_type` names, else MD5. */
  readonly signType?: 'MD5' | 'HMAC-SHA256'
  /** Other keys that may have been taken for it, with what they are called: never shown. */
  readonly otherKeys?: readonly { readonly name: string; readonly key: string }[]
  /** Default 0; the pay call's is 6. */
  readonly group?: DiagnosisGroup
}
