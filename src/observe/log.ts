import pino from 'pino'

/** Structured lines on standard error, so that what a command prints stays its own. */
export type Log = pino.Logger

/** `level`: pino's, or `silent`. */
export const createLog = (level: string): Log =>
  pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    pino.destination({ fd: 2, sync: true }),
  )

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
