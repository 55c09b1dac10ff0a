/** UDP answered on threads of their own, each from a replica that main keeps up: what main does delays no answer. */

// Every transport on every address, as threads answer them.
export { listenersOn } from './listeners.ts'
// The threads at work; where one does not come up, none is left running.
export { startAnswering } from './start.ts'
export type { Answering, AnsweringOptions, UdpWay } from './types.ts'
// How many are started: one CPU is for watching, and each thread has a world of its own in memory.
export { workersOf } from './way.ts'
