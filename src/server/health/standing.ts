import { STOOD_MS } from './pulse.ts'

/** How the server stands, as main says. */
export interface ServerStanding {
  readonly ready: boolean
  /** In a few words: `ready`, `draining`, or what is waited for. */
  readonly state: string
  /** A thread answers UDP. */
  readonly answers: boolean
}

/** What a probe is told. */
export interface ProbeReply {
  readonly status: 200 | 503
  readonly text: string
}

/** Main is given up when it has not had a turn for so long: whoever probes should start the process anew. */
const GIVEN_UP_MS = 60_000

/** `/healthz`: while names are answered and main will go on, nothing is better after another start. */
export function healthOf({ answers }: ServerStanding, stillMs: number): ProbeReply {
  if (stillMs > GIVEN_UP_MS) return { status: 503, text: `the main thread ${stoodFor(stillMs)}\n` }
  if (!answers) return { status: 503, text: 'no thread answers UDP\n' }
  return { status: 200, text: 'ok\n' }
}

/** `/readyz`: what main said last, and how old that is where it may not be true any more. */
export function readyOf({ ready, state }: ServerStanding, stillMs: number): ProbeReply {
  const line = ready ? 'ok' : `[-] ${state}`
  const age =
    stillMs < STOOD_MS
      ? ''
      : `[-] the main thread ${stoodFor(stillMs)}: the line above is what it said last\n`
  return { status: ready ? 200 : 503, text: `${line}\n${age}` }
}

const stoodFor = (ms: number): string => `has stood still for ${Math.floor(ms / 1000)} s`
