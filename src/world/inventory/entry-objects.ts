import type { ClusterId, External, Site } from '../../words/clusterset/index.ts'
import { few, type Port } from '../../words/kube/index.ts'
import type { ObjectSummary, ServiceEntries } from '../istio/index.ts'
import type { Export, ValidExport } from './export-types.ts'

/** By what a service's ServiceEntries are judged besides what they say. */
interface Beside {
  readonly exports: readonly Export[]
  /** Whether there is a zone for what nobody exports: the global one, or that of a host. */
  readonly hasZone: boolean
}

/**
 * What became of a service's ServiceEntries beside what clusters export: a share that nobody exports answers nobody, the
 * way to one leads nobody there, and a place may have no zone in which it would be, or nothing to do with the exports.
 */
export function entryObjects({ external, objects }: ServiceEntries, beside: Beside): ObjectSummary {
  if (external === null) return objects
  const parts = partsOf(external, beside)
  if (parts.every(({ why }) => why === undefined)) return objects
  const first = objects.first.map((one) => {
    if (one.outcome !== 'inForce') return one
    const own = parts.filter(({ by }) => by.includes(`${one.kind} ${one.name}`))
    const idle = [...Map.groupBy(own, ({ why }) => why)]
    const whys = idle.flatMap(
      ([why, those]) => why?.(few(those.map(({ id }) => id)), those.length === 1) ?? [],
    )
    const [why, ...more] = whys
    if (why === undefined) return one
    return own.some((part) => part.holds ?? part.why === undefined)
      ? { ...one, leftOut: [...one.leftOut, ...whys] }
      : { ...one, outcome: 'leftOut' as const, why, leftOut: [...one.leftOut, ...more] }
  })
  return { first, counts: countsAfter(objects, first) }
}

/** What objects say: a place, a cluster's share, or the way to one. */
interface Part {
  readonly id: ClusterId
  readonly by: readonly string[]
  /** Why nothing comes of it; undefined: something does. */
  readonly why: Why | undefined
  /** true: where others export it, those answer that are named, even if that is nobody. */
  readonly holds?: true | undefined
}

type Why = (ids: string, isOne: boolean) => string

function partsOf({ sites, routes, shares }: External, { exports, hasZone }: Beside): readonly Part[] {
  const valid = exports.filter((one): one is ValidExport => one.kind === 'valid')
  const exporting = new Set(valid.map(({ cluster }) => cluster))
  const [first] = valid
  const numbers = new Set(
    valid.flatMap(({ type, ports }) => (type === first?.type ? ports.map(numberOf) : [])),
  )
  const whyNoPlace = (site: Site): Why | undefined => {
    if (first === undefined) return hasZone ? undefined : NO_ZONE
    if (first.type === 'Headless') return HEADLESS
    return site.ports.some((port) => numbers.has(numberOf(port))) ? undefined : OTHER_PORTS
  }
  const ofShare = (id: ClusterId): Pick<Part, 'why' | 'holds'> => {
    if (!hasZone) return { why: NO_ZONE_OF_SHARES }
    if (first?.type === 'Headless') return { why: HEADLESS }
    return {
      why: exporting.has(id) ? undefined : NOT_EXPORTED,
      ...(first === undefined ? {} : { holds: true }),
    }
  }
  return [
    ...Array.from(routes, ([id, { by }]) => ({ id, by, why: exporting.has(id) ? undefined : NO_WAY })),
    ...Array.from(shares ?? [], ([id, { by }]) => ({ id, by, ...ofShare(id) })),
    ...sites.map((site) => ({ id: site.id, by: site.by, why: whyNoPlace(site) })),
  ]
}

const numberOf = ({ protocol, port }: Port): string => `${protocol} ${port}`

const NO_WAY: Why = (clusters, isOne) =>
  `it is the way to ${clusters}, which ${isOne ? 'does' : 'do'} not export it: istio.entries.export: true makes it an export`
const NOT_EXPORTED: Why = (clusters, isOne) =>
  `it names the ${isOne ? 'share' : 'shares'} of ${clusters}, which ${isOne ? 'does' : 'do'} not export it: a ServiceExport there makes it answer`
const NO_ZONE_OF_SHARES: Why = () =>
  'it says which clusters answer in the global zone, and zones.global is null'
const NO_ZONE: Why = () => 'no cluster exports the service, and zones.global, where it would be, is null'
const HEADLESS: Why = () => 'the service is Headless, and its endpoints are those of clusters'
const OTHER_PORTS: Why = (places, isOne) =>
  `${places} ${isOne ? 'has' : 'have'} none of the ports that clusters export`

/** All in force are among the first. */
function countsAfter({ first: before, counts }: ObjectSummary, first: ObjectSummary['first']) {
  const moved = before.filter(({ outcome }, i) => outcome !== first[i]?.outcome).length
  if (moved === 0) return counts
  const kind = counts[0]?.kind ?? ''
  const countOf = (wanted: string): number => counts.find(({ outcome }) => outcome === wanted)?.count ?? 0
  const all = [
    { kind, outcome: 'inForce' as const, count: countOf('inForce') - moved },
    { kind, outcome: 'overridden' as const, count: countOf('overridden') },
    { kind, outcome: 'leftOut' as const, count: countOf('leftOut') + moved },
  ]
  return all.filter(({ count }) => count > 0)
}
