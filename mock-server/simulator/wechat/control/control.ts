import type { FastifyInstance, FastifyReply } from 'fastify'
import { toBeijingTime } from '../../../kit/clock'
import { streamEvents } from '../../../kit/http/event-stream'
import { createHttpServer, type OnDefect } from '../../../kit/http/http-server'
import type { HostMap } from '../../../kit/http/host-map'
import { guardLoopback } from '../../../kit/http/loopback-guard'
import { readRecord, queryOf } from '../../kit/read-request'
import type { VirtualClock } from '../clock'
import { addClockRoutes, type TimeControl } from './control-clock'
import { addFaultRoutes } from './control-faults'
import { addKeyControl, type KeyControlDeps } from './control-keys'
import { addPeopleControl } from './control-people'
import { addRefundControl, showRefund } from './control-refunds'
import { ControlRefusal } from './control-refusal'
import { addShippingControl } from './control-shipping'
import type { Doctor } from '../doctor/doctor'
import { expectedPayer, type Directory } from '../merchants/directory'
import type { EventBus, JournalEntry } from '../events'
import type { Faults } from '../faults/faults'
import { createMerchantIdentity, keyModes, type MerchantIdentity, type SubMerchantIdentity } from '../identity'
import type { Ledger } from '../desks/ledger'
import { type Lack } from '../identity'
import { lackable } from '../identity'
import { openNotice } from '../delivery/notice-body'
import type { RefundDesk } from '../desks/refund-desk'
import type { Store } from '../store/store'
import type { Notice } from '../domain/notice'
import { payability, type Trade } from '../domain/trade'
import { toCombinedTransaction, toTransaction } from '../v3/payments/v3-view'

export interface ControlDeps extends TimeControl, KeyControlDeps {
  readonly store: Store
  readonly clock: VirtualClock
  readonly directory: Directory
  readonly ledger: Ledger
  readonly refundDesk: RefundDesk
  readonly events: EventBus
  readonly faults: Faults
  readonly hostMap: HostMap
  readonly doctor: Doctor
  readonly resend: (id: string) => Promise<boolean>
  readonly reset: () => Promise<void>
  readonly onDefect: OnDefect
}

const pageMax = 200
const journalPageMax = 1000

