import type { ClusterId } from '../../../words/clusterset/index.ts'
import { printableIn } from '../../../words/kube/index.ts'
import type { Config } from '../../config/index.ts'
import type { FoundOnce } from '../../registry/index.ts'
import { usageFailure } from '../failure.ts'
import { liveClustersOf, openSourcesOf } from '../live.ts'
import { type Offline, readOffline } from '../offline.ts'
import { readRegistries, withFound } from '../registries.ts'
import { goOnWith, inTurns } from '../turns.ts'
import { checkBugs, checkState } from './bugs.ts'
import { type CheckReport, type CheckResult, worstFirst } from './check-result.ts'
import { checkCluster } from './cluster.ts'
import { checkConfig } from './config.ts'
import { type ConnectOptions, connectionsFor } from './connect.ts'
import { connectFindings } from './connections-findings.ts'
import { checkCorefiles } from './corefiles.ts'
import { checkEntries } from './entries.ts'
import { checkFederations } from './federations.ts'
import { checkGeo } from './geo.ts'
import { type HeldService, heldByCluster } from './held.ts'
import { type AddressLookup, withHostNamesResolved } from './hostnames.ts'
import { askClusters, type LiveReport } from './live/index.ts'
import { type Matrix, matrixOf } from './matrix.ts'
import { connectMatrix } from './matrix-connect.ts'
import { checkNetworks } from './networks.ts'
import { printCheck } from './print.ts'
import { checkRegistries } from './registry.ts'
import { checkResolvers } from './resolvers.ts'
import { checkRouting } from './routing.ts'
import { checkServices } from './services.ts'

export interface CheckOptions extends ConnectOptions {
  /** From every cluster to every cluster. */
  readonly matrix?: boolean
  /** What the API servers of live clusters showed; without it nothing is said of them. */
  readonly live?: readonly LiveReport[]
  /** What registries held; null: there are none. */
  readonly registry?: FoundOnce | null
  /** In place of DNS. */
  readonly lookup?: AddressLookup
}

export type { CheckReport } from './check-result.ts'

/** Looks at everything that a configuration and its sources say (interface.md, "Commands"). */
export async function check(offline: Offline, options: CheckOptions = {}): Promise<CheckReport> {
  const { resolved, findings: hostNames } = await withHostNamesResolved(offline, options.lookup)
  const { live = [], registry = null } = options
  await goOnWith('looking at the configuration')
  const held = heldByCluster(resolved)
  const connections = await connectionsFor(resolved, options)
  const findings = [
    ...worstFirst([
      ...live.flatMap((seen) =>
        seen.isMember ? [] : liveFindings(seen, seen.isHome ? 'registries' : seen.id),
      ),
      ...checkRegistries(resolved.config, registry, live),
      ...checkConfig(resolved),
      ...checkFederations(resolved),
      ...checkEntries(resolved),
      ...(await checkCorefiles(resolved.config)),
      ...checkBugs(resolved),
      ...(await checkState(resolved)),
      ...checkRouting(resolved),
      ...checkNetworks(resolved, live),
      ...checkResolvers(resolved),
      ...(await checkGeo(resolved, Date.now())),
      ...hostNames,
    ]),
    ...(await inTurns(
      clustersOf(resolved),
      (id) => `looking at the objects of ${id}`,
      (id) => worstFirst(ofCluster(id, resolved, live, held.get(id) ?? [])),
    )),
    ...worstFirst(await checkServices(resolved)),
    ...(connections === null ? [] : worstFirst(connectFindings(connections))),
  ]
  return { findings, matrix: await matrixFor(resolved, options), connections }
}

/** Of one service alone nobody needs a matrix of all. */
async function matrixFor(
  { world }: Offline,
  { matrix, connect, dial }: CheckOptions,
): Promise<Matrix | null> {
  if (matrix !== true && connect !== true) return null
  const found = await matrixOf(world)
  return connect === undefined || connect === false ? found : connectMatrix(found, dial)
}

const clustersOf = ({ config }: Offline): readonly ClusterId[] => config.clusters.map(({ id }) => id)

/** What an API server shows comes first, and its symptoms in what was read are not told again. */
function ofCluster(
  id: ClusterId,
  offline: Offline,
  live: readonly LiveReport[],
  held: readonly HeldService[],
): readonly CheckResult[] {
  const seen = live.filter((one) => one.isMember && one.id === id).flatMap((one) => liveFindings(one, id))
  const isExplained = seen.some(({ level }) => level === 'broken') && !offline.views.has(id)
  const exportsNone = seen.some(({ kind, level }) => kind === 'crds' && level === 'advice')
  const read = checkCluster(id, offline, held).filter(
    ({ kind, level }) =>
      !(isExplained && kind === 'source') && !(exportsNone && kind === 'objects' && level === 'advice'),
  )
  return [...seen, ...read]
}

const liveFindings = ({ id, isMember, found }: LiveReport, subject: string): readonly CheckResult[] =>
  found.map((one) => ({ ...one, cluster: isMember ? id : null, subject }))

/** 1 if something is broken: warnings and advice fail nothing. */
export const statusOf = ({ findings }: CheckReport): 0 | 1 =>
  findings.some(({ level }) => level === 'broken') ? 1 : 0

interface CheckCommandOptions extends CheckOptions {
  readonly output?: string
  /** Long lists whole. */
  readonly verbose?: boolean
  readonly colour?: boolean
}

/**
 * Finds the clusters of registries, then reads all sources, asks their API servers at the same time, and checks what
 * came of it.
 */
export async function checkConfigured(written: Config, options: CheckCommandOptions): Promise<Printed> {
  refuseAlone(options)
  const registry = await readRegistries(written)
  const config = withFound(written, registry)
  const open = openSourcesOf(config)
  const [offline, live] = await Promise.all([
    readOffline(config, Date.now(), open),
    askClusters(config, liveClustersOf(config, open)),
  ])
  return checkCommand(offline, { ...options, live, registry })
}

/** What only says how to connect is a mistake without. */
function refuseAlone({ connect = false, http = false, server }: CheckOptions): void {
  if (typeof http === 'string' && !http.startsWith('/'))
    throw usageFailure(`--http ${http} is no path`, 'write it from its first slash, such as /healthz')
  if (connect !== false || (http === false && server === undefined)) return
  throw usageFailure(`--${http === false ? 'server' : 'http'} says how to connect`, 'write --connect with it')
}

interface Printed {
  readonly text: string
  readonly status: 0 | 1
}

/** What the command prints, and its exit status. */
export async function checkCommand(offline: Offline, options: CheckCommandOptions): Promise<Printed> {
  const report = printableIn(await check(offline, options))
  const { verbose = false, colour = false } = options
  const text =
    options.output === 'json'
      ? `${JSON.stringify(report, null, 2)}\n`
      : printCheck(report, { verbose, colour })
  return { text, status: statusOf(report) }
}
