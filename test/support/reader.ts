import { KINDS, type Kinds } from '../../src/kube/index.ts'
import type { Reader } from '../../src/reader/index.ts'
import { sourceOf } from '../../src/reader/source.ts'
import { opened } from '../../src/source/index.ts'
import { type Custody, careAt, NO_CUSTODY } from '../../src/state/index.ts'

/** Reads on the thread that asks: what is made of it is another matter. */
export const readHere = (custody: Custody = NO_CUSTODY, kinds: Kinds = KINDS): Reader => ({
  open: (order, hooks) => {
    const care = (what: string) => careAt(custody, `${what} of ${order.id}`)
    const { start, ...credentials } = sourceOf(order, hooks, { care, kinds })
    return { start: opened(start, kinds), ...credentials }
  },
  losses: () => 0,
  stop: async () => undefined,
})
