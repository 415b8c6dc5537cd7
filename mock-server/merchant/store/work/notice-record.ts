/** A notification as it is kept. Its number settles once, however often it arrives. */
export interface NoticeRecord {
  readonly noticeId: string
  readonly eventType: string
  readonly receivedAtMs: number
}
