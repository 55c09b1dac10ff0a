import { opened } from '../source/index.ts'
import { type Custody, careAt, NO_CUSTODY } from '../state/index.ts'
import { sourceOf } from './source.ts'
import type { Reader } from './types.ts'

/** Reads on the thread that asks. */
export const readHere = (custody: Custody = NO_CUSTODY): Reader => ({
  open: (order, hooks) => {
    const care = (what: string) => careAt(custody, `${what} of ${order.id}`)
    const { start, ...credentials } = sourceOf(order, hooks, { care })
    return { start: opened(start), ...credentials }
  },
  losses: () => 0,
  stop: async () => undefined,
})
