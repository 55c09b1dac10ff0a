import {
  DESTINATION_RULE,
  type KubeObject,
  type ServiceKey,
  VIRTUAL_SERVICE,
} from '../../words/kube/index.ts'
import { concerning } from './hosts.ts'
import type { IstioRules } from './rules.ts'
import { hostsIn } from './virtual-services.ts'

/** Whether an object is told of where a service is explained, in force or not. */
export function isToldOf(object: KubeObject, key: ServiceKey, { zones }: IstioRules): boolean {
  const isFor = concerning(key, zones)
  if (DESTINATION_RULE.is(object)) return isFor([object.host], object.namespace)
  return VIRTUAL_SERVICE.is(object) && isFor(hostsIn(object), object.namespace)
}
