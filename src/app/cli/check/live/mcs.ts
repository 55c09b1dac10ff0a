import { z } from 'zod'
import { EXPORT, EXPORT_GROUPS, otherKind } from '../../../../words/kube/index.ts'
import { type Ask, type LiveResult, readReply } from './target.ts'

const { group: GROUP, plural: PLURAL, versions: READ } = EXPORT.served
const NAMES = z.object({ versions: z.array(z.object({ version: z.string() })) })
const RESOURCES = z.object({ resources: z.array(z.object({ name: z.string() })) })

const CRDS =
  'https://raw.githubusercontent.com/kubernetes-sigs/mcs-api/master/config/crd/multicluster.x-k8s.io_'
const INSTALL = `\`kubectl apply -f ${CRDS}serviceexports.yaml -f ${CRDS}serviceimports.yaml\`; it is noticed without a restart`

/** Groups that have ServiceExports too. */
const OTHERS = [
  ...EXPORT_GROUPS,
  'application-networking.k8s.aws',
  'lighthouse.submariner.io',
  'multicluster.k8s.io',
  'networking.fleet.azure.com',
]

const GROUPS = z.object({ groups: z.array(z.object({ name: z.string() })) })

/**
 * Whether the cluster has ServiceExports, and in which versions; `asked`: what is read besides. `exportsOtherwise`: its
 * Services may be exported without one.
 */
export async function checkMcs(
  ask: Ask,
  asked: readonly string[],
  exportsOtherwise: boolean,
): Promise<readonly LiveResult[]> {
  const exportGroups = EXPORT_GROUPS.filter((group) => asked.includes(group))
  const [reply, all] = await Promise.all([ask(`/apis/${GROUP}`), ask('/apis')])
  const named = readReply(all, GROUPS)?.groups.map(({ name }) => name) ?? []
  const others = OTHERS.filter((group) => named.includes(group))
  return [
    ...others.filter((group) => !asked.includes(group)).flatMap(unread),
    ...exportGroups.map((group) => ofOther(group, others.includes(group))),
    ...(reply.status === 404 && others.length > 0 ? [] : await ofMcs(ask, reply, exportsOtherwise)),
  ]
}

function unread(group: string): readonly LiveResult[] {
  const other = otherKind(`${group}/v1`, 'ServiceExport')
  if (other === undefined) return []
  return [
    { kind: 'crds', level: 'advice', finding: `it serves ${other.what}: not read`, remedy: other.remedy },
  ]
}

const ofOther = (group: string, isServed: boolean): LiveResult =>
  isServed
    ? { kind: 'crds', level: 'ok', finding: `ServiceExports of ${group} are read`, remedy: null }
    : {
        kind: 'crds',
        level: 'advice',
        finding: `exports.groups names ${group}, which it does not serve`,
        remedy: 'install its CRDs, which is noticed without a restart, or leave the group out',
      }

/** Without ServiceExports. */
const none = (missing: string, exportsOtherwise: boolean, install: string): LiveResult =>
  exportsOtherwise
    ? {
        kind: 'crds',
        level: 'ok',
        finding: `${missing} not installed: it exports what is exported without ServiceExports`,
        remedy: null,
      }
    : {
        kind: 'crds',
        level: 'advice',
        finding: `${missing} not installed: it exports nothing`,
        remedy: `to share its services, install ${install}: ${INSTALL}`,
      }

async function ofMcs(
  ask: Ask,
  reply: Awaited<ReturnType<Ask>>,
  exportsOtherwise: boolean,
): Promise<readonly LiveResult[]> {
  const head = { kind: 'crds' } as const
  if (reply.status === 404) return [none(`the CRDs of ${GROUP} are`, exportsOtherwise, 'them')]
  const versions = readReply(reply, NAMES)?.versions.map(({ version }) => version)
  if (versions === undefined)
    return [
      {
        ...head,
        level: 'advice',
        finding: `it does not say which versions of ${GROUP} it serves (status ${reply.status})`,
        remedy: [401, 403].includes(reply.status)
          ? 'bind the ClusterRole system:discovery to these credentials'
          : 'see why its API server, or who stands before it, answers so, and check again',
      },
    ]
  return [await ofVersions(ask, versions, exportsOtherwise)]
}

async function ofVersions(
  ask: Ask,
  versions: readonly string[],
  exportsOtherwise: boolean,
): Promise<LiveResult> {
  const holding = await Promise.all(versions.map((version) => hasExports(ask, version)))
  const served = versions.filter((_, i) => holding[i] === true)
  const best = READ.find((version) => served.includes(version))
  const head = { kind: 'crds' } as const
  if (best !== undefined)
    return {
      ...head,
      level: 'ok',
      finding: `it serves ServiceExports as ${served.join(' and ')}, read as ${best}`,
      remedy: null,
    }
  if (served.length === 0) return none('the CRD of ServiceExports is', exportsOtherwise, 'it')
  return {
    ...head,
    level: 'broken',
    finding: `it serves ServiceExports as ${served.join(' and ')} only, and Meridian reads ${READ.join(' and ')}`,
    remedy: `install CRDs that serve one of them: ${INSTALL}`,
  }
}

async function hasExports(ask: Ask, version: string): Promise<boolean> {
  const reply = await ask(`/apis/${GROUP}/${version}`)
  return readReply(reply, RESOURCES)?.resources.some(({ name }) => name === PLURAL) ?? false
}
