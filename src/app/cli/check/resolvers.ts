import { objectIn } from '../../../sources/changes/index.ts'
import { endpointsIn, SERVICE, type Service } from '../../../words/kube/index.ts'
import { slicesBehind } from '../../effective/index.ts'
import type { Offline } from '../offline.ts'
import type { CheckResult } from './check-result.ts'

/** Whether the endpoints of `clients.fromService` ask for clients of their own zones, and say which those are. */
export function checkResolvers({ config, world, views }: Offline): readonly CheckResult[] {
  const { fromService } = config.clients
  if (fromService === null) return []
  const { local } = world.clusterset
  const view = views.get(local.cluster)
  const service = view && objectIn(view, SERVICE, fromService)
  if (service === undefined) {
    const finding = `${local.cluster} has no Service ${fromService}, or it is not read: nobody stands in a zone of its own`
    return [warning(finding, "write namespace/name of the Service of the cluster's DNS, or null")]
  }
  const endpoints = slicesBehind(view, fromService).flatMap(endpointsIn)
  const zoneless = endpoints.filter(({ zone }) => zone === null).length
  return [
    ...(local.locality === null
      ? [warning('there is no local.locality: zones are in no region', 'write local.locality: REGION')]
      : []),
    ...(zoneless > 0
      ? [
          warning(
            `${zoneless} of ${endpoints.length} endpoints of ${fromService} have no zone`,
            'label the nodes topology.kubernetes.io/zone',
          ),
        ]
      : []),
    ...(isKeptInZone(service)
      ? []
      : [
          warning(
            `${fromService} sends clients to endpoints in any zone: what is near to the one that asks is not near to them`,
            `kubectl -n ${service.namespace} patch service ${service.name} -p '{"spec":{"trafficDistribution":"PreferClose"}}'`,
          ),
        ]),
  ]
}

const isKeptInZone = ({ trafficDistribution, internalTrafficPolicy }: Service): boolean =>
  internalTrafficPolicy === 'Local' || trafficDistribution?.startsWith('Prefer') === true

const warning = (finding: string, remedy: string): CheckResult => ({
  kind: 'clients',
  level: 'warning',
  cluster: null,
  subject: 'clients.fromService',
  finding,
  remedy,
})
