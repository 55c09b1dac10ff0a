import { type Cut, cutsOf, printCut } from '../../../answer/records/index.ts'
import type { ClusterId, Precedence } from '../../../words/clusterset/index.ts'
import { few } from '../../../words/kube/index.ts'
import { type Conflict, PRECEDING, portDifferences } from '../../../world/synthesis/index.ts'
import {
  ageless,
  contributors,
  type Entry,
  omittedNames,
  type Snapshot,
  sitesIn,
} from '../../../world/zone/index.ts'
import type { Offline } from '../offline.ts'
import { goOnWith, inTurns } from '../turns.ts'
import { annotationsFor } from './annotations.ts'
import { type CheckResult, counted } from './check-result.ts'
import { idleBindings, idleObjects, policiesFor } from './policies.ts'
import { entriesOf, type Obstacle, obstacleTo, viewpointsOf } from './reach.ts'

/** Services across the clusters: who disagrees, who cannot be reached from where, which names are not made. */
export async function checkServices(offline: Offline): Promise<readonly CheckResult[]> {
  const { world, problems } = offline
  const all = entriesOf(world)
  const exported = all.filter((entry) => entry.import !== null)
  /** What clusters have ServiceImports of that others wrote, and nobody exports. */
  const foreign = all.filter((entry) => entry.import === null && isForeign(entry))
  /** What stands outside of clusters alone, or would. */
  const outside = all.filter((entry) => entry.import === null && entry.objects !== undefined)
  const each = (look: (entry: Entry) => readonly CheckResult[] | Promise<readonly CheckResult[]>) =>
    inTurns(exported, lookingAt, look)
  const known = [...exported, ...foreign, ...outside.filter((entry) => !isForeign(entry))]
  const unreachable = await each((entry) => unreachableOf(entry, world))
  return [
    ...unreachable,
    ...(await each(conflictsOf)),
    ...(await inTurns([...exported, ...outside], lookingAt, policiesFor)),
    ...(await each((entry) => annotationsFor(entry, world))),
    ...idleObjects(offline),
    ...idleBindings(offline),
    ...(await each((entry) => portsApart(entry, world))),
    ...(await inTurns(known, lookingAt, (entry) => cutShort(entry, world))),
    ...(await each(agelessOf)),
    ...(await inTurns(known, lookingAt, (entry) => longNamesOf(entry, world))),
    summary(
      exported,
      { foreign: foreign.length, outside: outside.filter((entry) => sitesIn(entry).length > 0).length },
      unreachable,
      [...problems.values()].flat().some(({ costs }) => costs === 'exports'),
    ),
  ]
}

const isForeign = ({ imports }: Entry): boolean => [...imports.values()].some(({ foreign }) => foreign)

const lookingAt = ({ key }: Entry): string => `looking at service ${key}`

function summary(
  exported: readonly Entry[],
  { foreign, outside }: { readonly foreign: number; readonly outside: number },
  unreachable: readonly CheckResult[],
  hasOthers: boolean,
): CheckResult {
  const head = { kind: 'services', cluster: null, subject: 'services', remedy: null } as const
  const alone = `${counted(outside, 'service')} outside of clusters, in the global zone alone`
  if (exported.length === 0 && outside > 0) return { ...head, level: 'ok', finding: alone }
  if (exported.length === 0)
    return {
      ...head,
      level: 'warning',
      finding:
        foreign === 0
          ? 'no cluster exports a service: there is nothing to answer'
          : `no cluster exports a service: there is nothing to answer but ${counted(foreign, 'service')} of ServiceImports that others wrote`,
      remedy: hasOthers
        ? 'see what is said of the ServiceExports that are not read'
        : 'create a ServiceExport of the name and namespace of each Service to share',
    }
  const short = new Set(unreachable.flatMap(({ kind, subject }) => (kind === 'unreachable' ? [subject] : [])))
    .size
  const all = counted(exported.length, 'service')
  const finding =
    short === 0
      ? `${all} exported, each reached from every cluster`
      : `${all} exported, ${exported.length - short} of them reached from every cluster`
  return { ...head, level: 'ok', finding: outside === 0 ? finding : `${finding}; ${alone}` }
}

