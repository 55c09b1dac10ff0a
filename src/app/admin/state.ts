import type { WriterStatus } from '../../controller/index.ts'
import type { ServerStanding } from '../../server/health/index.ts'
import { type ClusterView, printSourceProblem, type SourceProblem } from '../../sources/changes/index.ts'
import type { GeoStatus } from '../../sources/geo/index.ts'
import type { ClusterId } from '../../words/clusterset/index.ts'
import { printable } from '../../words/kube/index.ts'
import { redact, type Sample } from '../../words/observe/index.ts'
import type { World } from '../../world/zone/index.ts'

/** Our contact with one cluster. Times in Unix milliseconds, `roundTrip` in milliseconds; null: not known. */
export interface Contact {
  readonly id: ClusterId
  readonly heard: number | null
  readonly roundTrip: number | null
  readonly expiresAt: number | null
  /** Somebody gives new credentials before those end. */
  readonly renewed: boolean
}

/** As `registry/` tells it. */
export interface RegistryState {
  readonly synced: boolean
  /** Clusters that were found and cannot join. */
  readonly leftOut: number
  readonly problems: readonly SourceProblem[]
}

/** What the admin pages look at; the flow changes it between two looks. */
export interface WatchedServer {
  readonly world: World
  readonly views: ReadonlyMap<ClusterId, ClusterView>
  readonly problems: ReadonlyMap<ClusterId, readonly SourceProblem[]>
  readonly contacts: () => readonly Contact[]
  /** Whether all that answers does so from a settled world. */
  readonly answering: () => boolean
  /** Whether anything answers at all. */
  readonly answers: () => boolean
  /** How the search for more clusters stands; null: there is none. */
  readonly registry: () => RegistryState | null
  /** Why the configuration's file was refused when it was read last; null: it was not. */
  readonly refused: () => string | null
  /** How the GeoIP database stands; null, or absent: none is named. */
  readonly geo?: () => GeoStatus | null
  /** How writing stands, by cluster; none: nothing is written. */
  readonly writing: () => readonly WriterStatus[]
  /** Writes so far. */
  readonly writes: () => Iterable<Sample>
  /** Going away: not ready any more, but still answering. */
  readonly draining: boolean
}

/** Whether traffic should come here, and the whole story line by line for `/readyz?verbose`. */
interface Readiness {
  readonly ready: boolean
  readonly lines: readonly string[]
}

/** The same in a few words, for probes that another thread answers. */
export function serverStandingOf({ world, answering, answers, draining }: StandingParts): ServerStanding {
  const settled = world.settled && answering()
  const state = draining ? 'draining' : settled ? 'ready' : 'waiting for the first view of every cluster'
  return { ready: settled && !draining, state, answers: answers() }
}

type StandingParts = Pick<WatchedServer, 'world' | 'answering' | 'answers' | 'draining'>

export function readinessOf(watched: WatchedServer): Readiness {
  const { world, refused, writing } = watched
  const { ready, state } = serverStandingOf(watched)
  return {
    ready,
    lines: [
      `[${ready ? '+' : '-'}] ${state}`,
      ...refusal(refused()),
      ...geoLines(watched),
      ...clusterLines(watched),
      ...problemLines(watched),
      ...failed(world),
      ...registryLines(watched),
      ...writing().flatMap(writerLines),
    ].map(printable),
  }
}

function clusterLines({ world, contacts }: WatchedServer): readonly string[] {
  const heardOf = new Map(contacts().map(({ id, heard }) => [id, heard]))
  return [...world.clusterset.members.values()].map(({ id, freshness, drain, slow }) => {
    // The world has the time of the last change; a cluster that is live says something all the time.
    const last = heardOf.get(id) ?? (freshness.kind === 'never' ? null : freshness.heard)
    const heard = last === null ? 'never heard' : `last heard ${new Date(last).toISOString()}`
    const notes = [drain ? 'draining' : '', slow ? 'slow' : ''].filter((note) => note !== '')
    return `[${freshness.kind === 'live' ? '+' : '-'}] cluster ${id}: ${[freshness.kind, heard, ...notes].join(', ')}`
  })
}

const problemLines = ({ problems }: WatchedServer): readonly string[] =>
  [...problems].flatMap(([id, list]) =>
    list.map((problem) => `[-] cluster ${id}: ${printSourceProblem(problem)}`),
  )

/** A database that is refused, or not there: clients stand where the last one said, or where the server does. */
function geoLines({ geo }: WatchedServer): readonly string[] {
  const why = geo?.()?.refused ?? null
  return why === null ? [] : [`[-] clients.geo: ${why}`]
}

function registryLines({ registry }: WatchedServer): readonly string[] {
  const status = registry()
  if (status === null) return []
  const unread = status.synced ? [] : ['[-] registries: not read yet']
  return [...unread, ...status.problems.map((problem) => `[-] ${printSourceProblem(problem)}`)]
}

/** Each line of the objection is one here. */
const refusal = (reason: string | null): readonly string[] =>
  reason === null
    ? []
    : [
        '[-] configuration: what the file says now was refused, what it said before is in force',
        ...redact(reason)
          .split('\n')
          .map((line) => `    ${line}`),
      ]

/** Services that a mistake of ours keeps from being what a cluster says. */
const failed = ({ faults }: World): readonly string[] =>
  [...faults].flatMap(([key, found]) =>
    [...found].map(([cluster, fault]) => `[-] cluster ${cluster}: service ${key}: ${fault}`),
  )

/** What is written is no part of being ready: answers do not wait for it. */
function writerLines(status: WriterStatus): readonly string[] {
  const { cluster, leads, holder, observed, depth, failing, problems } = status
  const role = leads ? 'this replica writes' : holder === null ? 'nobody holds the Lease' : `${holder} writes`
  const notes = [
    observed ? '' : 'what stands there is not known yet',
    depth === 0 ? '' : `${depth} services wait`,
    failing === 0 ? '' : `${failing} fail`,
  ].filter((note) => note !== '')
  const good = observed && problems.length === 0 && (leads || holder !== null)
  return [
    `[${good ? '+' : '-'}] controller, cluster ${cluster}: ${[role, ...notes].join(', ')}`,
    ...problems.map((problem) => `[-] controller, cluster ${cluster}: ${printSourceProblem(problem)}`),
  ]
}
