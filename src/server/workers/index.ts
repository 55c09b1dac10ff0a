/**
 * Answers on threads of their own, each from a replica that main keeps up: what main does delays no answer. UDP is
 * answered by several (`worker-pool.ts`), streams and probes by one (`stream-supervisor.ts`). `supervisor.ts` is the
 * file to open first: it starts a thread, tells it what changes, and replaces it when it ends; `worker-loop.ts` is the
 * thread's life, and `protocol.ts` what crosses between the two.
 */

// Every transport on every address, as threads answer them.
export { listenersOn } from './listeners.ts'
// The threads at work; where one does not come up, none is left running.
export { startAnswering } from './start.ts'
export type { Answering, AnsweringOptions, UdpWay } from './types.ts'
// How many are started: one CPU is for watching, and each thread has a world of its own in memory.
export { workersOf } from './way.ts'