/** The control API: for developers and tests on this machine, on a port of its own. */
export function createControlServer(deps: ControlDeps): FastifyInstance {
  const { store, clock, directory, ledger, refundDesk, events, faults } = deps
  const server = createHttpServer({ bodyLimitBytes: 65_536 })
  guardLoopback(server, (reply, message) => reply.code(403).send({ code: 'FORBIDDEN', message }))
  server.setNotFoundHandler((request, reply) =>
    reply.code(404).send({ code: 'NOT_FOUND', message: `There is no ${request.method} ${request.url}.` }),
  )
  server.setErrorHandler((error, _request, reply) => sendError(error, reply, deps.onDefect))

  server.get('/control/trades', (request) => {
    const { limit, before } = readPage(request.raw.url)
    const filter = queryOf(request.raw.url).get('filter') ?? ''
    if (filter.length > 64) throw new ControlRefusal(400, 'FILTER_INVALID', 'filter has 64 characters at most.')
    const { rows, next } = store.trades(limit, before, filter)
    return { trades: rows.map(showTrade), next }
  })

  server.get('/control/trades/:mchid/:outTradeNo', (request) => showTrade(findTrade(request.params)))

  server.post('/control/trades/:mchid/:outTradeNo/pay', async (request) => {
    const trade = findTrade(request.params)
    if (trade.kind === 'sub')
      throw new ControlRefusal(409, 'SUB_ORDER', `Pay the combined order ${trade.parent?.out_trade_no ?? ''} instead.`)
    const { openid, bank_type } = readRecord(request.body)
    const able = payability(trade, clock.now())
    if (able !== 'payable') throw new ControlRefusal(409, 'NOT_PAYABLE', `The trade can't be paid: ${able}.`)
    const payer = trade.order && expectedPayer(trade.order, 'payer-1')
    const named = payer && typeof openid === 'string' ? { ...payer, openid } : payer
    const paid = named && (await ledger.pay(trade, named, typeof bank_type === 'string' ? bank_type : undefined))
    if (paid === null) throw new ControlRefusal(409, 'NOT_PAYABLE', 'The trade was settled by somebody else just now.')
    return paid.kind === 'combined' ? showTrade(paid) : { transaction_id: paid.transaction_id }
  })

  /** The payer closed the cashier, or the bank said no: the trade stays as it is, and nobody is told. */
  for (const outcome of ['cancel', 'fail']) {
    server.post(`/control/trades/:mchid/:outTradeNo/${outcome}`, (request) => {
      const trade = findTrade(request.params)
      if (trade.state !== 'NOTPAY') throw new ControlRefusal(409, 'NOT_OPEN', `The trade is ${trade.state}.`)
      return showTrade(trade)
    })
  }

  server.post('/control/trades/:mchid/:outTradeNo/expire', async (request) => {
    const found = findTrade(request.params)
    if (found.state !== 'NOTPAY') throw new ControlRefusal(409, 'NOT_OPEN', `The trade is ${found.state}.`)
    const trade = await store.write(() => {
      const present = findTrade(request.params)
      const expired = { ...present, expires_at: clock.now() }
      store.putTrade(expired)
      return expired
    })
    return showTrade(trade)
  })

  addShippingControl(server, deps)
  addPeopleControl(server, deps)
  addKeyControl(server, deps)
  addRefundControl(server, { store, refundDesk, readPage })

  server.get('/control/notices', (request) => {
    const { limit, before } = readPage(request.raw.url)
    const { rows, next } = store.notices(limit, before)
    return { notices: rows.map(showNotice), next }
  })

  server.get('/control/notices/:id', (request) => showOpened(findNotice(request.params)))

  /** Everything about one trade that a developer may want to see at a glance. */
  server.get('/control/trades/:mchid/:outTradeNo/timeline', (request) => {
    const trade = findTrade(request.params)
    const { rows } = events.recent(journalPageMax, null, trade)
    return {
      trade: showTrade(trade),
      journal: [...rows].reverse(),
      notices: store.noticesOf(trade.mchid, trade.out_trade_no).map(showOpened),
    }
  })

  /** What happened since the start, newest first. */
  server.get('/control/journal', (request) => {
    const { limit, before } = readPage(request.raw.url, journalPageMax)
    const { rows, next } = events.recent(limit, before, null)
    return { events: rows, next }
  })

  /** What the doctor found, newest first, with everything that is answered already. */
  server.get('/control/diagnoses', async (request) => {
    const { limit, before } = readPage(request.raw.url)
    await deps.doctor.settled()
    const { rows, next } = deps.doctor.journal.page(limit, before)
    return { diagnoses: rows, next }
  })

  server.post('/control/notices/:id/resend', async (request) => {
    const { id } = findNotice(request.params)
    await deps.resend(id)
    return showNotice(findNotice(request.params))
  })

  addClockRoutes(server, clock, deps)
  addFaultRoutes(server, faults, (name, on) =>
    events.announce({ type: 'fault', at: toBeijingTime(clock.now()), detail: { name, on } }),
  )

  server.post('/control/merchants', async (request, reply) => {
    const {
      appids,
      name,
      mode = 'certificate',
      sub_merchants = [],
      refund_notify_url,
      lacks = [],
    } = readRecord(request.body)
    const keyMode = keyModes.find((known) => known === mode)
    if (keyMode === undefined) {
      throw new ControlRefusal(400, 'MODE_UNKNOWN', `mode must be one of ${keyModes.join(', ')}.`)
    }
    if (!isTextList(appids)) {
      throw new ControlRefusal(400, 'APPIDS_INVALID', 'appids must be a list of app ids, e.g. ["wx0123456789abcdef"].')
    }
    const subMerchants = readSubMerchants(sub_merchants)
    if (subMerchants === null) {
      const example = '[{"mchid": "1900000001", "name": "…", "appids": []}]'
      throw new ControlRefusal(400, 'SUB_MERCHANTS_INVALID', `sub_merchants must be a list such as ${example}.`)
    }
    if (!isTextList(lacks) || !lacks.every((one): one is Lack => lackable.some((known) => known === one))) {
      throw new ControlRefusal(400, 'LACKS_INVALID', `lacks must be a list of ${lackable.join(', ')}.`)
    }
    const merchant = await createMerchantIdentity({
      appids,
      lacks,
      keyMode,
      subMerchants,
      ...(typeof name === 'string' && { name }),
      ...(typeof refund_notify_url === 'string' && { refundNotifyUrl: refund_notify_url }),
    })
    // The private key is the merchant's: it is answered once and not kept.
    await store.write(() => store.addMerchant({ ...merchant, privateKey: '' }))
    directory.add(merchant)
    return reply.code(201).send(toWire(merchant))
  })

  server.get('/control/events', (_request, reply) => {
    streamEvents<JournalEntry>(reply, (send) => events.subscribe(send))
  })

  server.post('/control/reset', async () => {
    await deps.reset()
    events.announce({ type: 'reset', at: toBeijingTime(clock.now()) })
    return {}
  })

  return server

  function findTrade(params: unknown): Trade {
    const { mchid, outTradeNo } = params as { mchid: string; outTradeNo: string }
    const trade = store.trade(mchid, outTradeNo) ?? store.combined(mchid, outTradeNo)
    if (trade === null) throw new ControlRefusal(404, 'TRADE_UNKNOWN', `There is no trade ${mchid}/${outTradeNo}.`)
    return trade
  }

  function findNotice(params: unknown): Notice {
    const { id } = params as { id: string }
    const notice = store.notice(id)
    if (notice === null) throw new ControlRefusal(404, 'NOTICE_UNKNOWN', `There is no notice ${id}.`)
    return notice
  }

  /** With what the merchant reads once it has decrypted. */
  function showOpened(notice: Notice): unknown {
    const merchant = directory.merchant(notice.mchid)
    const delivered_to = deps.hostMap.resolve(notice.notify_url)
    return {
      ...showNotice(notice),
      delivered_to,
      resource: merchant === undefined ? null : openNotice(notice, merchant),
    }
  }

  function showTrade(trade: Trade): unknown {
    const found = trade.kind === 'combined' ? ledger.findCombined(trade.mchid, trade.out_trade_no) : null
    return {
      // Whatever its kind, every trade here has the names by which this API finds it.
      mchid: trade.mchid,
      ...toTransaction(trade),
      ...(found && toCombinedTransaction(found.combined, found.subs)),
      kind: trade.kind,
      api: trade.api,
      parent: trade.parent,
      product: trade.product,
      prepay_id: trade.prepay_id,
      description: trade.order?.description,
      notify_url: trade.order?.notify_url,
      create_time: toBeijingTime(trade.created_at),
      time_expire: trade.expires_at === null ? null : toBeijingTime(trade.expires_at),
      refunds: refundDesk.ofTrade(trade).map(showRefund),
      // Of a combined order its parts are shipped.
      shipping: trade.kind === 'combined' ? null : store.shipping(trade.mchid, trade.out_trade_no),
    }
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

/** Null where it is no such list. */
function readSubMerchants(value: unknown): readonly SubMerchantIdentity[] | null {
  if (!Array.isArray(value)) return null
  const read = value.map((item: unknown) => {
    if (typeof item !== 'object' || item === null) return null
    const { mchid, name, appids = [] } = item as Readonly<Record<string, unknown>>
    const isRight = typeof mchid === 'string' && /^\d{8,10}$/.test(mchid) && isTextList(appids)
    return isRight ? { mchid, name: typeof name === 'string' ? name : mchid, appids } : null
  })
  return read.every((item) => item !== null) ? read : null
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string' && item !== '')
}

function toWire(merchant: MerchantIdentity): unknown {
  const { mchid, name, appids, serial, privateKey, certificate, apiV3Key, keyMode, publicKeyId } = merchant
  return {
    mchid,
    name,
    appids,
    serial_no: serial,
    private_key: privateKey,
    certificate,
    apiv3_key: apiV3Key,
    api_key: merchant.apiKey,
    sub_merchants: merchant.subMerchants,
    mode: keyMode,
    public_key_id: publicKeyId,
    public_key: merchant.publicKey,
    lacks: merchant.lacks ?? [],
  }
}

function readPage(url: string | undefined, max = pageMax): { limit: number; before: number | null } {
  const query = queryOf(url)
  return {
    limit: readNumber(query, 'limit', 50, max),
    before: query.has('before') ? readNumber(query, 'before', 1, Number.MAX_SAFE_INTEGER) : null,
  }
}

function readNumber(query: URLSearchParams, name: string, fallback: number, max: number): number {
  const text = query.get(name)
  if (text === null) return fallback
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1 || value > max) {
    throw new ControlRefusal(400, 'PAGE_INVALID', `${name} must be a whole number from 1 to ${max}.`)
  }
  return value
}

function sendError(error: unknown, reply: FastifyReply, onDefect: OnDefect): FastifyReply {
  if (error instanceof ControlRefusal) {
    return reply.code(error.status).send({ code: error.code, message: error.message })
  }
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500
  if (status < 500) return reply.code(status).send({ code: 'BAD_REQUEST', message: (error as Error).message })
  onDefect(error)
  return reply.code(500).send({ code: 'INTERNAL', message: 'The simulator failed. Its log says where.' })
}
