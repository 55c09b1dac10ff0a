import {
  DESTINATION_RULE,
  hostsOfRoutes,
  type KubeObject,
  SERVICE_ENTRY,
  type ServiceKey,
  VIRTUAL_SERVICE,
} from '../../words/kube/index.ts'
import { concerning } from './hosts.ts'
import type { IstioRules } from './rules.ts'

/** Whether an object is told of where a service is explained, in force or not. */
export function isToldOf(object: KubeObject, key: ServiceKey, { zones }: IstioRules): boolean {
  const isFor = concerning(key, zones)
  if (DESTINATION_RULE.is(object)) return isFor([object.host], object.namespace)
  if (SERVICE_ENTRY.is(object)) return isFor(object.hosts, object.namespace)
  return VIRTUAL_SERVICE.is(object) && isFor(hostsOfRoutes(object), object.namespace)
}
