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

/** A log on standard error: lines for people on a terminal, else JSON for machines. */
export function createLog(level: string): Logger {
  return pino({ level }, process.stderr.isTTY ? { write: showLine } : pino.destination({ dest: 2, sync: true }))
}

/** A log that keeps its lines until `release`, so that a start says first where everything is. */
export function createHeldLog(level: string): { readonly logger: Logger; release(): void } {
  const show = process.stderr.isTTY ? showLine : (json: string): void => void process.stderr.write(json)
  let held: string[] | null = []
  return {
    logger: pino({ level }, { write: (json: string) => (held === null ? show(json) : void held.push(json)) }),
    release() {
      held?.forEach(show)
      held = null
    },
  }
}

function showLine(json: string): void {
  process.stderr.write(`${toLogLine(json)}\n`)
}
