import {
  type ApiServerEvent,
  type Credentials,
  type CredentialsChoice,
  credentialsFrom,
  type FailureReason,
  watchApiServer,
  within,
} from '../apiserver/index.ts'
import type { ClusterId } from '../clusterset/index.ts'
import type { ClusterConfig, Config } from '../config/index.ts'
import { KINDS, memberScope, type Scope } from '../kube/index.ts'
import type { ClusterBudget } from '../reader/index.ts'
import type { Change, Problem } from '../source/index.ts'

/** A cluster whose objects come from its API server. */
export interface LiveCluster {
  readonly id: ClusterId
  /** Where its objects are read; none: everywhere. */
  readonly namespaces: readonly string[]
  /** What of it is read. */
  readonly scope: Scope
  readonly credentials: Credentials
}

/** Less than all that is asked of one cluster may take, so that the plugin is named and not the cluster. */
const PLUGIN_MS = 8_000

/** The clusters of a configuration that have an API server. Nothing is read yet. */
export const liveClustersOf = ({ clusters, local }: Config): readonly LiveCluster[] =>
  clusters.flatMap(({ id, source, namespaces, exportGroups }) =>
    source.kind === 'manifests'
      ? []
      : [liveClusterOf({ id, source, namespaces, exportGroups }, id === local.cluster)],
  )

type Known = Pick<LiveCluster, 'id' | 'namespaces'> & Partial<Pick<ClusterConfig, 'exportGroups'>>

export const liveClusterOf = (
  { source, exportGroups = [], ...cluster }: Known & { readonly source: CredentialsChoice },
  isLocal: boolean,
): LiveCluster => ({
  ...cluster,
  scope: memberScope(isLocal, exportGroups),
  credentials: credentialsFrom(source, { pluginMs: PLUGIN_MS }),
})

/** The cluster whose Secrets name others: the server's own, which need not be one of the configuration's. */
export function homeOf(config: Config, live: readonly LiveCluster[]): LiveCluster {
  const own = config.clusters.find(({ id, source }) => id === config.local.cluster && source.kind !== 'text')
  const id = own?.id ?? config.local.cluster ?? 'registries'
  const home = own === undefined ? undefined : live.find((one) => one.id === own.id)
  return home ?? liveClusterOf({ id, source: { kind: 'inCluster' }, namespaces: [] }, true)
}

/** What an API server's objects were at one moment; null: they could not be read. */
export interface ReadOnce {
  readonly changes: readonly Change[] | null
  readonly problems: readonly Problem[]
}

const DEADLINE_MS = 20_000
const STOP_MS = 1000

/**
 * Reads a cluster's objects as a server would, and stops. Never rejects, never takes much longer than `deadlineMs`,
 * and gives up at once on what does not pass by itself.
 */
export async function readLive(
  cluster: LiveCluster,
  deadlineMs = DEADLINE_MS,
  budget?: ClusterBudget,
): Promise<ReadOnce> {
  const hope = new Hope()
  const done = Promise.withResolvers<readonly Change[] | 'hopeless' | 'late'>()
  let problems: readonly Problem[] = []
  const start = watchApiServer({
    credentials: cluster.credentials,
    kinds: KINDS.at(cluster.scope),
    namespaces: cluster.namespaces,
    ...(budget === undefined ? {} : { limits: { kept: budget.kept, objectOctets: budget.line } }),
    report: (event) => {
      if (event.type === 'failure') hope.failed(event)
    },
  })
  const source = start({
    changed: done.resolve,
    freshness: () => undefined,
    problems: (now) => {
      problems = now
      if (hope.isGone) done.resolve('hopeless')
    },
  })
  const timer = setTimeout(() => done.resolve('late'), deadlineMs)
  // What is wrong with objects is told in the same turn as the first change, which ends before this goes on.
  const outcome = await done.promise
  clearTimeout(timer)
  await within(STOP_MS, source.stop())
  if (outcome === 'hopeless') return { changes: null, problems }
  if (outcome !== 'late') return { changes: outcome, problems }
  const message = `its objects could not be read within ${deadlineMs / 1000} s; see whether its API server is well, and the way to it`
  return { changes: null, problems: [...problems, { place: cluster.credentials.place, message }] }
}

/** Failures that a second try would only repeat. */
const LASTING: ReadonlySet<FailureReason> = new Set([
  'credentials',
  'certificate',
  'forbidden',
  'malformed',
  'budget',
])

/** Those that are believed when they happen to the same request twice. */
const TWICE: ReadonlySet<FailureReason> = new Set(['connection', 'unauthorized', 'notFound', 'bug'])

/** A server never gives up; whoever looks once does, on what lasts. */
class Hope {
  readonly #before = new Map<string, FailureReason>()
  isGone = false

  failed({ kind, namespace, reason }: Extract<ApiServerEvent, { type: 'failure' }>): void {
    const request = `${kind} ${namespace}`
    const again = this.#before.get(request) === reason
    this.#before.set(request, reason)
    if (LASTING.has(reason) || (again && TWICE.has(reason))) this.isGone = true
  }
}
