import type { Name } from '../../../values/dns/index.ts'
import type { ClusterId } from '../../../words/clusterset/index.ts'
import { few } from '../../../words/kube/index.ts'
import { type Entry, type Snapshot, subjectOf } from '../../../world/zone/index.ts'
import type { CheckResult } from './check-result.ts'
import { type Obstacle, obstacleTo, viewpointsOf } from './reach.ts'

/** Where clients of a service reach nobody: one finding for all clusters that fail for the same reason. `between`: two of them. */
export async function unreachableOf(
  entry: Entry,
  world: Snapshot,
  between: () => Promise<void> | undefined,
): Promise<readonly CheckResult[]> {
  const viewpoints = viewpointsOf(world)
  const met: Met[] = []
  for (const from of viewpoints) {
    await between()
    const obstacle = obstacleTo(entry, from, world)
    if (obstacle !== undefined) met.push({ ...obstacle, from: from.cluster })
  }
  const nobody = met.length === viewpoints.length
  const head = { kind: 'unreachable', cluster: null, subject: subjectOf(entry) } as const
  return [...Map.groupBy(met, ({ why, byPort, zone }) => `${byPort} ${zone} ${why}`).values()].flatMap(
    (those) => {
      const [first] = those
      const clusters = those.map(({ from }) => from)
      if (first === undefined) return []
      return first.byPort
        ? [reachedByPort(entry, clusters, first)]
        : [{ ...head, ...judged(entry, clusters, first, nobody) }]
    },
  )
}

interface Met extends Obstacle {
  readonly from: ClusterId
}

/** What clients of other clusters find of a service that only numbers of its own lead to. */
function reachedByPort(entry: Entry, clusters: readonly ClusterId[], { why, byPort }: Obstacle): CheckResult {
  const isOutside = entry.import === null
  return {
    kind: 'ports',
    level: 'advice',
    cluster: null,
    subject: subjectOf(entry),
    finding: `clients in ${few(clusters)} reach it by SRV in ${byPort} alone, at ${isOutside ? 'numbers of its own' : 'node ports'}; their look-ups of addresses are empty: ${why}`,
    remedy: isOutside
      ? "serve it at the numbers of the ServiceEntry's ports, or have those clients look up SRV records"
      : 'give the Service a port that equals its nodePort, or have those clients look up SRV records',
  }
}

function judged(
  entry: Entry,
  clusters: readonly ClusterId[],
  { why, zone }: Obstacle,
  nobody: boolean,
): Pick<CheckResult, 'level' | 'finding' | 'remedy'> {
  const { import: made } = entry
  if (made?.type === 'ClusterSetIP' && made.internalTrafficPolicy === 'Local' && !nobody)
    return {
      level: 'advice',
      finding: `not for clients in ${few(clusters)}: ${why}`,
      remedy:
        'if that is not meant, set internalTrafficPolicy: Cluster on the Service that was exported first',
    }
  const by = zone === null ? '' : `by its name in ${zone}, `
  const finding = nobody
    ? `${by}clients in no cluster reach it: ${why}`
    : `${by}clients in ${few(clusters)} cannot reach it: ${why}`
  return {
    level: nobody ? 'broken' : 'warning',
    finding,
    remedy: remedyFor(
      entry,
      zone,
      `\`meridian explain ${subjectOf(entry)} --offline --from ${clusters[0]}\``,
    ),
  }
}

function remedyFor(entry: Entry, zone: Name | null, explain: string): string {
  if (entry.import === null)
    return `list endpoints on the clients' network, or of no network, that are well and whose host names resolve; ${explain} shows each place that was tried`
  return zone === null
    ? `make a way (one network, a load balancer or a gateway); ${explain} shows each that was tried`
    : `name clusters in the ServiceEntry that clients reach, or make a way to those that it names; ${explain} shows each that was tried`
}
