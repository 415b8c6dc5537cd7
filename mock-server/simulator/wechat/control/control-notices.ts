import type { FastifyInstance } from 'fastify'
import { toBeijingTime } from '../../../kit/clock'
import type { HostMap } from '../../../kit/http/host-map'
import { openNotice } from '../delivery/notice-body'
import type { Notice } from '../domain/notice'
import type { Directory } from '../merchants/directory'
import type { Store } from '../store/store'
import { readPage } from './control-page'
import { ControlRefusal } from './control-refusal'

export interface NoticeControlDeps {
  readonly store: Pick<Store, 'notice' | 'notices'>
  readonly directory: Directory
  readonly hostMap: HostMap
  readonly resend: (id: string) => Promise<boolean>
}

/** Notifications with every delivery, and delivering one once more. */
export function addNoticeControl(server: FastifyInstance, deps: NoticeControlDeps): void {
  const { store, resend } = deps

  server.get('/control/notices', (request) => {
    const { limit, before } = readPage(request.raw.url)
    const { rows, next } = store.notices(limit, before)
    return { notices: rows.map(showNotice), next }
  })

  server.get('/control/notices/:id', (request) => showOpened(findNotice(request.params), deps))

  server.post('/control/notices/:id/resend', async (request) => {
    const { id } = findNotice(request.params)
    await resend(id)
    return showNotice(findNotice(request.params))
  })

  function findNotice(params: unknown): Notice {
    const { id } = params as { id: string }
    const notice = store.notice(id)
    if (notice === null) throw new ControlRefusal(404, 'NOTICE_UNKNOWN', `There is no notice ${id}.`)
    return notice
  }
}

/** A notification, opened as the merchant reads it once decrypted. */
export function showOpened(
  notice: Notice,
  { directory, hostMap }: Pick<NoticeControlDeps, 'directory' | 'hostMap'>,
): unknown {
  const merchant = directory.merchant(notice.mchid)
  return {
    ...showNotice(notice),
    delivered_to: hostMap.resolve(notice.notify_url),
    resource: merchant === undefined ? null : openNotice(notice, merchant),
  }
}

function showNotice(notice: Notice): object {
  const { id, api, mchid, out_trade_no, notify_url, event_type, body, created_at, next_attempt_at, attempts } = notice
  return {
    id,
    api,
    mchid,
    out_trade_no,
    notify_url,
    event_type,
    body,
    create_time: toBeijingTime(created_at),
    next_attempt_at: next_attempt_at === null ? null : toBeijingTime(next_attempt_at),
    attempts: attempts.map((attempt) => ({ ...attempt, at: toBeijingTime(attempt.at) })),
  }
}
