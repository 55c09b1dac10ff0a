import { printAddress } from '../../values/dns/index.ts'
import { DERIVED_ANNOTATIONS, isWord, MANAGED_BY } from '../../words/kube/index.ts'
import type { Import } from '../../world/synthesis/index.ts'
import { type Addresses, offeredFamilies } from './addresses.ts'
import { present, printFamily, type Scene, wanted } from './body.ts'
import { conditionsOf, ENDPOINTS_INCOMPLETE, type WantedCondition } from './conditions.ts'
import { affinityBody, hasDerived } from './derived.ts'
import { derivedName } from './names.ts'
import { OWNER_LABEL } from './own.ts'
import { portBody } from './ports.ts'
import { SHARE_PROBLEMS, type ShareProblem } from './shares.ts'
import { annotationsWith, labelsWith } from './tags.ts'
import type { WantedObject } from './types.ts'

/** The ServiceImport (KEP-1645, "Importing Services"). */
export function serviceImport(scene: Scene, merged: Import, addresses: Addresses): WantedObject {
  const { name, key } = scene
  const [annotation = ''] = DERIVED_ANNOTATIONS
  const derived = hasDerived(addresses) ? { [annotation]: derivedName(key) } : {}
  const metadata = {
    labels: labelsWith(merged.labels, { [OWNER_LABEL.ServiceImport]: MANAGED_BY }),
    annotations: annotationsWith(merged.annotations, derived),
  }
  const spec = {
    type: merged.type,
    ports: merged.ports.map((port) => portBody(port.name, port, port.port)),
    ips: addresses.kind === 'given' ? addresses.ips.map(printAddress) : undefined,
    ipFamilies: importFamilies(scene, merged, addresses).map(printFamily),
    ...affinityBody(merged),
    internalTrafficPolicy: merged.internalTrafficPolicy,
    trafficDistribution: distributionOf(merged),
  }
  return wanted('ServiceImport', scene, name, metadata, { spec: present(spec) })
}

/** Which there are, each version of Kubernetes says anew; all are words. */
const distributionOf = ({ trafficDistribution }: Import): string | undefined =>
  trafficDistribution !== null && isWord(trafficDistribution) ? trafficDistribution : undefined

/** Of a service that has none of this cluster's families, its own. */
const importFamilies = ({ entry }: Scene, merged: Import, { kind, families }: Addresses) =>
  kind === 'unsupported' ? offeredFamilies(merged, entry) : families

/** What the import's status says: who exports it, how its addresses stand, which endpoints are missing. */
export function importStatus(
  scene: Scene,
  merged: Import,
  addresses: Addresses,
  problems: readonly ShareProblem[],
): WantedObject {
  const { here, rules, name, now } = scene
  const said = [readiness(scene, merged, addresses), incompleteness(scene, problems)]
  const slices = rules.clusterSetIP === 'none' ? 'Absent' : 'Present'
  const status = {
    endpointSliceObjects: here.declaresSlices ? slices : undefined,
    clusters: merged.clusters.toSorted().map((cluster) => ({ cluster })),
    conditions: conditionsOf(said, here.import ?? NEW, now),
  }
  return wanted('ServiceImport/status', scene, name, {}, { status: present(status) })
}

/** An object that is about to be made. */
const NEW = { generation: 1, conditions: [] }

function readiness(scene: Scene, merged: Import, addresses: Addresses): WantedCondition {
  const ready = (message: string): WantedCondition => ({
    type: 'Ready',
    status: 'True',
    reason: 'Ready',
    message,
  })
  const not = (reason: string, message: string): WantedCondition => ({
    type: 'Ready',
    status: 'False',
    reason,
    message,
  })
  const service = `Service "${derivedName(scene.key)}"`
  switch (addresses.kind) {
    case 'headless':
      return ready('Its names lead to its endpoints.')
    case 'none':
      return ready('Its names lead to the clusters that export it; controller.clusterSetIP is none.')
    case 'given':
      return ready(`Its addresses are those of ${service}.`)
    case 'waiting':
    case 'outgrown':
      return not('Pending', `${service} has no cluster IP yet.`)
    case 'portless':
      return not('Pending', 'The service has no ports, without which no Service can be derived.')
    case 'foreign':
      return not('ForeignService', `${service}, which would give the addresses, is ${addresses.owner}.`)
    case 'unsupported': {
      const has = scene.here.families.map(printFamily).join(', ')
      const offered = importFamilies(scene, merged, addresses).map(printFamily).join(', ')
      return not('IPFamilyNotSupported', `The service is ${offered}; Services of this cluster are ${has}.`)
    }
  }
}

/** Whether some endpoints are missing from the slices, or may be gone. */
function incompleteness({ rules }: Scene, problems: readonly ShareProblem[]): WantedCondition {
  const no = (reason: string, message: string): WantedCondition => ({
    type: ENDPOINTS_INCOMPLETE,
    status: 'False',
    reason,
    message,
  })
  if (rules.clusterSetIP === 'none')
    return no('NotWritten', 'No EndpointSlices are written; controller.clusterSetIP is none.')
  if (problems.length === 0)
    return no('Complete', 'The ready endpoints of all clusters that export it are here.')
  const reason = SHARE_PROBLEMS.filter((one) => problems.some((problem) => problem.reason === one)).join()
  const message = problems.map((problem) => problem.message).join(' ')
  return { type: ENDPOINTS_INCOMPLETE, status: 'True', reason, message }
}
