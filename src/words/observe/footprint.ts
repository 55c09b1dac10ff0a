import { getHeapStatistics } from 'node:v8'

/** What a thread's objects take, in bytes. */
export interface Footprint {
  /** In use of its heap. */
  readonly heap: number
  /** Outside of it: buffers. */
  readonly outside: number
}

/** Of the thread that asks. */
export function footprintHere(): Footprint {
  const { used_heap_size: heap, external_memory: outside } = getHeapStatistics()
  return { heap, outside }
}
