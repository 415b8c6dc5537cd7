/** A notification, as it is remembered: its number settles once, however often it comes. */
export interface NoticeRecord {
  readonly noticeId: string
  readonly eventType: string
  readonly receivedAtMs: number
}
