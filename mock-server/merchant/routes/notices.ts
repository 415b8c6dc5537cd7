import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Logger } from 'pino'
import type { Clock } from '../../kit/clock'
import type { ShopEvents } from '../events/events'
import type { NoticeAnswer, PaymentGateway } from '../gateway/port'
import type { Refunding } from '../actions/refunds'
import type { SettlePayment } from '../actions/settle-payment'
import type { NoticeRecord, Store } from '../store/port'

export interface NoticeRoutesOptions {
  readonly gateway: PaymentGateway
  readonly store: Store
  readonly settlePayment: SettlePayment
  readonly refunding: Refunding
  readonly events: ShopEvents
  readonly clock: Clock
  readonly logger: Logger
}

export const wechatNoticePath = '/notify/wechat'

/**
 * Receives notifications. WeChat Pay stops after one answer and sends again after every other, so the answer says one
 * thing: whether the notification is stored. Its form depends on the protocol.
 */
export function addNoticeRoutes(server: FastifyInstance, options: NoticeRoutesOptions): void {
  const { gateway, store, settlePayment, refunding, events, clock, logger } = options
  const { noticeAnswers } = gateway

  // In a scope of its own: failures here are answered in the form of WeChat Pay, not in that of our API. Bodies stay bytes,
  // because the signature is verified before anything is parsed.
  void server.register(async (scope) => {
    scope.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
      const status = error.statusCode !== undefined && error.statusCode < 500 ? error.statusCode : 500
      logger[status === 500 ? 'error' : 'warn']({ err: error }, 'notice failed')
      return answer(reply, noticeAnswers.refused(status, status === 500 ? 'Not stored; send it again.' : 'Refused.'))
    })

    scope.post(wechatNoticePath, async (request, reply) => {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
      const reading = await gateway.readNotice(request.headers, body)
      if (reading.kind === 'refused') {
        events.announce({ type: 'notice.refused', reason: reading.reason })
        return answer(reply, noticeAnswers.refused(401, `Refused: ${reading.reason}.`))
      }
      const notice: NoticeRecord = {
        noticeId: reading.noticeId,
        eventType: reading.eventType,
        receivedAtMs: clock.now(),
      }
      if (reading.kind === 'payment') await settlePayment(reading.payment, notice)
      else if (reading.kind === 'refund') await refunding.record(reading.report, notice)
      else {
        const isNew = await store.keepNotice(notice, reading.outTradeNo)
        events.announce({
          type: isNew ? 'notice.kept' : 'notice.known',
          outTradeNo: reading.outTradeNo,
          reason: reading.eventType,
        })
      }
      return answer(reply, noticeAnswers.stored)
    })
  })
}

function answer(reply: FastifyReply, { status, contentType, body }: NoticeAnswer): FastifyReply {
  if (contentType !== undefined) void reply.header('content-type', contentType)
  return reply.code(status).send(body)
}
