import type { ClusterId } from '../clusterset/index.ts'
import { type ClusterEndpoints, headOf, type ValidExport } from '../inventory/index.ts'
import type { Entry } from '../zone/index.ts'

/** Endpoints of a Headless service that are looked at to explain it: a reply over TCP holds fewer. */
export const LOOKED_AT = 5000

/** A service as an explanation looks at it, and how many endpoints it leaves out of each cluster's. */
export interface LookedAt {
  readonly entry: Entry
  readonly omitted: ReadonlyMap<ClusterId, number>
}

/** A person reads no more, and which clusters answer for a Headless service depends on no single endpoint. */
export function lookedAt(entry: Entry): LookedAt {
  const headless = entry.exports.filter(isHeadless)
  const most = fairPart(
    headless.map(({ endpoints }) => endpoints.count),
    LOOKED_AT,
  )
  const omitted = new Map<ClusterId, number>()
  const head = ({ cluster, ready }: ClusterEndpoints, bound: number): ClusterEndpoints['ready'] => {
    const first = headOf({ ready }, bound)
    if (first.left > 0) omitted.set(cluster, first.left)
    return first.ready
  }
  const exports = entry.exports.map((one) =>
    isHeadless(one)
      ? {
          ...one,
          endpoints: {
            ...one.endpoints,
            ready: head({ cluster: one.cluster, ready: one.endpoints.ready }, most),
          },
        }
      : one,
  )
  const imports = [...entry.imports].map(([id, found]) => {
    const endpoints = found.endpoints.map((share) => ({ ...share, ready: head(share, LOOKED_AT) }))
    return [id, { ...found, endpoints }] as const
  })
  return omitted.size === 0
    ? { entry, omitted }
    : { entry: { ...entry, exports, imports: new Map(imports) }, omitted }
}

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
