export type LogLevel = 'log' | 'info' | 'warn' | 'error' | 'host'

export interface LogLine {
  readonly level: LogLevel
  readonly text: string
}

/** What the app wrote to its console, and what the host had to say (`host`). The newest thousand lines. */
export interface PhoneLog {
  readonly lines: readonly LogLine[]
  add(level: LogLevel, parts: readonly unknown[]): void
}

const linesMax = 1000

/** @param echo also gets every line, e.g. to write it to the browser's console */
export function createLog(echo: (line: LogLine) => void = () => undefined): PhoneLog {
  const lines: LogLine[] = []
  return {
    lines,
    add(level, parts) {
      const line = { level, text: parts.map(toText).join(' ') }
      lines.push(line)
      if (lines.length > linesMax) lines.shift()
      echo(line)
    },
  }
}

function toText(part: unknown): string {
  if (part instanceof Error) return part.stack ?? part.message
  if (typeof part === 'string') return part
  try {
    return JSON.stringify(part) ?? String(part)
  } catch (error) {
    return `${String(part)} (${error instanceof Error ? error.message : 'not JSON'})`
  }
}

/** The `console` that the app sees. */
export function toConsole(log: PhoneLog): Record<string, (...parts: unknown[]) => void> {
  const write =
    (level: LogLevel) =>
    (...parts: unknown[]): void =>
      log.add(level, parts)
  return {
    log: write('log'),
    debug: write('log'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    group: write('log'),
    groupEnd: () => undefined,
    time: () => undefined,
    timeEnd: () => undefined,
  }
}
