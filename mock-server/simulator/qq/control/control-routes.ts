import type { FastifyInstance, FastifyReply } from 'fastify'
import { toBeijingTime } from '../../../kit/clock'
import { streamEvents } from '../../../kit/http/event-stream'
import { guardLoopback } from '../../../kit/http/loopback-guard'
import { parseObject, queryOf } from '../../kit/read-request'
import type { QqDoctor } from '../doctor/doctor'
import type { QqEvents } from '../events'
import { isQqFaultName, qqFaultNames, type QqFaults } from '../faults/faults'
import type { QqAppIdentity } from '../identity'
import type { Page, ProxiedOrder, Relay, Store } from '../store/store'
import type { VirtualTime } from '../virtual-time'

export interface ControlRoutesOptions {
  readonly store: Store
  readonly time: VirtualTime
  readonly events: QqEvents
  readonly faults: QqFaults
  readonly doctor: QqDoctor
  readonly apps: readonly QqAppIdentity[]
  readonly reset: () => Promise<void>
}

const pageRowsMax = 200
/** Ten years: further ahead, instants would not be instants any more. */
const advanceSecondsMax = 10 * 365 * 86_400

/** For the console and for scripts: this machine only. Every refusal is `{code, message}`. */
export function addControlRoutes(
  server: FastifyInstance,
  { store, time, events, faults, doctor, apps, reset }: ControlRoutesOptions,
): void {
  guardLoopback(server, (reply, message) => refuse(reply, 403, 'FORBIDDEN', message))
  server.setErrorHandler((error: { statusCode?: number; message: string }, _request, reply) =>
    refuse(reply, error.statusCode ?? 500, 'BAD_REQUEST', error.message),
  )
  server.setNotFoundHandler((request, reply) => refuse(reply, 404, 'NOT_FOUND', `There is nothing at ${request.url}.`))

  server.get('/control/apps', (_request, reply) =>
    // The secret is the merchant's: it stays with who set it up.
    reply.send({ apps: apps.map(({ secret: _secret, ...shown }) => shown) }),
  )

  server.get('/control/orders', (request, reply) => {
    const paging = pagingOf(queryOf(request.raw.url))
    if (typeof paging === 'string') return refuse(reply, 400, 'BAD_REQUEST', paging)
    const { rows, next } = store.orders(paging.limit, paging.before) satisfies Page<ProxiedOrder>
    return reply.send({
      orders: rows.map((order) => ({ ...order, created_at: toBeijingTime(order.created_at) })),
      next,
    })
  })

  server.get('/control/relays', (request, reply) => {
    const paging = pagingOf(queryOf(request.raw.url))
    if (typeof paging === 'string') return refuse(reply, 400, 'BAD_REQUEST', paging)
    const { rows, next } = store.relays(paging.limit, paging.before) satisfies Page<Relay>
    return reply.send({ relays: rows.map((relay) => ({ ...relay, at: toBeijingTime(relay.at) })), next })
  })

  server.get('/control/diagnoses', (request, reply) => {
    const paging = pagingOf(queryOf(request.raw.url))
    if (typeof paging === 'string') return refuse(reply, 400, 'BAD_REQUEST', paging)
    const { rows, next } = doctor.journal.page(paging.limit, paging.before)
    return reply.send({ diagnoses: rows, next })
  })

  server.get('/control/clock', (_request, reply) => reply.send(clockView()))
  server.post('/control/clock/advance', async (request, reply) => {
    const seconds = parseObject(request.body)?.['seconds']
    if (typeof seconds !== 'number' || !(seconds > 0 && seconds <= advanceSecondsMax)) {
      return refuse(reply, 400, 'BAD_REQUEST', `seconds: expected a number above 0, at most ${advanceSecondsMax}.`)
    }
    await time.advance(seconds)
    events.announce('clock', { seconds })
    return reply.send(clockView())
  })

  server.get('/control/faults', (_request, reply) => reply.send({ faults: faults.list() }))
  server.put('/control/faults/:name', (request, reply) => {
    const { name } = request.params as { name: string }
    if (!isQqFaultName(name)) {
      const known = Object.keys(qqFaultNames).join(', ')
      return refuse(reply, 404, 'FAULT_UNKNOWN', `There is no fault ${name}. There is: ${known}.`)
    }
    const on = parseObject(request.body)?.['on']
    if (typeof on !== 'boolean') return refuse(reply, 400, 'ON_INVALID', 'Send {"on": true} or {"on": false}.')
    faults.set(name, on)
    events.announce('fault', { name, on })
    return reply.send({ faults: faults.list() })
  })

  server.get('/control/events', (_request, reply) => streamEvents(reply, events.subscribe))
  server.post('/control/reset', async (_request, reply) => {
    await reset()
    return reply.send({})
  })

  function clockView(): object {
    return { now: toBeijingTime(time.clock.now()), offset_seconds: Math.round(time.offsetMs() / 1000) }
  }
}

function refuse(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  return reply.code(status).send({ code, message })
}

function pagingOf(query: URLSearchParams): { limit: number; before: number | null } | string {
  const limit = query.get('limit') ?? '50'
  const before = query.get('before')
  if (!/^\d{1,3}$/.test(limit) || Number(limit) < 1 || Number(limit) > pageRowsMax) {
    return `limit: expected a whole number from 1 to ${pageRowsMax}.`
  }
  if (before !== null && !/^\d{1,15}$/.test(before)) return 'before: expected the number that the last page ended with.'
  return { limit: Number(limit), before: before === null ? null : Number(before) }
}
