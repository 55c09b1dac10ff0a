import type { ClusterId } from '../../../words/clusterset/index.ts'
import { printableIn } from '../../../words/kube/index.ts'
import type { Config } from '../../config/index.ts'
import type { FoundOnce } from '../../registry/index.ts'
import { liveClustersOf, openSourcesOf } from '../live.ts'
import { type Offline, readOffline } from '../offline.ts'
import { goOnWith, inTurns } from '../turns.ts'
import { checkBugs } from './bugs.ts'
import { type CheckReport, type CheckResult, worstFirst } from './check-result.ts'
import { checkCluster } from './cluster.ts'
import { checkConfig } from './config.ts'
import { checkCorefiles } from './corefiles.ts'
import { checkFederations } from './federations.ts'
import { checkGeo } from './geo.ts'
import { type HeldService, heldByCluster } from './held.ts'
import { type AddressLookup, withHostNamesResolved } from './hostnames.ts'
import { askClusters, type LiveReport } from './live/index.ts'
import { matrixOf } from './matrix.ts'
import { connectMatrix, type Dial } from './matrix-connect.ts'
import { checkNetworks } from './networks.ts'
import { printCheck } from './print.ts'
import { checkRegistries, readRegistries, withFound } from './registry.ts'
import { checkResolvers } from './resolvers.ts'
import { checkRouting } from './routing.ts'
import { checkServices } from './services.ts'

export interface CheckOptions {
  /** From every cluster to every cluster. */
  readonly matrix?: boolean
  /** With the matrix: a TCP connect from here to samples of each pair. */
  readonly connect?: boolean
  /** What the API servers of live clusters showed; without it nothing is said of them. */
  readonly live?: readonly LiveReport[]
  /** What registries held; null: there are none. */
  readonly registry?: FoundOnce | null
  /** In place of DNS and of sockets. */
  readonly lookup?: AddressLookup
  readonly dial?: Dial
}

export type { CheckReport } from './check-result.ts'

/** Looks at everything that a configuration and its sources say (interface.md, "Commands"). */
export async function check(offline: Offline, options: CheckOptions = {}): Promise<CheckReport> {
  const { resolved, findings: hostNames } = await withHostNamesResolved(offline, options.lookup)
  const { live = [], registry = null } = options
  await goOnWith('looking at the configuration')
  const held = heldByCluster(resolved)
  const findings = [
    ...worstFirst([
      ...live.flatMap((seen) =>
        seen.isMember ? [] : liveFindings(seen, seen.isHome ? 'registries' : seen.id),
      ),
      ...checkRegistries(resolved.config, registry, live),
      ...checkConfig(resolved),
      ...checkFederations(resolved),
      ...(await checkCorefiles(resolved.config)),
      ...checkBugs(resolved),
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
  ]
  if (options.matrix !== true && options.connect !== true) return { findings, matrix: null }
  const matrix = await matrixOf(resolved.world)
  return { findings, matrix: options.connect === true ? await connectMatrix(matrix, options.dial) : matrix }
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
  const registry = await readRegistries(written)
  const config = withFound(written, registry)
  const open = openSourcesOf(config)
  const [offline, live] = await Promise.all([
    readOffline(config, Date.now(), open),
    askClusters(config, liveClustersOf(config, open)),
  ])
  return checkCommand(offline, { ...options, live, registry })
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
