import { type Cut, cutsOf, printCut } from '../../../answer/records/index.ts'
import type { ClusterId, Precedence } from '../../../words/clusterset/index.ts'
import { few } from '../../../words/kube/index.ts'
import { agedBy, BY_ENTRIES } from '../../../world/inventory/index.ts'
import { type Conflict, PRECEDING } from '../../../world/synthesis/index.ts'
import {
  ageless,
  type Entry,
  hasForeignImport,
  isOfHost,
  omittedNames,
  type Snapshot,
  sitesIn,
  subjectOf,
} from '../../../world/zone/index.ts'
import type { Offline } from '../offline.ts'
import { goOnWith, inTurns } from '../turns.ts'
import { annotationsFor } from './annotations.ts'
import { type CheckResult, counted } from './check-result.ts'
import { idleOnes, policiesFor, strayInRegistries } from './policies.ts'
import { portFindings, strandedPlaces } from './ports.ts'
import { entriesOf, viewpointsOf } from './reach.ts'
import { replacedSettings } from './replaced.ts'
import { toldOfUnheard, unheardObjects } from './unheard.ts'
import { unreachableOf } from './unreachable.ts'

/** Services across the clusters: who disagrees, who cannot be reached from where, which names are not made. */
export async function checkServices(offline: Offline): Promise<readonly CheckResult[]> {
  const { world, problems } = offline
  const all = entriesOf(world)
  const exported = all.filter((entry) => entry.import !== null)
  /** What clusters have ServiceImports of that others wrote, and nobody exports. */
  const foreign = all.filter((entry) => entry.import === null && hasForeignImport(entry))
  /** What stands outside of clusters alone, or would. */
  const outside = all.filter((entry) => entry.import === null && entry.objects !== undefined)
  const each = (look: (entry: Entry) => readonly CheckResult[] | Promise<readonly CheckResult[]>) =>
    inTurns(exported, lookingAt, look)
  const known = [...exported, ...foreign, ...outside.filter((entry) => !hasForeignImport(entry))]
  const unreachable = await inTurns([...exported, ...outside], lookingAt, (entry) =>
    unreachableOf(entry, world, () => goOnWith(lookingAt(entry))),
  )
  const unheard = unheardObjects(offline)
  return [
    ...unreachable,
    ...(await each(conflictsOf)),
    ...(await inTurns([...exported, ...outside], lookingAt, policiesFor)),
    ...toldOfUnheard(unheard),
    ...replacedSettings([...exported, ...outside], world),
    ...(await each((entry) => annotationsFor(entry, world))),
    ...idleOnes(offline, unheard),
    ...strayInRegistries(offline),
    ...(await inTurns([...exported, ...outside], lookingAt, (entry) => [
      ...portFindings(entry, world),
      ...strandedPlaces(entry, world),
    ])),
    ...(await inTurns(known, lookingAt, (entry) => cutShort(entry, world))),
    ...(await each(agelessOf)),
    ...(await inTurns(known, lookingAt, (entry) => longNamesOf(entry, world))),
    summary(
      exported,
      { foreign: foreign.length, outside },
      unreachable,
      [...problems.values()].flat().some(({ costs }) => costs === 'exports'),
    ),
  ]
}

const lookingAt = ({ key }: Entry): string => `looking at service ${key}`

function summary(
  exported: readonly Entry[],
  { foreign, outside }: { readonly foreign: number; readonly outside: readonly Entry[] },
  unreachable: readonly CheckResult[],
  hasOthers: boolean,
): CheckResult {
  const head = { kind: 'services', cluster: null, subject: 'services', remedy: null } as const
  const beside = outsideOf(outside, unreachable)
  if (exported.length === 0 && beside.length > 0) return { ...head, level: 'ok', finding: beside.join('; ') }
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
  const all = `${counted(exported.length, 'service')} exported, ${reached(exported, unreachable)}`
  return { ...head, level: 'ok', finding: [all, ...beside].join('; ') }
}

