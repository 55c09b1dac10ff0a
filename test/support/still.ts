/** A thread that stands still for good, and says so to the test that turns its beats. */
import { getEnvironmentData } from 'node:worker_threads'

export const STILL = 'threads that stand still'

export function standStill(): never {
  const still = getEnvironmentData(STILL)
  if (still instanceof Int32Array) Atomics.add(still, 0, 1)
  for (;;);
}
