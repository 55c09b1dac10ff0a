import { opened } from '../../src/sources/changes/index.ts'
import type { Reader } from '../../src/sources/reader/index.ts'
import { sourceOf } from '../../src/sources/reader/source.ts'
import { type Custody, careAt, NO_CUSTODY } from '../../src/sources/state/index.ts'
import { KINDS, type Kinds } from '../../src/words/kube/index.ts'

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