/** What stands outside of clusters alone: services, and hosts. */
const outsideOf = (all: readonly Entry[], unreachable: readonly CheckResult[]): readonly string[] =>
  [
    { noun: 'service', where: 'outside of clusters, in the global zone alone', isOne: isOfService },
    { noun: 'host', where: 'of zones.entries', isOne: isOfHost },
  ].flatMap(({ noun, where, isOne }) => {
    const those = all.filter((entry) => isOne(entry) && sitesIn(entry).length > 0)
    return those.length === 0
      ? []
      : [`${counted(those.length, noun)} ${where}, ${reached(those, unreachable)}`]
  })

const isOfService = (entry: Entry): boolean => !isOfHost(entry)

function reached(entries: readonly Entry[], unreachable: readonly CheckResult[]): string {
  const short = new Set(unreachable.flatMap(({ kind, subject }) => (kind === 'unreachable' ? [subject] : [])))
  const left = entries.filter((entry) => short.has(subjectOf(entry))).length
  return left === 0
    ? 'each reached from every cluster'
    : `${entries.length - left} of them reached from every cluster`
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
    : `make ${declaring(clusters, entry)} like those of the ${PRECEDING[precedence]} export`

/** By what those clusters export it: `istio.entries.export` needs no Service there. */
function declaring(clusters: readonly ClusterId[], { exports }: Entry): string {
  const those = exports.filter(({ cluster }) => clusters.includes(cluster))
  const [ofEntries, own] = [true, false].map((want) => those.filter(({ by }) => (by === BY_ENTRIES) === want))
  const objects = new Set(ofEntries?.map((one) => agedBy(one).name ?? ''))
  const what = own?.some(({ by }) => by === undefined) ? 'Service and ServiceExport' : 'Service'
  return [
    ...(own?.length ? [`the ${what} in ${few(own.map(({ cluster }) => cluster))}`] : []),
    ...(objects.size > 0 ? [`the ports of ${few([...objects])}`] : []),
  ].join(' and ')
}

/** Exports in Git seldom say when they were made. */
function agelessOf(entry: Entry): readonly CheckResult[] {
  const those = new Set(ageless(entry))
  const head = { kind: 'age', level: 'advice', cluster: null, subject: entry.key } as const
  const by = Map.groupBy(
    entry.exports
      .filter(({ cluster }) => those.has(cluster))
      .map((one) => ({ ...agedBy(one), of: one.cluster })),
    ({ kind, name }) => name ?? kind,
  )
  return [...by.values()].flatMap((some) => {
    const clusters = some.map(({ of }) => of)
    const [first] = some
    if (first === undefined) return []
    const { kind, name } = first
    return [{ ...head, ...(name === null ? ownAgeless(kind, clusters) : othersAgeless(name, clusters)) }]
  })
}

type Ageless = Pick<CheckResult, 'finding' | 'remedy'>

/** Each cluster has one of its own. */
function ownAgeless(kind: string, clusters: readonly ClusterId[]): Ageless {
  const one = clusters.length === 1
  return {
    finding: `the ${one ? kind : `${kind}s`} in ${few(clusters)} ${one ? 'does' : 'do'} not say when ${one ? 'it was' : 'they were'} made, and so ${one ? 'comes' : 'come'} after those that do, by cluster id`,
    remedy: `write metadata.creationTimestamp into each ${kind} whose place among the others matters`,
  }
}

const othersAgeless = (name: string, clusters: readonly ClusterId[]): Ageless => ({
  finding: `${name} does not say when it was made, and so what ${few(clusters)} ${clusters.length === 1 ? 'exports' : 'export'} by it comes after what says so, by cluster id`,
  remedy: 'write metadata.creationTimestamp into it, if the place of those exports among the others matters',
})

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
      subject: subjectOf(entry),
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
      subject: subjectOf(entry),
      finding: `${counted(omitted.length, 'name')} not made, because a label of a DNS name has 1 to 63 octets (a–z, 0–9, _ and inner -) and a name 255 in all: ${few(omitted, 2)}`,
      remedy:
        'change the port names, host names or cluster ids (of mirrored EndpointSlices: the label source-cluster) in them',
    },
  ]
}
