import pino from 'pino'
import { Lines } from './lines.ts'
import { redactJson } from './redact.ts'

/** Structured lines on standard error, so that what a command prints stays its own. */
export type Log = pino.Logger

/**
 * `level`: pino's, or `silent`. No line holds a secret, whatever an error carries along. A log that cannot be written
 * costs its lines, not the server: it goes on when there is room again.
 */
export function createLog(level: string, lines: Sink = new Lines(2)): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line) => void lines.write(redactJson(line)) },
  )
}

/** Where log lines go. */
interface Sink {
  readonly write: (line: string) => unknown
}

/** Calls `report` the first time a kind is seen; what a hot path may say it says once. */
export function oncePerKind(
  report: (kind: string, detail: unknown) => void,
): (kind: string, detail: unknown) => void {
  const seen = new Set<string>()
  return (kind, detail) => {
    if (seen.has(kind) || seen.size >= 1000) return
    seen.add(kind)
    report(kind, detail)
  }
}
