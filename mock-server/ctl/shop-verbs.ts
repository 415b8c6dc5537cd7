import { CtlError } from './find-env'
import type { Json } from './servers'
import { list, needed, text, toTable, yuan, type Verb } from './verb'

/** The refunds that are listed by default: the settled ones are many and need no action. */
const openRefunds = new Set(['requested', 'approved', 'processing', 'abnormal'])

/** Encodes a number for a path. */
const at = (number: string): string => encodeURIComponent(number)

const yuanOrNone = (fen: unknown): string => (fen === null ? '–' : yuan(fen))

/** What the person who runs the shop sees and decides, over the operator API. */
export const shopVerbs: Readonly<Record<string, Verb>> = {
  orders: {
    usage: 'orders',
    does: "the merchant's orders, newest first",
    async run(servers) {
      const json = await servers.operator('/orders')
      const rows = list(json, 'orders').map((order) => [
        text(order['orderNo']),
        text(order['status']),
        yuan(order['totalFen']),
        text(order['clientKind']),
        text(order['outTradeNo']),
        text(order['fulfilment']),
      ])
      return { json, text: toTable(['order', 'status', 'amount', 'client', 'out_trade_no', 'goods'], rows) }
    },
  },
  ship: {
    usage: 'ship ORDER [CARRIER NUMBER]',
    does: 'marks an order as shipped, with company (SF, YTO …) and tracking number; pick-up needs neither',
    async run(servers, args) {
      const orderNo = needed(args, 'ship', 'ORDER')
      const [, carrier, trackingNo] = args
      const json = await servers.operate(`/orders/${at(orderNo)}/ship`, { carrier, trackingNo })
      return { json, text: `shipped: ${orderNo}` }
    },
  },
  refunds: {
    usage: 'refunds [all]',
    does: 'open refunds, or all of them, newest first',
    async run(servers, args) {
      const json = await servers.operator('/refunds?limit=200')
      const shown = list(json, 'refunds').filter(({ status }) => args[0] === 'all' || openRefunds.has(text(status)))
      const rows = shown.map((refund) => [
        text(refund['refundNo']),
        text(refund['status']),
        yuan(refund['amountFen']),
        text(refund['orderNo']),
        text(refund['cause']),
        text(refund['reason']),
      ])
      return { json, text: toTable(['refund', 'status', 'amount', 'order', 'cause', 'reason'], rows) }
    },
  },
  approve: {
    usage: 'approve REFUND',
    does: 'approves a requested refund, which then goes to WeChat Pay',
    async run(servers, args) {
      const refundNo = needed(args, 'approve', 'REFUND')
      return { json: await servers.operate(`/refunds/${at(refundNo)}/approve`), text: `approved: ${refundNo}` }
    },
  },
  decline: {
    usage: 'decline REFUND REASON',
    does: 'declines a refund; the payer reads the reason',
    async run(servers, args) {
      const refundNo = needed(args, 'decline', 'REFUND')
      const reason = args.slice(1).join(' ')
      if (reason === '') throw new CtlError('decline: REASON is missing. The payer reads it.')
      const json = await servers.operate(`/refunds/${at(refundNo)}/decline`, { reason })
      return { json, text: `declined: ${refundNo}` }
    },
  },
  held: {
    usage: 'held [ID accept|refund|dismiss [NOTE]]',
    does: 'lists the payments that wait for a decision, or decides one',
    async run(servers, [id, decision, ...note]) {
      if (id !== undefined) {
        const json = await servers.operate(`/held/${at(id)}/resolve`, { decision, note: note.join(' ') })
        return { json, text: `${text(decision)}: ${id}` }
      }
      const json = await servers.operator('/held')
      const rows = list(json, 'held').map((hold) => [
        text(hold['id']),
        text(hold['reason']),
        yuan(hold['totalFen']),
        text(hold['orderNo']),
        text(hold['outTradeNo']),
        text(hold['createdAt']),
      ])
      return { json, text: toTable(['id', 'reason', 'amount', 'order', 'number', 'since'], rows) }
    },
  },
  bills: {
    usage: 'bills [DAY]',
    does: 'trade bills compared with our books, or the differences of a day (2026-11-20)',
    async run(servers, [day]) {
      if (day !== undefined) {
        const json = await servers.operator(`/bills/${at(day)}`)
        const rows = list(json, 'differences').map((one) => [
          text(one['kind']),
          text(one['of']),
          text(one['number']),
          yuanOrNone(one['ourFen']),
          yuanOrNone(one['theirFen']),
        ])
        return { json, text: toTable(['difference', 'of', 'number', 'ours', 'theirs'], rows) }
      }
      const json = await servers.operator('/bills')
      const rows = list(json, 'bills').map((bill) => [
        text(bill['day']),
        text(bill['lineCount']),
        text(bill['differenceCount']),
        text(bill['checkedAt']),
      ])
      return { json, text: toTable(['day', 'lines', 'differences', 'checked'], rows) }
    },
  },
  retry: {
    usage: 'retry [JOB]',
    does: 'lists the dead letters of the outbox, or runs one of them again',
    async run(servers, [id]) {
      if (id !== undefined)
        return { json: await servers.operate(`/jobs/${at(id)}/retry`), text: `waiting again: ${id}` }
      const json = await servers.operator('/jobs?status=dead')
      const rows = list(json, 'jobs').map((job: Json) => [
        text(job['id']),
        text(job['kind']),
        text(job['subject']),
        text(job['tries']),
        text(job['note']),
      ])
      return { json, text: toTable(['job', 'kind', 'for', 'tries', 'last reason'], rows) }
    },
  },
}
