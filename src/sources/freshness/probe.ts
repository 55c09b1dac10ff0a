import { connect } from 'node:net'
import { lookupOnce } from '../apiserver/index.ts'

/** Where and how often to try a cluster's data path. Milliseconds. */
export interface ProbeOptions {
  /** Tried in turn, one an interval. */
  readonly targets: readonly { readonly host: string; readonly port: number }[]
  readonly interval: number
  readonly timeout: number
}

/**
 * One bounded TCP connect per interval; tells the round trip in milliseconds, or null when none came about in time.
 * Returns how to stop it, after which nothing is told.
 */
export function startProbe(options: ProbeOptions, report: (roundTrip: number | null) => void): () => void {
  let stopped = false
  let turn = 0
  const attempt = async (): Promise<void> => {
    const target = options.targets[turn++ % options.targets.length]
    const roundTrip = target === undefined ? null : await connectTime(target, options.timeout)
    if (!stopped) report(roundTrip)
  }
  const timer = setInterval(() => void attempt(), options.interval)
  void attempt()
  return () => {
    stopped = true
    clearInterval(timer)
  }
}

/** How long a TCP connection took; null when it was refused or took too long. */
function connectTime(
  { host, port }: { readonly host: string; readonly port: number },
  timeout: number,
): Promise<number | null> {
  return new Promise((resolve) => {
    const started = performance.now()
    const socket = connect({ host, port, timeout, lookup: lookupOnce })
    const end = (roundTrip: number | null) => {
      clearTimeout(deadline)
      socket.destroy()
      resolve(roundTrip)
    }
    const deadline = setTimeout(() => end(null), timeout)
    socket.once('connect', () => end(performance.now() - started))
    socket.on('error', () => end(null))
  })
}
