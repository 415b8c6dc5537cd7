import type { FastifyInstance, FastifyReply } from 'fastify'
import { toBeijingTime } from '../../../kit/clock'
import { streamEvents } from '../../../kit/http/event-stream'
import { createHttpServer, type OnDefect } from '../../../kit/http/http-server'
import { guardLoopback } from '../../../kit/http/loopback-guard'
import type { Doctor } from '../doctor/doctor'
import type { JournalEntry } from '../events'
import type { Faults } from '../faults/faults'
import { addClockRoutes, type TimeControl } from './control-clock'
import { addFaultRoutes } from './control-faults'
import { addKeyControl, type KeyControlDeps } from './control-keys'
import { addMerchantControl } from './control-merchants'
import { addNoticeControl, type NoticeControlDeps } from './control-notices'
import { readPage } from './control-page'
import { addPeopleControl } from './control-people'
import { addRateControl, type RateControlDeps } from './control-rates'
import { addRefundControl } from './control-refunds'
import { ControlRefusal } from './control-refusal'
import { addShippingControl } from './control-shipping'
import { addTradeControl, type TradeControlDeps } from './control-trades'

export interface ControlDeps extends TimeControl, KeyControlDeps, RateControlDeps, TradeControlDeps {
  readonly store: TradeControlDeps['store']
  readonly faults: Faults
  readonly doctor: Doctor
  readonly resend: NoticeControlDeps['resend']
  readonly reset: () => Promise<void>
  readonly onDefect: OnDefect
}

const journalPageMax = 1000

/** The control API: for developers and tests on this machine, on a port of its own. */
export function createControlServer(deps: ControlDeps): FastifyInstance {
  const { clock, events, doctor } = deps
  const server = createHttpServer({ bodyLimitBytes: 65_536 })
  guardLoopback(server, (reply, message) => reply.code(403).send({ code: 'FORBIDDEN', message }))
  server.setNotFoundHandler((request, reply) =>
    reply.code(404).send({ code: 'NOT_FOUND', message: `There is no ${request.method} ${request.url}.` }),
  )
  server.setErrorHandler((error, _request, reply) => sendError(error, reply, deps.onDefect))

  addTradeControl(server, deps)
  addShippingControl(server, deps)
  addRefundControl(server, deps)
  addNoticeControl(server, deps)
  addPeopleControl(server, deps)
  addMerchantControl(server, deps)
  addKeyControl(server, deps)
  addRateControl(server, deps)
  addClockRoutes(server, clock, deps)
  addFaultRoutes(server, deps.faults, (name, on) =>
    events.announce({ type: 'fault', at: toBeijingTime(clock.now()), detail: { name, on } }),
  )

  /** Events since the start, newest first. */
  server.get('/control/journal', (request) => {
    const { limit, before } = readPage(request.raw.url, journalPageMax)
    const { rows, next } = events.recent(limit, before, null)
    return { events: rows, next }
  })

  /** Diagnoses, newest first, including those of every request answered so far. */
  server.get('/control/diagnoses', async (request) => {
    const { limit, before } = readPage(request.raw.url)
    await doctor.settled()
    const { rows, next } = doctor.journal.page(limit, before)
    return { diagnoses: rows, next }
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
