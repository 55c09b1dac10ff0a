import { availableParallelism } from 'node:os'
import { TRANSPORTS } from '../../server/transport/index.ts'
import { workersOf } from '../../server/workers/index.ts'
import { SOURCES } from '../../sources/kinds/index.ts'
import { KINDS, memberScope } from '../../words/kube/index.ts'
import { askedOf, type ClusterConfig, type Config, LISTEN_KEYS } from '../config/index.ts'
import { openRegistry } from '../registry/index.ts'

/** What a thread has open for its events: Node's own. */
const THREAD = 5

/** The threads that answer over TCP, and that read clusters. */
const OTHER_THREADS = 2

/** A thread that answers over UDP watches its sockets, its orders and the time. */
const WATCHING = 3

/** Main's own: admin pages, the configuration's watch, state.dir, log lines, and a file that is being read. */
const MAIN = 8

/** As many clients over TCP as there are let in however few files there are, and the one that another gives way to. */
const CLIENTS = 9

/** So many files are read and names looked up at the same time: see UV_THREADPOOL_SIZE in bin/meridian.mjs. */
const AT_ONCE = 64

/** How many files a server must be able to open beyond those that it has at its start. */
export function leastFiles({ dns, health, clusters, registries, controller }: LeastOf): number {
  const workers = dns.udp === 'dgram' ? 1 : (dns.workers ?? workersOf(availableParallelism()))
  const threads = (workers + OTHER_THREADS) * THREAD + workers * WATCHING
  const sockets = socketsOf(dns, workers) + (health.listen === null ? 0 : 1)
  const served = clusters.map((cluster) => ({ cluster, source: SOURCES.of(cluster.source) }))
  const open = new Map(served.map((one) => [one.source.shared ?? one, one]))
  const watches = [...open.values()].reduce(
    (sum, one) => sum + one.source.files(readOf(one.cluster)),
    registries.flatMap((registry) => openRegistry(registry).reads).length,
  )
  const written = controller.enabled ? served.filter(({ source }) => source.access !== null).length : 0
  return MAIN + threads + sockets + CLIENTS + Math.min(AT_ONCE, clusters.length) + watches + written
}

/** Of datagrams main and each thread have their own; a stream has one. */
const socketsOf = (dns: Config['dns'], workers: number): number =>
  LISTEN_KEYS.flatMap((key) =>
    TRANSPORTS[key].map(({ isStream }) => dns[key].length * (isStream ? 1 : 1 + workers)),
  ).reduce((sum, one) => sum + one, 0)

type LeastOf = Pick<Config, 'dns' | 'health' | 'clusters' | 'registries' | 'controller'>

const readOf = (cluster: ClusterConfig) => ({
  namespaces: cluster.namespaces,
  kinds: KINDS.at(memberScope(false, askedOf(cluster))),
})
