import type { ClusterId } from '../../words/clusterset/index.ts'
import { type ClusterEndpoints, headOf, Ready, type ValidExport } from '../../world/inventory/index.ts'
import type { Entry } from '../../world/zone/index.ts'

/** Endpoints of a Headless service that are looked at to explain it: a reply over TCP holds fewer. */
export const LOOKED_AT = 5000

/** A service as an explanation looks at it, and how many endpoints it leaves out of each cluster's. */
export interface LookedAt {
  readonly entry: Entry
  readonly omitted: ReadonlyMap<ClusterId, number>
}

/** A person reads no more, and which clusters answer for a Headless service depends on no single endpoint. */
export function lookedAt(entry: Entry): LookedAt {
  const { import: made, exports } = entry
  const shared = made?.shares ?? exports.filter(isHeadless).map(shareOf)
  const most = fairPart(
    shared.map(({ ready }) => new Ready(ready).length),
    LOOKED_AT,
  )
  const omitted = new Map<ClusterId, number>()
  const head = (bound: number) => (share: ClusterEndpoints) => {
    const first = headOf(share, bound)
    if (first.left > 0) omitted.set(share.cluster, first.left)
    return { ...share, ready: first.ready }
  }
  const shares = shared.map(head(most))
  const imports = new Map(
    [...entry.imports].map(([id, found]) => [
      id,
      { ...found, endpoints: found.endpoints.map(head(LOOKED_AT)) },
    ]),
  )
  if (omitted.size === 0) return { entry, omitted }
  return { entry: { ...entry, import: made && { ...made, shares }, imports }, omitted }
}

const shareOf = ({ cluster, endpoints: { ready } }: ValidExport): ClusterEndpoints => ({ cluster, ready })

const isHeadless = (one: Entry['exports'][number]): one is ValidExport =>
  one.kind === 'valid' && one.type === 'Headless'

/** How much of each there may be, so that together they are no less than `most` and hardly more; no bound if they are fewer. */
export function fairPart(counts: readonly number[], most: number): number {
  let left = most
  const ascending = counts.toSorted((a, b) => a - b)
  for (const [i, count] of ascending.entries()) {
    const others = ascending.length - i
    if (count * others > left) return Math.max(1, Math.ceil(left / others))
    left -= count
  }
  return Number.POSITIVE_INFINITY
}
