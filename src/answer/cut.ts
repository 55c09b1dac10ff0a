import type { Viewpoint } from '../clusterset/index.ts'
import { joinNames, type Name, printType, type RR, TYPE, wireLength } from '../dns/index.ts'
import { type Entry, namesOf, type Published, publishedIn, type Snapshot, type Zone } from '../zone/index.ts'
import { recordsOf } from './records.ts'
import { baseOf, wholeLevel } from './render.ts'

/** Records of one name and type that are too many for any reply: over TCP too only the nearest are answered. */
export interface Cut {
  readonly name: Name
  readonly type: 'A' | 'AAAA' | 'SRV'
  readonly records: number
  /** There are more records than that: not all endpoints were looked at. */
  readonly atLeast?: boolean | undefined
  /** How many of them a reply holds. */
  readonly answered: number
}

/** What of a service's answers is cut short for a viewpoint, over TCP as well. */
export const cutsOf = (entry: Entry, snapshot: Snapshot, viewpoint: Viewpoint): readonly Cut[] =>
  [...snapshot.zones.values()].flatMap((zone) => cutsIn(zone, entry, snapshot, viewpoint))

/** `SRV of _pg._tcp.db.shop.svc.clusterset.local: 1200 records, of which a reply holds the nearest 955`. */
export const printCut = ({
  name,
  type,
  records,
  atLeast = false,
  answered,
}: Omit<Cut, 'type'> & { readonly type: string }): string =>
  `${type} of ${name}: ${atLeast ? 'at least ' : ''}${records} records, of which a reply holds the nearest ${answered}`

/** The same of one zone. */
export function cutsIn(zone: Zone, entry: Entry, snapshot: Snapshot, viewpoint: Viewpoint): readonly Cut[] {
  const published = publishedIn(zone, entry, viewpoint.cluster)
  if (published === undefined || mostIn(published, entry) < FEWEST) return []
  const context = wholeLevel(snapshot, viewpoint)
  const base = baseOf(entry, zone)
  return [...namesOf(zone.kind, published, base).nodes].flatMap(([path, node]) => {
    if (node.kind === 'empty' || node.kind === 'endpoint') return []
    // Of a service that is drawn from, a reply has one cluster's addresses: those of that cluster's own name.
    const isDrawn = published.type === 'ClusterSetIP' && zone.kind !== 'cluster' && node.kind === 'service'
    const owner = joinNames(path, base)
    return (isDrawn ? [TYPE.SRV] : TYPES).flatMap((type) => {
      const content = recordsOf({ kind: 'service', zone, entry, published, node, base }, owner, type, context)
      return content.kind === 'some' ? cutOf(owner, content.answers) : []
    })
  })
}

const TYPES = [TYPE.A, TYPE.AAAA, TYPE.SRV] as const

/** More records than a service has under one name. */
function mostIn({ endpoints, clusters, ports }: Published, { exports }: Entry): number {
  if (endpoints.length > 0) return endpoints.reduce((sum, { endpoint }) => sum + endpoint.ports.length + 2, 0)
  const ready = exports.map((one) => (one.kind === 'valid' ? one.endpoints.count : 0))
  return clusters.length * ports.length + 2 * Math.max(0, ...ready)
}

/** Records of fewer than 273 octets: so many fit. */
const FEWEST = 240

/** Of a message over TCP. */
const LONGEST = 65_535
/** Header, the question's type and class, OPT. */
const AROUND = 12 + 4 + 11

function cutOf(name: Name, answers: readonly RR[]): readonly Cut[] {
  let octets = AROUND + wireLength(name)
  let answered = 0
  for (const answer of answers) {
    octets += lengthOf(answer)
    if (octets <= LONGEST) answered++
  }
  const [type] = answers.map(({ data }) => printType(data.type))
  if (octets <= LONGEST || (type !== 'A' && type !== 'AAAA' && type !== 'SRV')) return []
  return [{ name, type, records: answers.length, answered }]
}

/** Its owner, as the question's, takes two octets; a target is never compressed. */
const lengthOf = ({ data }: RR): number =>
  12 + (data.type === TYPE.A ? 4 : data.type === TYPE.SRV ? 6 + wireLength(data.target) : 16)
