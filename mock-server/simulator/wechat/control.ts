import type { FastifyInstance, FastifyReply } from 'fastify'
import { toBeijingTime } from '../../kit/clock'
import { streamEvents } from '../../kit/event-stream'
import { createHttpServer } from '../../kit/http-server'
import { guardLoopback } from '../../kit/loopback-guard'
import { readRecord, queryOf } from '../../kit/read-request'
import type { VirtualClock } from './clock'
import { openidOf, type Directory } from './directory'
import type { EventBus, SimulatorEvent } from './events'
import { faultNames, isFaultName, type Faults } from './faults'
import { createMerchantIdentity, keyModes, type MerchantIdentity } from './identity'
import type { Ledger } from './ledger'
import type { Notice, Store } from './store'
import { payability, toTransaction, type Trade } from './trade'

export interface ControlDeps {
  readonly store: Store
  readonly clock: VirtualClock
  readonly directory: Directory
  readonly ledger: Ledger
  readonly events: EventBus
  readonly faults: Faults
  readonly resend: (id: string) => Promise<boolean>
  readonly advance: (seconds: number) => Promise<void>
  readonly reset: () => Promise<void>
}

/** A refusal of the control API: `code` for programs, `message` for people. */
class ControlRefusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message)
  }
}

const pageMax = 200
const yearSec = 366 * 24 * 3600

