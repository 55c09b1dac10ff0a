import { remembered } from '../../values/table/index.ts'
import { type Cluster, type Clusterset, networksOf, type Site } from '../../words/clusterset/index.ts'
import { briefly, few } from '../../words/kube/index.ts'
import { BEYOND_ENDPOINTS, type ValidExport } from '../../world/inventory/index.ts'
import { portDifferences } from '../../world/synthesis/index.ts'
import { type Entry, portsIn, type Snapshot } from '../../world/zone/index.ts'

/** What keeps a cluster's share from being what the cluster says. */
export function faultIn({ faults }: Snapshot, { key }: Entry, id: string): readonly string[] {
  const fault = faults.get(key)?.get(id)
  return fault === undefined ? [] : [`as it was before: ${fault}`]
}

/** Of a cluster to which an object says the way, where somebody says it already. */
export function otherWays(
  { reach: declared }: Cluster,
  exported: ValidExport | undefined,
): readonly string[] {
  const reach = exported?.reach ?? declared
  return exported?.route === undefined || reach === 'auto'
    ? []
    : [`not reached as ${few(exported.route.by)} says: its reach is ${reach}`]
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

/** Of an export whose place among the others that decides; `by`: what exports it, where that is no ServiceExport. */
export const agelessRemark = (by: string | undefined): string =>
  `its ${by === undefined ? 'ServiceExport' : 'Service'} does not say when it was made, so it comes after those that do, by cluster id`
