import {
  DESTINATION_RULE,
  hostsOfRoutes,
  type KubeObject,
  SERVICE_ENTRY,
  type ServiceKey,
  VIRTUAL_SERVICE,
} from '../../words/kube/index.ts'
import { concerning, hostsFor, serviceNamedBy } from './hosts.ts'
import type { IstioRules } from './rules.ts'

/** Whether an object is told of where a service is explained, in force or not. */
export const isToldOf = (object: KubeObject, key: ServiceKey, { zones }: IstioRules): boolean =>
  concerning(key, zones)(hostsOf(object), object.namespace)

/** Whether one of its hosts is a name of a service, and not only meant to be. */
export const isNameIn = (object: KubeObject, key: ServiceKey, { zones }: IstioRules): boolean =>
  hostsFor(hostsOf(object), object.namespace, key, zones).some(
    (host) => serviceNamedBy(host, object.namespace, zones)?.key === key,
  )

function hostsOf(object: KubeObject): readonly string[] {
  if (DESTINATION_RULE.is(object)) return [object.host]
  if (SERVICE_ENTRY.is(object)) return object.hosts
  return VIRTUAL_SERVICE.is(object) ? hostsOfRoutes(object) : []
}