function conflictsOf(entry: Entry): readonly CheckResult[] {
  const { key, import: made, exports } = entry
  if (made === null) return []
  const head = { kind: 'conflict', level: 'warning', cluster: null, subject: key } as const
  const stated = made.conflicts.map((conflict) => ({
    ...head,
    finding: `${conflict.reason}: ${conflict.message}`,
    remedy: remedyOf(conflict, made.precedence, entry),
  }))
  const left = exports.flatMap((one) =>
    one.kind === 'valid' && one.type === made.type && !made.clusters.includes(one.cluster)
      ? [one.cluster]
      : [],
  )
  if (left.length === 0) return stated
  const finding = `${few(left)} ${left.length === 1 ? 'exposes' : 'expose'} none of the merged ports, and so answer${left.length === 1 ? 's its' : ' their'} own clients alone`
  return [...stated, { ...head, finding, remedy: 'give the Services the same ports in every cluster' }]
}

const remedyOf = ({ reason, clusters }: Conflict, precedence: Precedence, entry: Entry): string =>
  reason === 'TypeConflict'
    ? `${few(clusters)} contribute${clusters.length === 1 ? 's' : ''} nothing until the Service there is of the same type (clusterIP: None or not)`
    : `make the ${declaring(clusters, entry)} in ${few(clusters)} like those of the ${PRECEDING[precedence]} export`

/** By what those clusters export it. */
const declaring = (clusters: readonly ClusterId[], { exports }: Entry): string =>
  exports.some(({ cluster, by }) => by === undefined && clusters.includes(cluster))
    ? 'Service and ServiceExport'
    : 'Service'

/** Exports in Git seldom say when they were made. */
function agelessOf(entry: Entry): readonly CheckResult[] {
  const those = ageless(entry)
  const byKind = Map.groupBy(those, (cluster) =>
    declaring([cluster], entry) === 'Service' ? 'Service' : 'ServiceExport',
  )
  return [...byKind].map(([kind, clusters]): CheckResult => {
    const one = clusters.length === 1
    return {
      kind: 'age',
      level: 'advice',
      cluster: null,
      subject: entry.key,
      finding: `the ${one ? kind : `${kind}s`} in ${few(clusters)} ${one ? 'does' : 'do'} not say when ${one ? 'it was' : 'they were'} made, and so ${one ? 'comes' : 'come'} after those that do, by cluster id`,
      remedy: `write metadata.creationTimestamp into each ${kind} whose place among the others matters`,
    }
  })
}

/** One finding for all clusters that fail for the same reason. */
async function unreachableOf(entry: Entry, world: Snapshot): Promise<readonly CheckResult[]> {
  const viewpoints = viewpointsOf(world)
  const met: Met[] = []
  for (const from of viewpoints) {
    await goOnWith(lookingAt(entry))
    const obstacle = obstacleTo(entry, from, world)
    if (obstacle !== undefined) met.push({ ...obstacle, from: from.cluster })
  }
  const nobody = met.length === viewpoints.length
  const head = { kind: 'unreachable', cluster: null, subject: entry.key } as const
  return [...Map.groupBy(met, ({ why, byPort }) => `${byPort} ${why}`).values()].flatMap((those) => {
    const [first] = those
    const clusters = those.map(({ from }) => from)
    if (first === undefined) return []
    return first.byPort
      ? [reachedByPort(entry, clusters, first.why)]
      : [{ ...head, ...judged(entry, clusters, first.why, nobody) }]
  })
}

interface Met extends Obstacle {
  readonly from: ClusterId
}

/** What clients of other clusters find of a service that only node ports lead to. */
const reachedByPort = ({ key }: Entry, clusters: readonly ClusterId[], why: string): CheckResult => ({
  kind: 'ports',
  level: 'advice',
  cluster: null,
  subject: key,
  finding: `clients in ${few(clusters)} reach it by SRV in the global zone alone, at node ports; their look-ups of addresses are empty: ${why}`,
  remedy: 'give the Service a port that equals its nodePort, or have those clients look up SRV records',
})