/** The control API: for developers and tests on this machine, on a port of its own. */
export function createControlServer(deps: ControlDeps): FastifyInstance {
  const { store, clock, directory, ledger, events, faults } = deps
  const server = createHttpServer({ bodyLimitBytes: 65_536 })
  guardLoopback(server, (reply, message) => reply.code(403).send({ code: 'FORBIDDEN', message }))
  server.setNotFoundHandler((request, reply) =>
    reply.code(404).send({ code: 'NOT_FOUND', message: `There is no ${request.method} ${request.url}.` }),
  )
  server.setErrorHandler((error, request, reply) => sendError(error, reply, () => request.log.error(error)))

  server.get('/control/trades', (request) => {
    const { limit, before } = readPage(request.raw.url)
    const { rows, next } = store.trades(limit, before)
    return { trades: rows.map(showTrade), next }
  })

  server.get('/control/trades/:mchid/:outTradeNo', (request) => showTrade(findTrade(request.params)))

  server.post('/control/trades/:mchid/:outTradeNo/pay', async (request) => {
    const trade = findTrade(request.params)
    const { openid, bank_type } = readRecord(request.body)
    const able = payability(trade, clock.now())
    if (able !== 'payable') throw new ControlRefusal(409, 'NOT_PAYABLE', `The trade can't be paid: ${able}.`)
    const payer = typeof openid === 'string' ? openid : defaultPayer(trade)
    const paid = await ledger.pay(trade, payer, typeof bank_type === 'string' ? bank_type : undefined)
    if (paid === null) throw new ControlRefusal(409, 'NOT_PAYABLE', 'The trade was settled by somebody else just now.')
    return { transaction_id: paid.transaction_id }
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
      const present = store.trade(found.mchid, found.out_trade_no) ?? found
      const expired = { ...present, expires_at: clock.now() }
      store.putTrade(expired)
      return expired
    })
    return showTrade(trade)
  })

  server.get('/control/notices', (request) => {
    const { limit, before } = readPage(request.raw.url)
    const { rows, next } = store.notices(limit, before)
    return { notices: rows.map(showNotice), next }
  })

  server.post('/control/notices/:id/resend', async (request) => {
    const { id } = request.params as { id: string }
    if (!(await deps.resend(id))) throw new ControlRefusal(404, 'NOTICE_UNKNOWN', `There is no notice ${id}.`)
    const notice = store.notice(id)
    return notice ? showNotice(notice) : {}
  })

  const showClock = () => ({ now: toBeijingTime(clock.now()), offset_seconds: Math.round(clock.offsetMs / 1000) })
  server.get('/control/clock', showClock)
  server.post('/control/clock/advance', async (request) => {
    const { seconds } = readRecord(request.body)
    if (typeof seconds !== 'number' || !Number.isFinite(seconds) || seconds <= 0 || seconds > yearSec) {
      throw new ControlRefusal(400, 'SECONDS_INVALID', `seconds must be a number above 0 and up to ${yearSec}.`)
    }
    await deps.advance(seconds)
    return showClock()
  })

  server.get('/control/faults', () => ({ faults: faults.list() }))
  server.put('/control/faults/:name', (request) => {
    const { name } = request.params as { name: string }
    if (!isFaultName(name)) {
      const known = Object.keys(faultNames).join(', ')
      throw new ControlRefusal(404, 'FAULT_UNKNOWN', `There is no fault ${name}. There is: ${known}.`)
    }
    const { on } = readRecord(request.body)
    if (typeof on !== 'boolean') throw new ControlRefusal(400, 'ON_INVALID', 'Send {"on": true} or {"on": false}.')
    faults.set(name, on)
    events.publish({ type: 'fault', at: toBeijingTime(clock.now()), detail: { name, on } })
    return { faults: faults.list() }
  })

  server.post('/control/merchants', async (request, reply) => {
    const { appids, name, mode = 'certificate' } = readRecord(request.body)
    const keyMode = keyModes.find((known) => known === mode)
    if (keyMode === undefined) {
      throw new ControlRefusal(400, 'MODE_UNKNOWN', `mode must be one of ${keyModes.join(', ')}.`)
    }
    if (!Array.isArray(appids) || !appids.every((appid) => typeof appid === 'string' && appid !== '')) {
      throw new ControlRefusal(400, 'APPIDS_INVALID', 'appids must be a list of app ids, e.g. ["wx0123456789abcdef"].')
    }
    const merchant = await createMerchantIdentity({
      appids: appids as string[],
      keyMode,
      ...(typeof name === 'string' && { name }),
    })
    // The private key is the merchant's: it is answered once and not kept.
    await store.write(() => store.addMerchant({ ...merchant, privateKey: '' }))
    directory.add(merchant)
    return reply.code(201).send(toWire(merchant))
  })

  server.get('/control/events', (_request, reply) => {
    streamEvents<SimulatorEvent>(reply, (send) => events.subscribe(send))
  })

  server.post('/control/reset', async () => {
    await deps.reset()
    events.publish({ type: 'reset', at: toBeijingTime(clock.now()) })
    return {}
  })

  return server

  function findTrade(params: unknown): Trade {
    const { mchid, outTradeNo } = params as { mchid: string; outTradeNo: string }
    const trade = store.trade(mchid, outTradeNo)
    if (trade === null) throw new ControlRefusal(404, 'TRADE_UNKNOWN', `There is no trade ${mchid}/${outTradeNo}.`)
    return trade
  }

  /** The person who ordered pays; a link has nobody yet. */
  function defaultPayer(trade: Trade): string {
    return trade.order?.payer?.openid ?? openidOf(trade.order?.appid ?? '', 'payer-1')
  }

  function showTrade(trade: Trade): unknown {
    return {
      ...toTransaction(trade, toBeijingTime),
      product: trade.product,
      prepay_id: trade.prepay_id,
      description: trade.order?.description,
      notify_url: trade.order?.notify_url,
      create_time: toBeijingTime(trade.created_at),
      time_expire: trade.expires_at === null ? null : toBeijingTime(trade.expires_at),
    }
  }
}

function showNotice(notice: Notice): unknown {
  const { id, mchid, out_trade_no, notify_url, event_type, body, created_at, next_attempt_at, attempts } = notice
  return {
    id,
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
    mode: keyMode,
    public_key_id: publicKeyId,
  }
}

function readPage(url: string | undefined): { limit: number; before: number | null } {
  const query = queryOf(url)
  return {
    limit: readNumber(query, 'limit', 50, pageMax),
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

function sendError(error: unknown, reply: FastifyReply, log: () => void): FastifyReply {
  if (error instanceof ControlRefusal) {
    return reply.code(error.status).send({ code: error.code, message: error.message })
  }
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500
  if (status < 500) return reply.code(status).send({ code: 'BAD_REQUEST', message: (error as Error).message })
  log()
  return reply.code(500).send({ code: 'INTERNAL', message: 'The simulator failed. Its log says where.' })
}
