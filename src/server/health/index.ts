/**
 * Whether the process is healthy and ready, told to probes by another thread than main: what main said last, for how long
 * it has said nothing, over a listener that no other page shares.
 */

// What main counts up while it has its turns, and how long it has had none.
export { MainWatch, type Pulse, startPulse } from './pulse.ts'
// As much of HTTP/1.1 as probes speak, within bounds of connections and octets.
export { openHealth, PROBES_BACKLOG } from './server.ts'
// What `/healthz` and `/readyz` are told, by what main said last and how old that is.
export { healthOf, type ProbeReply, readyOf, type ServerStanding } from './standing.ts'
