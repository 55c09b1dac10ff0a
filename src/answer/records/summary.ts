import { type Address, isWithin, printAddress } from '../../values/dns/index.ts'
import type { Viewpoint } from '../../words/clusterset/index.ts'
import { type Entry, hasHosts, hostsAbove, isOfHost, type Snapshot, sitesIn } from '../../world/zone/index.ts'
import { type HeadlessRouting, isReachedByPort, type Routing } from '../routing/index.ts'
import { absenceAt, absenceOf, beforeStart } from './absence.ts'
import type { ClusterExplanation } from './explanation.ts'
import { namers } from './remarks.ts'
import { tooLong } from './too-long.ts'

/** What was found out about a service from a viewpoint. */
interface SummaryInput {
  /** In the clusterset zone. */
  readonly exists: boolean
  /** The clusterset IPs that answer. */
  readonly ips: readonly Address[]
  readonly routing: Routing | HeadlessRouting | undefined
  readonly clusters: readonly ClusterExplanation[]
  /** The zone whose SRV records say numbers; null: none does. */
  readonly numbered: string | null
}

/** Who answers for a service, or why nobody does; what keeps even that from being so, and what is left out. */
export const summaryOf = (
  entry: Entry,
  snapshot: Snapshot,
  viewpoint: Viewpoint,
  findings: SummaryInput,
): string =>
  beforeStart(snapshot) +
  (findings.exists ? answering(findings, entry) : missing(entry, snapshot, viewpoint)) +
  outsideAlone(entry, snapshot, viewpoint) +
  nameTaken(entry, snapshot) +
  tooLong(entry, snapshot, viewpoint)

/** Of a service that stands outside of all clusters, or has others in the global zone than in the clusterset zone. */
function outsideAlone(
  entry: Entry,
  { settings: { global, clusterset } }: Snapshot,
  { cluster }: Viewpoint,
): string {
  if (isOfHost(entry)) return ''
  if (global === null) return entry.import === null && sitesIn(entry).length > 0 ? SWITCHED_OFF : ''
  if (entry.import !== null)
    return entry.external?.shares && entry.import.type !== 'Headless'
      ? ` That is so in ${global}, where ${namers(entry.external)} them: in ${clusterset} all that export it may answer.`
      : ''
  if (sitesIn(entry).length === 0) return ''
  return entry.imports.get(cluster)?.foreign
    ? ` No cluster exports it: that is so in ${global}; in ${clusterset} it is what the ServiceImport says that another controller wrote into ${cluster}.`
    : ` No cluster exports it: it is in ${global} alone.`
}

const SWITCHED_OFF =
  ' What ServiceEntries say of it would be in the global zone alone, and zones.global is null.'

/** Of a host that is called, or stands below what is called, as a place of one above it would be. */
function nameTaken(entry: Entry, { entries }: Snapshot): string {
  for (const key of hostsAbove(entry, entries)) {
    const above = entries.get(key)
    const place = above?.external?.sites.find(({ beside }) => beside !== null && isWithin(entry.name, beside))
    if (above !== undefined && place !== undefined)
      return ` ${place.beside} would be a place of ${above.name}, and is none because of this host: the place is ${place.id}.${above.name}.`
  }
  return ''
}

function missing(entry: Entry, snapshot: Snapshot, { cluster }: Viewpoint): string {
  if (isOfHost(entry))
    return `No endpoint of a ServiceEntry stands behind it: ${hasHosts(snapshot, entry.name) ? 'the name exists without records, for hosts below it' : absenceAt(entry.name, snapshot, cluster)}.`
  const absence = absenceOf(entry, snapshot, cluster)
  return entry.import === null
    ? `No cluster exports it: ${absence}.`
    : `Headless without a ready endpoint anywhere: ${absence}.`
}

function answering({ ips, routing, clusters, numbered }: SummaryInput, entry: Entry): string {
  if (ips.length > 0)
    return `Answered by the clusterset IP ${ips.map(printAddress).join(', ')} of the ServiceImport in the asker's cluster.`
  if (routing === undefined)
    return 'Known by a foreign ServiceImport only, which has no clusterset IP: an empty answer.'
  if ('pending' in routing && routing.pending)
    return `Its name is SERVFAIL until that is known: ${routing.obstacle}.`
  if ('levels' in routing && numbered !== null && isReachedByPort(routing))
    return `Look-ups of SRV in ${numbered} are answered, at ${entry.import === null ? 'numbers of their own' : 'node ports'}; those of addresses are empty: ${routing.obstacle}.`
  if (routing.obstacle !== null) return `It exists, but nobody can be reached from here: ${routing.obstacle}.`
  const answering = clusters.filter(({ share, level }) => level !== null && (share ?? 0) > 0)
  const names = answering.map(({ cluster, ...one }) =>
    'levels' in routing && one.share !== 1 ? `${cluster} ${printShare(one)}` : cluster || '""',
  )
  return `Answered from ${names.join(', ')}${STANDBY[routing.standby]}.`
}

const STANDBY = {
  usable: '',
  down: ', by last views: every cluster that could answer is down',
  drained: ', although drained: nobody else is left',
  notReady: ', although no endpoint is ready anywhere',
} as const

/** `70 %`; `30 % of A and 50 % of AAAA` where not all that answer have a family in common. */
export function printShare({ share, shareOf }: Pick<ClusterExplanation, 'share' | 'shareOf'>): string {
  if (shareOf === null) return percent(share ?? 0)
  const parts = Object.entries(shareOf).filter(([, part]) => part > 0)
  return parts.map(([type, part]) => `${percent(part)} of ${type}`).join(' and ')
}

/** `70 %`, `33.3 %`. */
const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`
