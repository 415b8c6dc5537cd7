import { ApiError } from '../../http/api-error'
import type { Decided } from '../../store/refunds/refund-port'

const limitDefault = 50

export interface Page {
  readonly limit: number
  /** Only what is older than this number. */
  readonly beforeId: number | null
}

/** Reads the page that a query asks for; its schema has checked the digits. */
export function toPage({ limit, before }: { readonly limit?: string; readonly before?: string }): Page {
  return { limit: Number(limit ?? limitDefault), beforeId: before === undefined ? null : Number(before) }
}

/** Hand it in as `before` for the next page. */
export function nextOf(listed: readonly { readonly id: number }[], { limit }: Page): string | null {
  const last = listed.at(-1)
  return last !== undefined && listed.length === limit ? String(last.id) : null
}

/** Refuses a decision about something that is unknown, or in a state that does not allow it. */
export function assertDone(decided: Decided, field: string): void {
  if (decided === 'unknown') throw new ApiError('NOT_FOUND', field)
  if (decided === 'wrongState') throw new ApiError('WRONG_STATE', field)
}