function judged(
  { key, import: made }: Entry,
  clusters: readonly ClusterId[],
  obstacle: string,
  nobody: boolean,
): Pick<CheckResult, 'level' | 'finding' | 'remedy'> {
  if (made?.type === 'ClusterSetIP' && made.internalTrafficPolicy === 'Local' && !nobody)
    return {
      level: 'advice',
      finding: `not for clients in ${few(clusters)}: ${obstacle}`,
      remedy:
        'if that is not meant, set internalTrafficPolicy: Cluster on the Service that was exported first',
    }
  const finding = nobody
    ? `clients in no cluster reach it: ${obstacle}`
    : `clients in ${few(clusters)} cannot reach it: ${obstacle}`
  const explain = `meridian explain ${key} --offline --from ${clusters[0]}`
  return {
    level: nobody ? 'broken' : 'warning',
    finding,
    remedy: `make a way (one network, a load balancer or a gateway); \`${explain}\` shows each that was tried`,
  }
}

/** Nothing keeps clients that look up an address from a cluster without their port. */
function portsApart(entry: Entry, { settings }: Snapshot): readonly CheckResult[] {
  const { import: made, key } = entry
  if (made === null) return []
  const differences = contributors(entry).flatMap((exported) => {
    const found = portDifferences(exported, made.ports)
    return found === undefined ? [] : [`${exported.cluster} has ${found}`]
  })
  if (differences.length === 0) return []
  return [
    {
      kind: 'ports',
      level: 'warning',
      cluster: null,
      subject: key,
      finding: `${few(differences)}: clients that look up an address and connect to a fixed port may meet that`,
      remedy:
        settings.global === null && settings.cluster === null
          ? 'make the ports alike, or switch zones.global or zones.cluster on: SRV records then lead right by names of single clusters'
          : "make the ports alike; till then clients look up SRV records or one cluster's own name",
    },
  ]
}

/** Where some viewpoint's replies cannot hold all records; what is reached depends on the network alone. */
async function cutShort(entry: Entry, world: Snapshot): Promise<readonly CheckResult[]> {
  const { members } = world.clusterset
  const networks = Map.groupBy(viewpointsOf(world), ({ cluster }) =>
    String(members.get(cluster)?.network ?? cluster),
  )
  const byName = new Map<string, Cut>()
  for (const [from] of networks.values()) {
    if (from === undefined) continue
    for (const cut of cutsOf(entry, world, from)) {
      if (cut === undefined) await goOnWith(lookingAt(entry))
      else byName.set(`${cut.name} ${cut.type}`, cut)
    }
  }
  const names = [...byName.values()]
  if (names.length === 0) return []
  return [
    {
      kind: 'longReply',
      level: 'warning',
      cluster: null,
      subject: entry.key,
      finding: `too long for a reply, over TCP too: ${few(names.map(printCut), 2)}`,
      remedy: "look up one cluster's share by its own name, or divide the service",
    },
  ]
}

function longNamesOf(entry: Entry, world: Snapshot): readonly CheckResult[] {
  const importers = entry.import === null ? entry.imports.keys() : []
  const viewers = new Set([world.clusterset.local.cluster, ...importers])
  const omitted = [...new Set([...viewers].flatMap((from) => omittedNames(entry, world, from)))]
  if (omitted.length === 0) return []
  return [
    {
      kind: 'longName',
      level: 'warning',
      cluster: null,
      subject: entry.key,
      finding: `${counted(omitted.length, 'name')} not made, because a label of a DNS name has 1 to 63 octets (a–z, 0–9, _ and inner -) and a name 255 in all: ${few(omitted, 2)}`,
      remedy:
        'change the port names, host names or cluster ids (of mirrored EndpointSlices: the label source-cluster) in them',
    },
  ]
}
