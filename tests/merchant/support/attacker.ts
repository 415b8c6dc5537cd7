import { connect } from 'node:net'
import { Writable } from 'node:stream'
import pino from 'pino'
import { apiPaths } from '../../../src/contract/api'
import { apiErrors, type ApiErrorCode } from '../../../src/contract/errors'
import { openSqlite } from '../../../mock-server/kit/sqlite'
import { nextRequestId } from './shop'

/** A log of everything, line by line. */
export function createLogLines() {
  const lines: string[] = []
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(chunk.toString())
      done()
    },
  })
  return { lines, logger: pino({ level: 'trace' }, stream) }
}

/** Every row of every table. */
export function storedIn(dataFile: string): string {
  const database = openSqlite(dataFile)
  try {
    const tables = database
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
      .all() as { name: string }[]
    return JSON.stringify(tables.map(({ name }) => [name, database.prepare(`SELECT * FROM "${name}"`).all()]))
  } finally {
    database.close()
  }
}

/** A refusal from our own catalogue, with its own status. */
export function expectOurs({ status, body }: { status: number; body: unknown }, statuses: readonly number[]): void {
  const { code } = body as { code: ApiErrorCode }
  expect(Object.keys(apiErrors)).toContain(code)
  expect(status).toBe(apiErrors[code].status)
  expect(statuses).toContain(status)
}

/** What goes over the wire byte by byte, and what comes back. */
export function say(url: string, text: string): Promise<{ status: number; text: string }> {
  return new Promise((done, fail) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(text, 'latin1'))
    let received = ''
    socket.on('data', (chunk) => (received += chunk.toString()))
    socket.on('error', (error: Error & { code?: string }) => {
      // The server may hang up while a long request is still under way.
      if (error.code !== 'EPIPE' && error.code !== 'ECONNRESET') fail(error)
    })
    socket.on('close', () => done({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(received)?.[1] ?? 0), text: received }))
  })
}

/** Each call about one order, with a body that its owner could send. */
export const callsOf = (orderNo: string) =>
  [
    ['GET', apiPaths.order(orderNo), undefined],
    ['POST', apiPaths.payments(orderNo), { requestId: nextRequestId(), accepts: ['requestPayment'] }],
    ['POST', apiPaths.cancel(orderNo), {}],
    ['POST', apiPaths.refunds(orderNo), { requestId: nextRequestId(), reason: 'mine' }],
    ['POST', apiPaths.receipt(orderNo), {}],
  ] as const
