/** UDP answered on a thread of its own, from a replica that main keeps up: what main does delays no answer. */
export { startAnswering } from './start.ts'
export type { Answering, AnsweringOptions } from './types.ts'
