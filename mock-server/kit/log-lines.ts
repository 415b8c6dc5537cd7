import pino, { type Logger } from 'pino'

/** What stands in every record or in the line already. */
const notShown = new Set(['level', 'time', 'pid', 'hostname', 'company', 'type', 'msg', 'orderNo', 'from', 'to', 'err'])

/** A log for a terminal: one line an event, such as `11:24:26 merchant order.paid SC261121-XQNAA233 pending → paid …`. */
export function toLogLine(json: string): string {
  const record = JSON.parse(json) as Record<string, unknown>
  const text = (name: string): string => (record[name] === undefined ? '' : String(record[name]))
  const time = new Date(Number(record['time'])).toLocaleTimeString('en-GB', { hour12: false })
  const change = record['to'] === undefined ? '' : `${text('from') || '·'} → ${text('to')}`
  const rest = Object.entries(record)
    .filter(([name, value]) => !notShown.has(name) && value !== null && typeof value !== 'object')
    .map(([name, value]) => `${name}=${String(value)}`)
  const error = record['err'] as { message?: string } | undefined
  const words = [time, text('company'), text('msg'), text('orderNo'), change, ...rest, error?.message ?? '']
  return words.filter((word) => word !== '').join(' ')
}

/** JSON for machines; lines for people on a terminal. */
export function createLog(level: string, isTerminal: boolean): Logger {
  if (!isTerminal) return pino({ level })
  return pino({ level }, { write: (json: string) => void process.stdout.write(`${toLogLine(json)}\n`) })
}
