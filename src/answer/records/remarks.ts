import { remembered } from '../../values/table/index.ts'
import {
  type Cluster,
  type Clusterset,
  type External,
  networksOf,
  type Site,
} from '../../words/clusterset/index.ts'
import { briefly, few } from '../../words/kube/index.ts'
import { agedBy, BEYOND_ENDPOINTS, type Export, type ValidExport } from '../../world/inventory/index.ts'
import { portDifferences } from '../../world/synthesis/index.ts'
import { type Entry, portsIn, type Snapshot } from '../../world/zone/index.ts'
import type { Fate } from './explanation.ts'

/** What keeps a cluster's share from being what the cluster says. */
export function faultIn({ faults }: Snapshot, { key }: Entry, id: string): readonly string[] {
  const fault = faults.get(key)?.get(id)
  return fault === undefined ? [] : [`as it was before: ${fault}`]
}

/** Of a cluster to which an object says the way: whose word it is, or who says another one. */
export function wayRemarks(
  { reach: declared }: Cluster,
  exported: ValidExport | undefined,
  { route }: Pick<Fate, 'route'>,
): readonly string[] {
  if (exported?.route === undefined) return []
  const by = few(exported.route.by)
  const reach = exported.reach ?? declared
  if (reach !== 'auto') return [`not reached as ${by} says: its reach is ${reach}`]
  return route === null || route === 'clusterIP' ? [] : [`reached as ${by} says`]
}

/** Of a cluster whose share objects name: whose word its weight is. */
export function shareRemarks(
  { external, import: made }: Entry,
  exported: ValidExport | undefined,
  { weight }: Pick<Fate, 'weight'>,
): readonly string[] {
  const named = external?.shares?.get(exported?.cluster ?? '')
  if (exported === undefined || named === undefined || made?.type === 'Headless') return []
  const by = few(named.by)
  if (named.weight === null) return [`answers in the global zone as ${by} says`]
  if (weight === null) return []
  return named.weight === weight
    ? [`its weight is that of its endpoints in ${by}`]
    : [`its endpoints in ${by} have weight ${named.weight}, and others decide`]
}

/** Which objects name the clusters that answer, and their verb. */
export function namers({ shares }: External): string {
  const by = new Set([...(shares?.values() ?? [])].flatMap((one) => one.by))
  return `${few([...by])} ${by.size === 1 ? 'names' : 'name'}`
}

/** Of a cluster whose endpoints are not all in answers beside others'. */
export const cutShort = (cut: number): readonly string[] =>
  cut <= 0 ? [] : [`${cut} of its endpoints are ${BEYOND_ENDPOINTS}, which clusters share`]

/** Of a cluster, or a place, that takes part: what clients with a fixed port may meet there. */
export function portsApart(one: Pick<ValidExport, 'ports'> | undefined, entry: Entry): readonly string[] {
  const differences = one && portDifferences(one, portsIn(entry))
  return differences === undefined
    ? []
    : [`has ${differences}: SRV look-ups heed that, look-ups of addresses know no port`]
}

/** Of a place: the networks that it is on, where no cluster is on any of them; undefined: somebody may reach it. */
export const strandedOn = ({ networks, within }: Site, clusterset: Clusterset): string | undefined =>
  networks === null || within !== null || networks.some((one) => networksIn(clusterset).has(one))
    ? undefined
    : few(networks.map((one) => briefly(one)))

const networksIn = remembered(
  ({ members }: Clusterset): ReadonlySet<string> =>
    new Set([...members.values()].flatMap(({ network }) => networksOf(network))),
)

/** Of an export whose place among the others that decides. */
export function agelessRemark(exported: Export): string {
  const { kind, name } = agedBy(exported)
  return `${name ?? `its ${kind}`} does not say when it was made, so it comes after those that do, by cluster id`
}
