import type { ClusterId } from '../../words/clusterset/index.ts'
import type { Export, ValidExport } from '../../world/inventory/index.ts'
import { ageless, contributors, type Entry } from '../../world/zone/index.ts'
import { type Scene, wanted } from './body.ts'
import { conditionsOf, FOREIGN_IMPORT, printClusters, type WantedCondition } from './conditions.ts'
import { isForeign } from './own.ts'
import { portProblems } from './ports.ts'
import { fittingAnnotations, fittingLabels } from './tags.ts'
import type { WantedObject } from './types.ts'

/** The status of the cluster's own ServiceExport; none where there is none, or no view of it yet. */
export function exportStatus(scene: Scene): readonly WantedObject[] {
  const { here, entry, name, now } = scene
  const own = entry?.exports.find(({ cluster }) => cluster === here.cluster)
  if (here.export === null || own === undefined || own.kind === 'notExported' || own.kind === 'failed')
    return []
  const said = [validity(scene, own), readiness(scene, own), conflict(scene, own), foreignImports(scene)]
  const status = { conditions: conditionsOf(said, here.export, now) }
  return [wanted('ServiceExport/status', scene, name, {}, { status })]
}

function validity({ namespace, name, here, entry }: Scene, own: Export): WantedCondition {
  const not = (reason: string, message: string): WantedCondition => ({
    type: 'Valid',
    status: 'False',
    reason,
    message,
  })
  switch (own.kind) {
    case 'valid':
      return {
        type: 'Valid',
        status: 'True',
        reason: 'Valid',
        message: ['Its Service is exported.', ...remarks(own)].join(' '),
      }
    case 'noService':
    case 'notExported':
    case 'failed':
      return not('NoService', `There is no Service "${name}" in namespace "${namespace}".`)
    case 'invalidServiceType':
      return not('InvalidServiceType', `Service "${name}" is of type ExternalName, which cannot be exported.`)
    case 'unreadable': {
      const [flaw = `Service "${name}" or its ServiceExport`] = entry?.flaws.get(here.cluster) ?? []
      return not('Unreadable', `It cannot be read, or not by this version: ${flaw}.`)
    }
    case 'derived':
      return not(
        'DerivedService',
        `Service "${name}" was made from a ServiceImport, so it is not exported again.`,
      )
    case 'namespaceDenied':
      return not(
        'NamespaceDenied',
        `The exports.namespaces of cluster "${here.cluster}" do not admit namespace "${namespace}".`,
      )
  }
}

/** What of an export was not understood, and does not count. */
const remarks = ({ remarks, labels, annotations, ports }: ValidExport): readonly string[] =>
  [
    ...remarks.map(({ problem }) => problem),
    ...fittingLabels(labels).refused,
    ...fittingAnnotations(annotations).refused,
    ...portProblems(ports),
  ].map((remark) => `Ignored: ${remark}.`)

function readiness(scene: Scene, own: Export): WantedCondition {
  const not = (reason: string, message: string): WantedCondition => ({
    type: 'Ready',
    status: 'False',
    reason,
    message,
  })
  if (own.kind !== 'valid') return not('Failed', 'It is not exported: see condition Valid.')
  if (!takesPart(scene, own)) return not('Failed', 'It takes no part in the service: see condition Conflict.')
  if (waitsForIngress(scene, own))
    return not('Pending', `Other clusters reach it by its load balancer, which has no address yet.`)
  return { type: 'Ready', status: 'True', reason: 'Ready', message: 'Other clusters can import it.' }
}

const takesPart = ({ entry }: Scene, own: ValidExport): boolean =>
  entry !== undefined && contributors(entry).includes(own)

const waitsForIngress = ({ clusterset }: Scene, { cluster, reach, type, ingress }: ValidExport): boolean =>
  type === 'ClusterSetIP' &&
  (reach ?? clusterset.members.get(cluster)?.reach) === 'loadBalancer' &&
  ingress.length === 0

/** On every valid export of the service, whoever disagrees (KEP-1645, "Constraints and Conflict Resolution"). */
function conflict({ entry }: Scene, own: Export): WantedCondition {
  const none = (message: string): WantedCondition => ({
    type: 'Conflict',
    status: 'False',
    reason: 'NoConflicts',
    message,
  })
  if (own.kind !== 'valid') return none('It is not exported, so it disagrees with nobody.')
  const conflicts = entry?.import?.conflicts ?? []
  if (conflicts.length === 0) return none('All clusters that export it agree.')
  return {
    type: 'Conflict',
    status: 'True',
    reason: conflicts.map(({ reason }) => reason).join(),
    message: [
      ...conflicts.map(({ message, clusters }) => `${message} Disagreeing: ${printClusters(clusters)}.`),
      ...agelessNote(entry),
    ].join(' '),
  }
}

/** Which is the oldest cannot be seen in the ServiceExports alone where some of them say nothing. */
function agelessNote(entry: Entry | undefined): readonly string[] {
  const clusters = entry === undefined ? [] : ageless(entry)
  return clusters.length === 0
    ? []
    : [`Without a creationTimestamp, and so last, by cluster id: ${printClusters(clusters)}.`]
}

/** Whether some cluster has an import of that name that Meridian did not write. */
function foreignImports({ entry, here }: Scene): WantedCondition {
  const others = [...(entry?.imports ?? [])].flatMap(([cluster, { foreign }]): ClusterId[] =>
    foreign && cluster !== here.cluster ? [cluster] : [],
  )
  const own = here.import !== null && isForeign(here.import) ? [here.cluster] : []
  const clusters = [...others, ...own].sort()
  if (clusters.length === 0) {
    const message = 'No ServiceImport of this name is known that somebody else wrote.'
    return { type: FOREIGN_IMPORT, status: 'False', reason: 'NoForeignImport', message }
  }
  const message = `The ServiceImport of this name in ${printClusters(clusters)} is not Meridian's, which leaves it alone.`
  return { type: FOREIGN_IMPORT, status: 'True', reason: 'NotMeridians', message }
}
