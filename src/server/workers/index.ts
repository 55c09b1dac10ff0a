/** UDP answered on threads of their own, each from a replica that main keeps up: what main does delays no answer. */
export { listenersOn } from './listeners.ts'
export { startAnswering } from './start.ts'
export type { Answering, AnsweringOptions, UdpWay } from './types.ts'
export { workersOf } from './way.ts'
