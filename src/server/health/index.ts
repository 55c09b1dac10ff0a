/**
 * Whether the process is healthy and ready, told to probes by another thread than main: what main said last, for how long
 * it has said nothing, over a listener that no other page shares.
 */
export { MainWatch, type Pulse, startPulse } from './pulse.ts'
export { openHealth, PROBES_BACKLOG } from './server.ts'
export { healthOf, type ProbeReply, readyOf, type ServerStanding } from './standing.ts'
