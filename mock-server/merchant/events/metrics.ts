import type { FastifyInstance } from 'fastify'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Clock } from '../../kit/clock'
import type { ShopEvents } from './events'
import { WechatPayError } from '../gateway/errors'
import type { PaymentGateway } from '../gateway/port'
import type { Store } from '../store/port'

export interface MetricsOptions {
  readonly store: Pick<Store, 'queueDepths' | 'newestBill'>
  readonly events: ShopEvents
  readonly clock: Clock
}

export interface Metrics {
  /** In Prometheus' text format. */
  expose(): Promise<{ readonly contentType: string; readonly text: string }>
  /** Measures every answer of a server. */
  watch(server: FastifyInstance): void
  /** The same gateway, with its calls measured. */
  time(gateway: PaymentGateway): PaymentGateway
}

/** Seconds. The highest are where a client or WeChat Pay stops waiting. */
const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Metrics of one process; Prometheus adds up the processes. Labels are closed lists, never order numbers or people. */
export function createMetrics({ store, events, clock }: MetricsOptions): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })

  const counted = new Counter({
    name: 'merchant_events_total',
    help: 'Changes of state by type, such as order.created, order.paid, refund.due, notice.refused',
    labelNames: ['type', 'source'],
    registers,
  })
  const orders = new Counter({
    name: 'merchant_orders_total',
    help: 'Orders by the state that they came to',
    labelNames: ['state'],
    registers,
  })
  const settlements = new Counter({
    name: 'merchant_settlements_total',
    help: 'Payments that WeChat Pay vouched for, by what became of them and by who told us first',
    labelNames: ['outcome', 'source'],
    registers,
  })
  const notices = new Counter({
    name: 'merchant_notices_total',
    help: 'Notifications by outcome',
    labelNames: ['outcome'],
    registers,
  })
  events.subscribe((event) => {
    const { type } = event
    const source = 'source' in event ? event.source : 'none'
    counted.inc({ type, source })
    const [subject, outcome] = type.split('.') as [string, string]
    if (subject === 'order') orders.inc({ state: outcome === 'created' ? 'pending' : outcome })
    if (subject === 'notice') notices.inc({ outcome })
    else if (source === 'notice') notices.inc({ outcome: 'settled' })
    const settled = settlementOutcomes[type]
    if (settled !== undefined) settlements.inc({ outcome: settled, source })
  })

  new Gauge({
    name: 'merchant_queue_depth',
    help: 'Work that is due now and not done yet, by queue, in the whole database',
    labelNames: ['queue'],
    registers,
    async collect() {
      this.reset()
      for (const [queue, depth] of Object.entries(await store.queueDepths(clock.now()))) this.set({ queue }, depth)
    },
  })
  new Gauge({
    name: 'merchant_bill_differences',
    help: 'Differences between our books and the newest bill of WeChat Pay that was checked',
    registers,
    async collect() {
      this.set((await store.newestBill())?.differenceCount ?? 0)
    },
  })
  new Gauge({
    name: 'merchant_bill_day_seconds',
    help: 'When the day of that bill began, since 1970; 0 before the first: older than three days means that none comes',
    registers,
    async collect() {
      const day = (await store.newestBill())?.day
      this.set(day === undefined ? 0 : Date.parse(`${day}T00:00:00+08:00`) / 1000)
    },
  })
  const requests = new Histogram({
    name: 'merchant_http_request_duration_seconds',
    help: 'How long our answers take',
    labelNames: ['method', 'route', 'status'],
    buckets,
    registers,
  })
  const calls = new Histogram({
    name: 'merchant_wechat_pay_duration_seconds',
    help: 'How long WeChat Pay, or QQ on the way there, takes to answer',
    labelNames: ['call', 'outcome'],
    buckets,
    registers,
  })

  function timed<A extends readonly unknown[], T>(call: string, work: (...rest: A) => Promise<T>) {
    return async (...rest: A): Promise<T> => {
      const startedMs = performance.now()
      let outcome = 'ok'
      try {
        const answer = await work(...rest)
        outcome = errorIn(answer)?.code ?? outcome
        return answer
      } catch (error) {
        outcome = error instanceof WechatPayError ? error.code : 'error'
        throw error
      } finally {
        calls.observe({ call, outcome }, (performance.now() - startedMs) / 1000)
      }
    }
  }

  return {
    async expose() {
      return { contentType: registry.contentType, text: await registry.metrics() }
    },
    watch(server) {
      server.addHook('onResponse', async (request, reply) => {
        // The route's pattern instead of the address: callers must not be able to create labels.
        const route = request.routeOptions.url ?? 'none'
        requests.observe({ method: request.method, route, status: String(reply.statusCode) }, reply.elapsedTime / 1000)
      })
    },
    time: (gateway) => ({
      ...gateway,
      orderJsapi: timed('order_jsapi', gateway.orderJsapi),
      orderH5: timed('order_h5', gateway.orderH5),
      orderH5ThroughQq: timed('order_h5_through_qq', gateway.orderH5ThroughQq),
      query: timed('query', gateway.query),
      close: timed('close', gateway.close),
    }),
  }
}

/** The error inside an answer that has a word for its failure: counted like one that was thrown. */
function errorIn(answer: unknown): WechatPayError | null {
  const error = typeof answer === 'object' && answer !== null && 'error' in answer ? answer.error : null
  return error instanceof WechatPayError ? error : null
}

const settlementOutcomes: Readonly<Record<string, string>> = {
  'order.paid': 'paid',
  'order.held': 'held',
  'refund.due': 'refund',
  'notice.unknown': 'unknown',
}
