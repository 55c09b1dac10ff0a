import {
  type Access,
  CredentialsError,
  type Questions,
  questionsTo,
} from '../../../../sources/apiserver/index.ts'
import type { ClusterId } from '../../../../words/clusterset/index.ts'
import { type Config, registryName, speakingRegistries } from '../../../config/index.ts'
import { homeOf, type LiveCluster, liveClusterOf } from '../../live.ts'
import { checkContact } from './contact.ts'
import { checkCorefile } from './corefile.ts'
import { checkDates, checkServerCertificate } from './dates.ts'
import { checkIdentity } from './identity.ts'
import { checkMcs } from './mcs.ts'
import { checkPermissions } from './permissions.ts'
import { checkServiceCIDRs, serviceCIDRsOf } from './service-cidrs.ts'
import type { Ask, LiveReport, LiveResult, LiveTarget } from './target.ts'
import { registryWants, wantsOf } from './wants.ts'

/** For everything that one API server is asked. */
const DEADLINE_MS = 10_000

/** Asks the API servers of a configuration about themselves, all at the same time. Never rejects. */
export function askClusters(
  config: Config,
  live: readonly LiveCluster[],
  deadlineMs = DEADLINE_MS,
): Promise<readonly LiveReport[]> {
  return Promise.all(targetsOf(config, live).map((target) => askCluster(target, config, deadlineMs)))
}

/** The cluster that this server runs in, where registries are read, need not be a member; nor need their own API servers. */
function targetsOf(config: Config, live: readonly LiveCluster[]): readonly LiveTarget[] {
  const wanted = registryWants(config)
  const home = wanted.length === 0 ? undefined : homeOf(config, live)
  const members = live.map((cluster) => ({
    cluster,
    isMember: true,
    isHome: cluster === home,
    wants: [...wantsOf(cluster, config), ...(cluster === home ? wanted : [])],
  }))
  const beside =
    home === undefined || live.includes(home)
      ? []
      : [{ cluster: home, isMember: false, isHome: true, wants: wanted }]
  return [...beside, ...registryServersOf(config), ...members]
}

/** API servers that registries have to themselves. */
function registryServersOf(config: Config): readonly LiveTarget[] {
  const servers = new Map(
    config.registries.flatMap((registry) =>
      registry.server === undefined ? [] : [[JSON.stringify(registry.server), registry] as const],
    ),
  )
  return [...servers.values()].flatMap((registry) => {
    const { server } = registry
    if (server === undefined) return []
    const cluster = liveClusterOf({ id: registryName(registry), source: server, namespaces: [] }, false)
    return [{ cluster, isMember: false, isHome: false, wants: registryWants(config, server) }]
  })
}

async function askCluster(target: LiveTarget, config: Config, deadlineMs: number): Promise<LiveReport> {
  const { cluster, isMember, isHome } = target
  const { id, credentials } = cluster
  const questions = questionsTo(credentials)
  const signal = AbortSignal.timeout(deadlineMs)
  try {
    const access = await credentials.access(signal)
    return { id, isMember, isHome, ...(await look(target, config, access, questions, signal)) }
  } catch (error) {
    return { id, isMember, isHome, found: [unreadable(error, cluster)], serviceCIDRs: null }
  } finally {
    await questions.close()
  }
}

function unreadable(error: unknown, { credentials: { place } }: LiveCluster): LiveResult {
  const { problem, remedy } =
    error instanceof CredentialsError ? error : { problem: 'not had in time', remedy: SILENT }
  return { level: 'broken', kind: 'credentials', finding: `${place}: ${problem}`, remedy }
}

const SILENT = 'see why what the kubeconfig names (files, a plugin) does not answer'

type Seen = Pick<LiveReport, 'found' | 'serviceCIDRs'>

async function look(
  { cluster, isMember, wants }: LiveTarget,
  config: Config,
  access: Access,
  questions: Questions,
  signal: AbortSignal,
): Promise<Seen> {
  const ask: Ask = (path, value) => questions.ask(path, signal, value)
  const { found, isThere } = await checkContact(ask, access)
  const first = [...found, ...checkDates(access, Date.now())]
  if (!isThere) return { found: first, serviceCIDRs: null }
  const questioned = [
    checkServerCertificate(access, signal, Date.now()),
    checkPermissions(ask, wants),
    ...(isMember && cluster.id === config.local.cluster ? [checkCorefile(ask, config)] : []),
    ...(isMember
      ? [
          checkMcs(ask, cluster.scope.asked, exportsOtherwise(cluster.id, config)),
          checkIdentity(ask, cluster.id),
        ]
      : []),
  ]
  const [serviceCIDRs, ...rest] = await Promise.all([
    isMember ? serviceCIDRsOf(ask).catch(() => null) : null,
    ...questioned.map((one) => one.catch(unanswered)),
  ])
  const declared = config.clusters.find(({ id }) => id === cluster.id)?.serviceCIDRs ?? []
  return { found: [...first, ...rest.flat(), ...checkServiceCIDRs(declared, serviceCIDRs)], serviceCIDRs }
}

/** Keys of the cluster, and registries, export Services without ServiceExports. */
const exportsOtherwise = (id: ClusterId, config: Config): boolean =>
  speakingRegistries(config).length > 0 ||
  config.clusters.some((one) => one.id === id && one.exporting !== undefined)

const unanswered = (error: unknown): readonly LiveResult[] => [
  {
    level: 'warning',
    kind: 'apiServer',
    finding: error instanceof Error ? error.message : String(error),
    remedy: 'see why the API server answers some questions and not this one, and check again',
  },
]
