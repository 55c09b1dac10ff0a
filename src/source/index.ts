export type { Change, Problem, Source, SourceListener, StartSource } from './types.ts'
